// When smaller pictures are asked for, and when larger ones again: readings two seconds apart, as the line's figures come.
import { describe, expect, it } from 'vitest';
import { EasedSize, type AudienceReading } from './EasedSize.ts';

/** Of a size that is sent as it is. */
const factorOf = (size: EasedSize): number => size.of({ width: 640, height: 400 }).width / 640;

/** Feeds readings; each says what was lost of a hundred packets, or how long pictures stood still. */
function line() {
  const size = new EasedSize();
  let now: AudienceReading = {
    atMs: 0,
    down: { packets: 0, lost: 0, roundTripMs: 40, limitedMs: 0, availableBps: null },
    frozenMs: 0,
  };
  size.measured(now);
  const read = (lost: number, frozenMs = 0): number => {
    const down = { ...now.down, packets: now.down.packets + 100 - lost, lost: now.down.lost + lost };
    now = { atMs: now.atMs + 2_000, down, frozenMs: now.frozenMs + frozenMs };
    size.measured(now);
    return factorOf(size);
  };
  return { size, read, many: (count: number, lost: number) => Array.from({ length: count }, () => read(lost)) };
}

describe('EasedSize', () => {
  it('W-30 asks for half the size after two readings with loss, and for a quarter after two more', () => {
    const { read } = line();
    expect([read(8), read(8), read(8), read(8), read(8), read(8)]).toEqual([1, 0.5, 0.5, 0.25, 0.25, 0.25]);
  });

  it('W-30 takes pictures that stand still for a bad line, though nothing is lost', () => {
    const { read } = line();
    expect([read(0, 600), read(0, 600)]).toEqual([1, 0.5]);
  });

  it('W-31 a single bad reading, and loss that is hardly seen, change nothing', () => {
    const { read } = line();
    expect([read(8), read(0), read(8), read(0), read(3), read(3), read(3)]).toEqual([1, 1, 1, 1, 1, 1, 1]);
  });

  it('W-31 asks for more only after five good readings in a row, and stays where the line is neither good nor bad', () => {
    const { many } = line();
    many(2, 8);
    expect(many(6, 3).at(-1)).toBe(0.5);
    expect(many(4, 0).at(-1)).toBe(0.5);
    expect(many(1, 0)).toEqual([1]);
  });

  it('W-31 waits twice as long after a step up that had to be taken back, and as at first once one has held', () => {
    const { many } = line();
    many(2, 8);
    expect(many(5, 0).at(-1)).toBe(1);
    expect(many(2, 8).at(-1)).toBe(0.5);
    expect(many(9, 0).at(-1)).toBe(0.5);
    expect(many(1, 0)).toEqual([1]);
    many(10, 0);
    many(2, 8);
    expect(many(5, 0).at(-1)).toBe(1);
  });

  it('W-30 halves what is sent where more is shown, as on a tall phone of many pixels', () => {
    const { size, many } = line();
    const phone = { width: 1170, height: 1800 };
    expect(size.of(phone)).toEqual(phone);
    many(2, 8);
    expect(size.of(phone).height).toBeCloseTo(360);
    many(2, 8);
    expect(size.of(phone).height).toBeCloseTo(180);
    expect(size.of({ width: 2560, height: 300 }).width).toBeCloseTo(320);
  });

  it('W-31 counts from nought in another life of the media, and keeps the step', () => {
    const { size, many } = line();
    many(2, 8);
    size.restart();
    const down = { packets: 10, lost: 0, roundTripMs: 40, limitedMs: 0, availableBps: null };
    expect(size.measured({ atMs: 100_000, down, frozenMs: 0 })).toBe(false);
    expect(factorOf(size)).toBe(0.5);
  });
});
