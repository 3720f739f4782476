import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { REPLAY_WINDOW, ReplayWindow } from './ReplayWindow.ts';

/** What the window means, said with a set: fresh is what was never taken and is at most 1,023 behind the newest. */
class PlainWindow {
  readonly #taken = new Set<number>();
  #newest = -1;

  accept(ctr: number): boolean {
    if (this.#taken.has(ctr) || ctr <= this.#newest - REPLAY_WINDOW) return false;
    this.#taken.add(ctr);
    this.#newest = Math.max(this.#newest, ctr);
    return true;
  }
}

describe('F-10 replay window', () => {
  it('F-10 takes each counter once, in any order within 1,024', () => {
    const window = new ReplayWindow();
    expect([5, 3, 5, 4, 3, 1_028, 5, 4, 6].map((ctr) => window.accept(ctr))).toEqual([
      true,
      true,
      false,
      true,
      false,
      true,
      false,
      false,
      true,
    ]);
  });

  it('F-10 forgets nothing and takes nothing twice, compared with a plain set', () => {
    const steps = fc.array(
      fc.oneof(fc.integer({ min: 0, max: 3_000 }), fc.integer({ min: 2 ** 31 - 40, max: 2 ** 32 - 1 })),
      {
        maxLength: 400,
      },
    );
    fc.assert(
      fc.property(steps, (counters) => {
        const window = new ReplayWindow();
        const plain = new PlainWindow();
        for (const ctr of counters) expect(window.accept(ctr)).toBe(plain.accept(ctr));
      }),
    );
  });

  it('F-10 does not move by looking', () => {
    const window = new ReplayWindow();
    window.accept(10);
    expect(window.isFresh(100_000)).toBe(true);
    expect(window.accept(11)).toBe(true);
  });
});
