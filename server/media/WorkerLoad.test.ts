// What a Worker has to do: measured, smoothed and foreseen; when it is full; and that the readings are of the process itself.
import { createWorker } from 'mediasoup';
import type { Worker } from 'mediasoup/types';
import { afterEach, describe, expect, it } from 'vitest';
import { FakeClock } from '../test/FakeClock.ts';
import { Admission } from './Admission.ts';
import { LoadSampler, SAMPLE_MS } from './LoadSampler.ts';
import { requireWorkerBin } from './test/mediaTestBed.ts';
import { WorkerLoad } from './WorkerLoad.ts';
import { readWorker, type WorkerReading } from './workerReading.ts';

/** Second by second, each with the share of a core that the Worker took in it. */
function loadAfter(shares: readonly number[], delayMs = 0): WorkerLoad {
  const load = new WorkerLoad();
  let cpuMs = 5_000;
  load.take({ cpuMs, atMs: 0, delayMs });
  for (const [second, share] of shares.entries()) {
    cpuMs += share * SAMPLE_MS;
    load.take({ cpuMs, atMs: (second + 1) * SAMPLE_MS, delayMs });
  }
  return load;
}

const always = (share: number, seconds: number) => Array.from({ length: seconds }, () => share);

describe('P-160 what a Worker has to do', () => {
  it('P-160 is what its process took of the processor, whatever it took before it was looked at', () => {
    expect(loadAfter([]).cpu).toBe(0);
    expect(loadAfter(always(0.5, 20)).cpu).toBeCloseTo(0.5, 3);
  });

  it('P-160 follows within seconds, and not a single burst', () => {
    expect(loadAfter([...always(0.1, 20), 1]).cpu).toBeLessThan(0.5);
    expect(loadAfter([...always(0.1, 20), ...always(0.9, 5)]).cpu).toBeGreaterThan(0.8);
  });

  it('P-160 counts who was placed at once, and less and less while what they take is measured', () => {
    const load = loadAfter(always(0.1, 20));
    for (let viewer = 0; viewer < 100; viewer += 1) load.expect('viewer');
    const first = load.foreseenCpu;
    expect(first).toBeGreaterThan(0.2);
    expect(load.cpu).toBeCloseTo(0.1, 3);
    load.take({ cpuMs: 5_000 + 2_000 + 100, atMs: 21 * SAMPLE_MS, delayMs: 0 });
    expect(load.foreseenCpu).toBeLessThan(first);
  });

  it('P-160 is read anew where a clock stood still, without a jump', () => {
    const load = loadAfter([0.2]);
    const before = load.cpu;
    load.take({ cpuMs: 5_700, atMs: SAMPLE_MS, delayMs: 0 });
    expect(load.cpu).toBe(before);
  });
});

describe('P-162 a Worker is full', () => {
  const admission = new Admission(0.8);
  const full = loadAfter(always(0.9, 20));
  const calm = loadAfter(always(0.7, 20));

  it('P-162 at the share of a core that was set, and refuses only where all are, with when to ask again', () => {
    expect([admission.isFull(full), admission.isFull(calm)]).toEqual([true, false]);
    expect(() => admission.admit([full, calm])).not.toThrow();
    expect(() => admission.admit([full, full])).toThrow(
      expect.objectContaining({ code: 'capacity', retryAfterMs: expect.any(Number) }),
    );
  });

  it('P-162 by what was placed since it was measured, so that a crowd within one second is not let in whole', () => {
    const load = loadAfter(always(0.7, 20));
    for (let viewer = 0; viewer < 100; viewer += 1) load.expect('viewer');
    expect(admission.isFull(load)).toBe(true);
  });

  it('P-162 but not by what was placed alone: a crowd that comes to an idle Worker is let in', () => {
    const load = loadAfter(always(0.1, 20));
    for (let member = 0; member < 100; member += 1) load.expect('member');
    expect([load.foreseenCpu > 0.8, admission.isFull(load)]).toEqual([true, false]);
  });

  it('P-163 by what it lets wait, twice in a row, however little of the processor it takes', () => {
    const slow = loadAfter(always(0.3, 20), 400);
    expect(admission.isFull(slow)).toBe(true);
    slow.take({ cpuMs: 1e6, atMs: 1e6, delayMs: 2 });
    expect(admission.isFull(slow)).toBe(false);
    slow.take({ cpuMs: 1e6, atMs: 1e6, delayMs: 400 });
    expect(admission.isFull(slow)).toBe(false);
  });

  it('P-162 never where nobody is to be refused, nor where no Worker lives', () => {
    expect(() => new Admission(Infinity).admit([full, loadAfter([], 10_000)])).not.toThrow();
    expect(() => admission.admit([])).not.toThrow();
  });
});

describe('P-160 the sampler', () => {
  const worker = {} as Worker;

  it('P-160 asks every live Worker once a second, and no more once it is closed', async () => {
    const clock = new FakeClock();
    const load = new WorkerLoad();
    let asked = 0;
    const read = (): Promise<WorkerReading> => {
      asked += 1;
      return Promise.resolve({ cpuMs: asked * 500, atMs: asked * SAMPLE_MS, delayMs: 3 });
    };
    const sampler = new LoadSampler({ clock, read, workers: () => [{ worker, load }] });
    for (let second = 0; second < 10; second += 1) {
      await Promise.resolve();
      await Promise.resolve();
      clock.advance(SAMPLE_MS);
    }
    expect(asked).toBe(11);
    expect(load.cpu).toBeGreaterThan(0.45);
    sampler.close();
    clock.advance(10 * SAMPLE_MS);
    expect(asked).toBe(11);
  });

  it('P-163 takes the silence of a Worker that owes an answer for its delay, and asks it nothing more', async () => {
    const clock = new FakeClock();
    const load = new WorkerLoad();
    let asked = 0;
    const read = (): Promise<WorkerReading> => {
      asked += 1;
      return new Promise(() => undefined);
    };
    const sampler = new LoadSampler({ clock, read, workers: () => [{ worker, load }] });
    clock.advance(3 * SAMPLE_MS);
    expect([asked, load.delayMs]).toEqual([1, 2 * SAMPLE_MS]);
    sampler.close();
  });
});

describe('readWorker', () => {
  let worker: Worker | null = null;
  afterEach(() => worker?.close());

  it('P-160 reads what the process took: more once it had work, and no more than time passed', async () => {
    worker = await createWorker({ workerBin: requireWorkerBin() });
    const before = await readWorker(worker);
    for (let round = 0; round < 200; round += 1) await worker.createRouter();
    const after = await readWorker(worker);
    expect(after.cpuMs).toBeGreaterThan(before.cpuMs);
    expect(after.cpuMs - before.cpuMs).toBeLessThanOrEqual(after.atMs - before.atMs + 1);
  });

  it('P-163 waits as long as whatever else the Worker has to do', async () => {
    worker = await createWorker({ workerBin: requireWorkerBin() });
    process.kill(worker.pid, 'SIGSTOP');
    const reading = readWorker(worker);
    await new Promise((resolve) => setTimeout(resolve, 300));
    process.kill(worker.pid, 'SIGCONT');
    expect((await reading).delayMs).toBeGreaterThan(150);
  });

  it('P-163 does not take this process’s own lateness for the Worker’s', async () => {
    worker = await createWorker({ workerBin: requireWorkerBin() });
    const reading = readWorker(worker);
    setImmediate(() => {
      const untilMs = performance.now() + 600;
      while (performance.now() < untilMs);
    });
    expect((await reading).delayMs).toBeLessThan(450);
  });
});
