import { describe, expect, test } from 'vitest';
import { LoadTries } from './LoadTries.ts';

const START_MS = 1_700_000_000_000;

/** A tab, a server that answers or does not, and a clock that goes on when told to. */
class Tab {
  kept: string | null = null;
  keeps = true;
  answers = true;
  nowMs = START_MS;
  loads = 0;
  readonly waits: number[] = [];
  readonly #due: (() => void)[] = [];
  /** A page that loads anew has one of its own. */
  readonly page = (): LoadTries =>
    new LoadTries({
      recall: () => this.kept,
      remember: (value) => void (this.keeps && (this.kept = value)),
      look: () => Promise.resolve(this.answers),
      reload: () => (this.loads += 1),
      after: (then, ms) => {
        this.waits.push(ms);
        this.#due.push(then);
      },
      nowMs: () => this.nowMs,
      random: () => 0.5,
    });

  async pass(): Promise<void> {
    for (const then of this.#due.splice(0)) then();
    // One turn for the look, one for what follows from it.
    for (let turn = 0; turn < 4; turn += 1) await Promise.resolve();
  }
}

describe('a page that did not load completely', () => {
  test('is loaded again once the server answers, and never while it does not', async () => {
    const tab = new Tab();
    tab.answers = false;
    expect(tab.page().start()).toBe(true);
    for (let look = 0; look < 5; look += 1) await tab.pass();
    expect(tab.loads).toBe(0);
    expect(tab.waits).toEqual([1_250, 2_500, 5_000, 10_000, 12_500, 12_500]);
    tab.answers = true;
    await tab.pass();
    expect(tab.loads).toBe(1);
  });

  test('is loaded again by itself three times and no more, until ten minutes have passed', async () => {
    const tab = new Tab();
    for (let load = 0; load < 3; load += 1) {
      expect(tab.page().start()).toBe(true);
      await tab.pass();
      tab.nowMs += 60_000;
    }
    expect(tab.loads).toBe(3);
    const last = tab.page();
    expect(last.start()).toBe(false);
    last.hurry();
    await tab.pass();
    expect(tab.loads).toBe(3);
    tab.nowMs = START_MS + 10 * 60_000;
    expect(tab.page().start()).toBe(true);
    await tab.pass();
    expect(tab.loads).toBe(4);
  });

  test('is loaded again by nobody but its person in a tab that cannot remember how often it was', async () => {
    const tab = new Tab();
    tab.keeps = false;
    tab.page().start();
    await tab.pass();
    expect(tab.loads).toBe(0);
  });

  test('looks at once when the network is back, and gives up looking after some minutes', async () => {
    const tab = new Tab();
    tab.answers = false;
    const page = tab.page();
    page.start();
    page.hurry();
    await tab.pass();
    tab.answers = true;
    page.hurry();
    await tab.pass();
    expect(tab.loads).toBe(1);
    const vain = new Tab();
    vain.answers = false;
    vain.page().start();
    for (let look = 0; look < 100; look += 1) await vain.pass();
    expect(vain.waits).toHaveLength(30);
  });
});
