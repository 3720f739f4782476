// The benches of what people wait for in a browser still run: a page comes in by a line that is late, a watch link is opened, a voice begins, a page is turned to.
import { expect, it } from 'vitest';
import { runShortBench } from './shortBench.ts';

it('the short bench of joining has a picture come on each line, and judges none of them', async () => {
  const { stdout, figures } = await runShortBench('join');
  for (const line of ['near', 'slow', 'far']) expect(stdout).toMatch(new RegExp(`── ${line}: .*picture \\d+ ms`));
  const names = ['join-to-first-frame-p95', 'join-to-first-frame-p50', 'join-round-trips', 'join-at-50ms-rtt'];
  expect(figures.map(({ name }) => name)).toEqual(names);
  expect(figures.map(({ met }) => met)).toEqual([null, null, null, null]);
});

it('the short bench of waiting has a watch link opened on each line, voices heard and pages filled, and judges nothing from one opening', async () => {
  const { stdout, figures } = await runShortBench('waits');
  const parts = '(?:\\w+ \\d+ · ){8}';
  for (const way of ['phone', 'slow-phone', 'bare'])
    expect(stdout).toMatch(new RegExp(`── watch-open-${way}: ${parts}picture \\d+ ms; \\d+ answers, \\d+ kB`));
  expect(stdout).toMatch(/── new-voice-calm-of-18: [1-3] voices heard/);
  expect(stdout).toMatch(/── a page of \d+, [1-9]\d* of them new: first \d+ ms, all \d+ ms/);
  // Those of a phone are there where the machine let its opening count.
  const always = [
    'new-voice-calm-of-18-heard-p95',
    'page-new-all-p50',
    'watch-open-bare-join-p50',
    'watch-open-bare-p50',
  ];
  expect(figures.map(({ name }) => name)).toEqual(expect.arrayContaining(always));
  expect(figures.filter(({ value, met }) => !(value > 0) || met !== null)).toEqual([]);
});

it('the short bench of publishing has pictures go to the server and browser to browser, and judges no single pair', async () => {
  const { figures } = await runShortBench('publisher');
  const [{ name, value, against, met } = expect.fail('no figure'), ...others] = figures;
  expect([name, value > 0, (against ?? 0) > 0, met, others]).toEqual(['publisher-bitrate', true, true, null, []]);
});
