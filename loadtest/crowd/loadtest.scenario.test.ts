// The load tests in short: every scenario runs through against the real server, and what it claims of it holds; how fast it is is never a test's business.
import { execFile } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Figure, Report } from '../bench/figures.ts';
import { ATTACK_NAMES } from './attacks.ts';
import type { Claim } from './Scenario.ts';
import { SCENARIOS } from './scenarios/all.ts';

const MAIN = path.join(import.meta.dirname, 'main.ts');
/** Says that it hangs, not that it is slow. */
const PATIENCE_MS = 240_000;

describe('the load tests in short', () => {
  const folder = mkdtempSync(path.join(tmpdir(), 'conclave-load-test-'));
  let report: Report & { claims: (Claim & { scenario: string })[] };
  let code: unknown;

  beforeAll(async () => {
    const json = path.join(folder, 'figures.json');
    code = await new Promise((resolve) => {
      execFile(
        process.execPath,
        [MAIN, '--short', '--json', json],
        { timeout: PATIENCE_MS },
        (error, stdout, stderr) => {
          // For whoever reads what CI said.
          process.stdout.write(stdout + stderr);
          resolve(error === null ? 0 : (error.code ?? error.signal));
        },
      );
    });
    report = JSON.parse(readFileSync(json, 'utf8')) as typeof report;
  }, PATIENCE_MS);
  afterAll(() => rmSync(folder, { recursive: true, force: true }));

  it('has every claim of every scenario hold, and says so by its exit code', () => {
    expect(report.claims.filter(({ holds }) => !holds)).toEqual([]);
    expect(code).toBe(0);
    const claiming = new Set(report.claims.map(({ scenario }) => scenario));
    expect([...claiming]).toEqual(SCENARIOS.map(({ name }) => name));
  });

  it('has tried each kind of abuse, and says how each ended', () => {
    const said = report.claims.filter(({ scenario }) => scenario === 'abuse').map(({ says }) => says.split(':')[0]);
    expect(said).toEqual(expect.arrayContaining(ATTACK_NAMES));
  });

  it('has every figure that it promises in the house’s shape, none of them judged', () => {
    const names = report.figures.map(({ name }) => name);
    expect(new Set(names).size).toBe(names.length);
    const promised = SCENARIOS.flatMap(({ name, thresholds }) => [
      ...thresholds.flatMap(({ of }) => [`crowd-${name}-${of}-p50`, `crowd-${name}-${of}-p95`]),
      ...['server-cpu', 'own-lag-p95'].map((cost) => `crowd-${name}-${cost}`),
    ]);
    const abuse = ['ack-p95', 'ack-moved', 'deliver-p95', 'deliver-moved', 'cpu', 'attempt-cpu'].map(
      (what) => `crowd-abuse-${what}`,
    );
    expect(names.toSorted()).toEqual([...promised, ...abuse].toSorted());
    const isWhole = ({ value, pairs, met }: Figure): boolean =>
      Number.isFinite(value) && value >= 0 && pairs > 0 && met === null;
    expect(report.figures.filter((figure) => !isWhole(figure))).toEqual([]);
  });
});
