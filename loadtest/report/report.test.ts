// What is committed of the last report agrees with itself, and says plainly what was missed.
import { describe, expect, it } from 'vitest';
import type { Figure, Report } from '../bench/figures.ts';
import { htmlOf } from './html.ts';
import { mergeReports, partsOf, verdictOf } from './report.ts';
import { sizingOf, withSizing } from './sizing.ts';
import { readHtml, readLatest, readReadme } from './write.ts';

const figure = (name: string, more: Partial<Figure> = {}): Figure => ({
  ...{ name, value: 10, unit: 'ms', against: null, target: null, met: null, pairs: 3, spread: 0.05 },
  ...more,
});
const report = (figures: Figure[], more: Partial<Report> = {}): Report => ({
  ...{ figures, machine: '2 × CPU <here>', commit: 'abc', date: '2026-11-26T08:00:00.000Z' },
  ...more,
});

describe('the report that is committed', () => {
  it('is what README’s Sizing says: `npm run bench -- --sizing` changes nothing', () => {
    expect(withSizing(readReadme(), sizingOf(readLatest()))).toBe(readReadme());
  });

  it('has a page made of its figures', () => {
    expect(readHtml()).toBe(htmlOf(readLatest()));
  });
});

describe('a report', () => {
  it('of several runs has each figure once, the last one’s, and says which run it is of', () => {
    const first = report([figure('a', { value: 1 }), figure('b')]);
    const second = report([figure('a', { value: 2 })], { commit: 'def' });
    const merged = mergeReports([first, second], 'on a busy machine');
    expect(merged.figures.map(({ name, value }) => [name, value])).toEqual([
      ['a', 2],
      ['b', 10],
    ]);
    expect(merged.runs.map(({ commit, figures }) => [commit, figures])).toEqual([
      ['abc', ['b']],
      ['def', ['a']],
    ]);
    expect([merged.commit, merged.note]).toEqual(['def', 'on a busy machine']);
  });

  it('that was made of several runs is those runs when another is added', () => {
    const first = report([figure('a', { value: 1 }), figure('b')]);
    const second = report([figure('c')], { commit: 'def' });
    const third = report([figure('b', { value: 3 })], { commit: 'ghi' });
    const merged = mergeReports([mergeReports([first, second]), third]);
    expect(merged.runs.map(({ commit, figures }) => [commit, figures])).toEqual([
      ['abc', ['a']],
      ['def', ['c']],
      ['ghi', ['b']],
    ]);
    expect(merged.figures.find(({ name }) => name === 'b')?.value).toBe(3);
  });

  it('says met, missed, not judged, or that there is no target', () => {
    const judged = (met: boolean | null) => verdictOf({ target: 5, met });
    expect([judged(true), judged(false), judged(null)]).toEqual(['met', 'missed', 'not judged']);
    expect(verdictOf({ target: null, met: null })).toBe('no target');
  });

  it('shows each figure in one part', () => {
    const names = [
      'join-round-trips',
      'joins-per-second',
      'fan-out',
      'viewers-per-core',
      'seal-200-node',
      'join-10-node',
    ];
    const parts = partsOf(names.map((name) => figure(name)));
    expect(parts.flatMap(({ figures }) => figures.map(({ name }) => name)).toSorted()).toEqual(names.toSorted());
    expect(parts.map(({ title }) => title)).toEqual(['Joining', 'Signalling', 'Audience', 'Encryption']);
  });

  it('is one page without scripts that fetches nothing, and shows what was missed, when, where and at which commit', () => {
    const figures = [
      figure('fan-out', { target: 20, atLeast: true, met: false, against: 30 }),
      figure('joins-per-second', { target: 5, atLeast: true, met: true }),
    ];
    const html = htmlOf(mergeReports([report(figures)], 'a note & more'));
    expect(html).not.toMatch(/<script|https?:|src=|@import|url\(/);
    for (const words of ['1 met', '1 missed', '2 × CPU &lt;here&gt;', 'abc', '2026-11-26', 'a note &amp; more', '≥ 20'])
      expect(html).toContain(words);
    expect(html).toContain('prefers-color-scheme:dark');
    expect(html.match(/<svg/g)).toHaveLength(1);
  });
});

describe('the sizing', () => {
  const all = [
    'cpu-per-packet-meeting',
    'viewers-per-core',
    'memory-per-member',
    'memory-per-viewer',
    'joins-per-second',
    'fan-out',
  ];

  it('names the figure that each of its numbers is worked out of, and leaves out what was not measured', () => {
    const whole = sizingOf(mergeReports([report(all.map((name) => figure(name)))]));
    for (const name of all) expect(whole).toContain(`\`${name}\``);
    const part = sizingOf(mergeReports([report([figure('viewers-per-core', { value: 800 })])], 'a note'));
    expect(part).toContain('800 viewers');
    expect(part).toContain('**a note**');
    for (const name of all.filter((one) => one !== 'viewers-per-core')) expect(part).not.toContain(name);
  });

  it('names the runs that something in it is worked out of, and no other', () => {
    const runs = [
      report([figure('viewers-per-core')]),
      report([figure('fan-out')], { commit: 'def' }),
      report([figure('watch-open-phone-p50')], { commit: 'ghi' }),
    ];
    const text = sizingOf(mergeReports(runs));
    expect(text).toContain('`abc`');
    expect(text).toContain('`def`');
    expect(text).not.toContain('`ghi`');
  });

  it('reckons people and network from a packet’s cost', () => {
    const text = sizingOf(mergeReports([report([figure('cpu-per-packet-meeting', { value: 5, unit: 'µs' })])]));
    // 16 people, each sent 15 × 30 packets of pictures and 8 × 50 of voices: 13,600 a second, 0.068 cores.
    expect(text).toContain('| 16 | 15 pictures of 150 kbit/s, 8 voices | 11 | 188 | 2.6 Mbit/s |');
  });

  it('goes between its two marks and nowhere else', () => {
    const sizing = sizingOf(mergeReports([report([])]));
    expect(withSizing(`before\n${sizing}\nafter`, `${sizing}`)).toBe(`before\n${sizing}\nafter`);
    expect(withSizing('no marks', sizing)).toBeNull();
  });
});
