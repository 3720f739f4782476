// Meetings that everything happens to settle all the same. CHAOS_SEEDS=1,2,3 or CHAOS_ROUNDS=50 run more of them by hand.
import { describe, expect, it } from 'vitest';
import { Chaos } from './Chaos.ts';

const { CHAOS_SEEDS, CHAOS_ROUNDS, CHAOS_ACTS, CHAOS_CROWD, CHAOS_SAY } = process.env;
const newSeed = (): number => crypto.getRandomValues(new Uint32Array(1))[0] ?? 1;
const seeds = CHAOS_SEEDS
  ? CHAOS_SEEDS.split(',').map(Number)
  : Array.from({ length: Number(CHAOS_ROUNDS ?? 1) }, newSeed);

const print = (line: string): void => void process.stdout.write(`${line}\n`);

describe('a meeting in which people come, go, vanish, lose their lines and the media Worker dies', () => {
  it.each(seeds)('settles with everybody sealed, seen and heard (seed %i)', { timeout: 90_000 }, async (seed) => {
    const chaos = new Chaos({
      seed,
      acts: Number(CHAOS_ACTS ?? 25),
      crowd: Number(CHAOS_CROWD ?? 8),
      killWorkers: true,
      ...(CHAOS_SAY && { say: print }),
    });
    const { settleMs, resyncs } = await chaos.run();
    print(`seed ${seed}: settled in ${settleMs} ms; resyncs: ${resyncs.join(', ') || 'none'}`);
    expect(settleMs).toBeLessThan(30_000);
  });
});
