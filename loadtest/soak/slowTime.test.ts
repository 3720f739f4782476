// A slower second is slower for clocks and timers alike, wherever they are taken from.
import { execFile } from 'node:child_process';
import path from 'node:path';
import { promisify } from 'node:util';
import { describe, expect, it } from 'vitest';

const MODULE = path.join(import.meta.dirname, 'slowTime.ts');

/** In a process of its own, since it is for good. Of 40 ms by each timer: how many the clocks and the machine counted. */
const SCRIPT = `
  import { slowTime } from ${JSON.stringify(MODULE)};
  import { createRequire } from 'node:module';
  slowTime(5, Date.now());
  const fromModule = createRequire(import.meta.url)('timers').setTimeout;
  const took = async (start) => {
    const [wall, monotonic, machine] = [Date.now(), performance.now(), process.hrtime.bigint()];
    await new Promise((resolve) => start(resolve, 40));
    return [Date.now() - wall, performance.now() - monotonic, Number(process.hrtime.bigint() - machine) / 1e6];
  };
  console.log(JSON.stringify([await took(setTimeout), await took(fromModule)]));
`;

describe('time that goes five times slower', () => {
  it('has 40 ms of a timer be 40 ms of every clock and 200 ms of the machine', async () => {
    const { stdout } = await promisify(execFile)(process.execPath, ['--input-type=module', '-e', SCRIPT]);
    for (const [wallMs = 0, monotonicMs = 0, machineMs = 0] of JSON.parse(stdout) as number[][]) {
      expect(machineMs).toBeGreaterThan(190);
      expect(Math.abs(machineMs / 5 - monotonicMs)).toBeLessThan(20);
      expect(Math.abs(machineMs / 5 - wallMs)).toBeLessThan(20);
    }
  });
});
