// When a page plays too late: buffers as the browser counts them.
import { describe, expect, it } from 'vitest';
import { LiveEdge } from './LiveEdge.ts';

/** A stream of fifty parts a reading, each of which waited so long. */
function stream() {
  const edge = new LiveEdge();
  let now = { delayS: 0, emitted: 0 };
  const wait = (ms: number): boolean => {
    now = { delayS: now.delayS + (50 * ms) / 1_000, emitted: now.emitted + 50 };
    edge.measured(new Map([['mic', now]]));
    return edge.behind;
  };
  wait(0);
  return { edge, wait };
}

describe('LiveEdge', () => {
  it('W-33 is behind once buffers were long three times in a row, and not sooner', () => {
    const { wait } = stream();
    expect([wait(2_000), wait(2_000), wait(100), wait(2_000), wait(2_000), wait(2_000)]).toEqual([
      false,
      false,
      false,
      false,
      false,
      true,
    ]);
  });

  it('W-33 is live again only once buffers are short, not while they are middling', () => {
    const { wait } = stream();
    for (let count = 0; count < 3; count += 1) wait(2_000);
    expect([wait(1_200), wait(700)]).toEqual([true, false]);
  });

  it('W-33 says nothing of a stream that played nothing meanwhile, and begins anew with other buffers', () => {
    const { edge, wait } = stream();
    for (let count = 0; count < 3; count += 1) wait(2_000);
    edge.measured(new Map([['mic', { delayS: 300, emitted: 200 }]]));
    expect(edge.behind).toBe(true);
    edge.restart();
    expect(edge.behind).toBe(false);
  });
});
