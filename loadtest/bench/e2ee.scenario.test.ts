// The bench still runs and hands on whole figures; how fast they are is never a test's business.
import { beforeAll, describe, expect, it } from 'vitest';
import type { Figure } from './figures.ts';
import { runShortBench, type ShortBench } from './shortBench.ts';

describe('the short bench of the encryption, in Node', () => {
  let report: ShortBench;
  // Says that it hangs, not that it is slow.
  beforeAll(async () => void (report = await runShortBench('e2ee', '--in', 'node')), 120_000);

  it('says on what machine, of which source and when it was measured', () => {
    expect(report.machine).toMatch(/\d+ × /);
    expect(report.commit).not.toBe('');
    expect(Number.isNaN(Date.parse(report.date))).toBe(false);
  });

  it('has every figure that it promises, each under a name of its own', () => {
    const names = report.figures.map(({ name }) => name);
    expect(new Set(names).size).toBe(names.length);
    const bySize = [200, 1_200, 8_192, 60_000].flatMap((bytes) => [
      ...[`seal-${bytes}-node`, `open-${bytes}-node`],
      ...[`send-track-${bytes}-node`, `receive-track-${bytes}-node`],
    ]);
    const feed = ['sign-frame-node', 'verify-frame-node'];
    const latencies = ['', '-late-key'].flatMap((late) => [50, 99].map((p) => `added-latency${late}-p${p}-node`));
    const changes = ['join-10', 'batch-50-10', 'remove-10', 'rekey-10'];
    const group = changes.flatMap((change) =>
      ['commit', 'follow', 'commit-bytes'].map((part) => `${change}-${part}-node`),
    );
    const welcomes = ['join-10', 'batch-50-10'].flatMap((change) => [
      `${change}-welcome-node`,
      `${change}-welcome-bytes-node`,
    ]);
    expect(names).toEqual(
      expect.arrayContaining([...bySize, ...feed, 'incoming-25-node', ...latencies, ...group, ...welcomes]),
    );
  });

  it('gives each figure a finite value and judges none from one pair', () => {
    const isWhole = ({ name, value, unit, against, target, met, pairs, spread }: Figure): boolean =>
      /^[a-z0-9]+(-[a-z0-9]+)*$/.test(name) &&
      /^(µs|ms|B|cores)$/.test(unit) &&
      [value, against ?? 0, target ?? 0, spread].every((number) => Number.isFinite(number) && number >= 0) &&
      met === null &&
      pairs === 1;
    expect(report.figures.filter((figure) => !isWhole(figure))).toEqual([]);
  });

  it('puts a floor beside whatever a call would pay without us', () => {
    const bare = report.figures.filter(({ against }) => against === null).map(({ name }) => name);
    expect(bare.filter((name) => !/^(join|batch-50|remove|rekey)-/.test(name))).toEqual([]);
    expect(bare.length).toBeGreaterThan(0);
  });

  it('prints each figure in its table', () => {
    for (const { name } of report.figures) expect(report.stdout).toContain(name);
  });
});
