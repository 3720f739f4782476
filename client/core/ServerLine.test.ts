// How a client's line to the server stands.
import { describe, expect, it } from 'vitest';
import { ServerLine } from './ServerLine.ts';

describe('ServerLine', () => {
  it('says when the next attempt is made for as long as it is lost', () => {
    let changes = 0;
    const line = new ServerLine(() => (changes += 1));
    expect(line.view(false)).toEqual({ connection: 'online', retryAtMs: null, cutOff: false });
    line.lost();
    line.retries(5_000);
    expect(line.view(false)).toMatchObject({ connection: 'reconnecting', retryAtMs: 5_000 });
    line.retries(null);
    expect(line.view(false).retryAtMs).toBe(null);
    line.retries(9_000);
    expect(line.back(true)).toBe(true);
    expect(line.view(false)).toEqual({ connection: 'online', retryAtMs: null, cutOff: false });
    expect(changes).toBe(3);
  });

  it('is cut off only where the way of the media is lost as well', () => {
    const line = new ServerLine(() => undefined);
    expect(line.view(true).cutOff).toBe(false);
    line.goesDown();
    line.lost();
    expect(line.view(false)).toMatchObject({ connection: 'restarting', cutOff: false });
    expect(line.view(true).cutOff).toBe(true);
  });
});
