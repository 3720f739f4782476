import { describe, expect, test } from 'vitest';
import { createReporter, formatDuration } from './reporter.mjs';
import { SetupError } from './SetupError.mjs';

const recorded = (isTTY) => {
  let text = '';
  let nowMs = 0;
  const stream = { isTTY, columns: 80, write: (chunk) => void (text += chunk) };
  const reporter = createReporter({ stream, now: () => nowMs });
  return { reporter, text: () => text, lines: () => text.split('\n').slice(0, -1), pass: (ms) => (nowMs += ms) };
};

test.each([
  [40, '40 ms'],
  [12_300, '12 s'],
  [185_000, '3 min 05 s'],
])('%i ms read as %s', (ms, text) => {
  expect(formatDuration(ms)).toBe(text);
});

describe('where the output is no terminal', () => {
  test('a long step says when it begins, how far it is every ten seconds, and when it ends', () => {
    const { reporter, lines, pass } = recorded(false);
    const step = reporter.begin('worker', 'building');
    for (let percent = 0; percent <= 100; percent += 10) {
      pass(3_000);
      step.progress(`${percent} %`);
    }
    step.end('built');
    expect(lines()).toEqual([
      '… worker       building',
      '… worker       building 30 %',
      '… worker       building 70 %',
      '✓ worker       built (33 s)',
    ]);
  });

  test('no control sequence is written', () => {
    const { reporter, text } = recorded(false);
    reporter.begin('client', 'building').end('built');
    expect(text()).not.toContain('\x1b');
  });
});

test('at a terminal the progress stays on one line, which the result replaces', () => {
  const { reporter, lines, text } = recorded(true);
  const step = reporter.begin('worker', 'building');
  step.progress('50 %');
  step.end('built');
  expect(lines()).toHaveLength(1);
  expect(text()).toContain('building 50 %');
  expect(text().endsWith('✓ worker       built (0 ms)\n')).toBe(true);
});

test('a failure names what is missing and then how to get it', () => {
  const { reporter, lines } = recorded(false);
  reporter.fail(new SetupError('Node 24 is missing.', ['Install it.']));
  expect(lines()).toEqual(['✗ Node 24 is missing.', '  Install it.']);
});
