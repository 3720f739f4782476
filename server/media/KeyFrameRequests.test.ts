// Rules of thinning: the first request passes, a flood becomes one request in each interval.
import { describe, expect, it } from 'vitest';
import { KeyFrameRequests } from './KeyFrameRequests.ts';

/** Time that only moves when told to. */
function createManualClock() {
  let nowMs = 1_000;
  let timers: { atMs: number; callback: () => void }[] = [];
  return {
    now: () => nowMs,
    after(ms: number, callback: () => void) {
      const timer = { atMs: nowMs + ms, callback };
      timers.push(timer);
      return () => {
        timers = timers.filter((other) => other !== timer);
      };
    },
    advance(ms: number) {
      nowMs += ms;
      const due = timers.filter(({ atMs }) => atMs <= nowMs);
      timers = timers.filter(({ atMs }) => atMs > nowMs);
      for (const { callback } of due) callback();
    },
    get pending() {
      return timers.length;
    },
  };
}

describe('KeyFrameRequests', () => {
  it('passes the first request at once and merges the next ones into one at the end of the interval', () => {
    const clock = createManualClock();
    let sent = 0;
    const requests = new KeyFrameRequests(clock, () => (sent += 1));
    for (let count = 0; count < 10; count += 1) requests.request();
    expect(sent).toBe(1);
    clock.advance(499);
    expect(sent).toBe(1);
    clock.advance(1);
    expect(sent).toBe(2);
    clock.advance(10_000);
    expect(sent).toBe(2);
  });

  it('passes a request at once when the last one is long ago', () => {
    const clock = createManualClock();
    let sent = 0;
    const requests = new KeyFrameRequests(clock, () => (sent += 1));
    requests.request();
    clock.advance(500);
    requests.request();
    expect(sent).toBe(2);
  });

  it('sends nothing after close and leaves no timer behind', () => {
    const clock = createManualClock();
    let sent = 0;
    const requests = new KeyFrameRequests(clock, () => (sent += 1));
    requests.request();
    requests.request();
    requests.close();
    requests.close();
    expect(clock.pending).toBe(0);
    requests.request();
    clock.advance(1_000);
    expect(sent).toBe(1);
  });
});
