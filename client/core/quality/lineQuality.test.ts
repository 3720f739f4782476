// Rules of the bars: what the browser's figures are worth, and how long something has to last before it is shown.
import { describe, expect, it } from 'vitest';
import { GOOD, lineQualityOf, SteadyQuality } from './lineQuality.ts';
import { lineReadingOf, type Counters } from './lineReading.ts';

const START: Counters = { packets: 1_000, lost: 10, roundTripMs: 20, limitedMs: 0, availableBps: 2_000_000 };
const after = (change: Partial<Counters>): Counters => ({ ...START, packets: 1_100, ...change });
const measured = (change: Partial<Counters>) => lineQualityOf(START, after(change), 2_000);

describe('lineQualityOf', () => {
  it('gives a line without loss or delay four bars and no cause', () => {
    expect(measured({})).toEqual({ bars: 4, cause: null });
  });

  it('takes bars for loss, by the share of packets since the last look', () => {
    expect(measured({ lost: 13 })).toEqual({ bars: 3, cause: 'loss' });
    expect(measured({ lost: 18 })).toEqual({ bars: 2, cause: 'loss' });
    expect(measured({ lost: 40 })).toEqual({ bars: 1, cause: 'loss' });
  });

  it('says nothing of loss where too few packets went, nor where streams ended and their counters with them', () => {
    expect(measured({ packets: 1_005, lost: 15 })).toEqual(GOOD);
    expect(measured({ packets: 200, lost: 0 })).toEqual(GOOD);
  });

  it('takes bars for delay', () => {
    expect(measured({ roundTripMs: 300 })).toEqual({ bars: 3, cause: 'delay' });
    expect(measured({ roundTripMs: 1_500 })).toEqual({ bars: 1, cause: 'delay' });
    expect(measured({ roundTripMs: null })).toEqual(GOOD);
  });

  it('takes bars for bandwidth only while encoders are held back for it most of the time', () => {
    expect(measured({ availableBps: 50_000 })).toEqual(GOOD);
    expect(measured({ availableBps: 50_000, limitedMs: 500 })).toEqual(GOOD);
    expect(measured({ availableBps: 200_000, limitedMs: 1_900 })).toEqual({ bars: 3, cause: 'bandwidth' });
    expect(measured({ availableBps: 50_000, limitedMs: 1_900 })).toEqual({ bars: 1, cause: 'bandwidth' });
  });

  it('names loss where encoders are held back by a line that loses much, and bandwidth where it loses little', () => {
    const narrow = { availableBps: 50_000, limitedMs: 1_900 };
    expect(measured({ ...narrow, lost: 16 })).toEqual({ bars: 1, cause: 'loss' });
    expect(measured({ ...narrow, lost: 13 })).toEqual({ bars: 1, cause: 'bandwidth' });
  });

  it('names the worst of several causes', () => {
    expect(measured({ lost: 40, roundTripMs: 300 })).toEqual({ bars: 1, cause: 'loss' });
  });
});

describe('SteadyQuality', () => {
  const poor = { bars: 1, cause: 'loss' } as const;
  const fair = { bars: 3, cause: 'delay' } as const;

  it('shows fewer bars only after two readings in a row, so that one hiccup shows nothing', () => {
    const steady = new SteadyQuality();
    expect([steady.measured(poor), steady.measured(GOOD), steady.measured(poor)]).toEqual([false, false, false]);
    expect(steady.shown).toEqual(GOOD);
    expect(steady.measured(poor)).toBe(true);
    expect(steady.shown).toEqual(poor);
  });

  it('shows more bars only after four in a row', () => {
    const steady = new SteadyQuality();
    for (const one of [poor, poor, GOOD, GOOD, poor, GOOD, GOOD, GOOD]) steady.measured(one);
    expect(steady.shown).toEqual(poor);
    expect(steady.measured(GOOD)).toBe(true);
    expect(steady.shown).toEqual(GOOD);
  });

  it('shows of readings in a row that differ the one that is nearest to before', () => {
    const steady = new SteadyQuality();
    steady.measured(poor);
    steady.measured(fair);
    expect(steady.shown).toEqual(fair);
  });
});

describe('lineReadingOf', () => {
  it('adds up what browsers count for each stream, and takes the delay of the pair in use', () => {
    const send = [
      { type: 'candidate-pair', nominated: true, currentRoundTripTime: 0.04, availableOutgoingBitrate: 900_000 },
      { type: 'candidate-pair', nominated: false, currentRoundTripTime: 9 },
      { type: 'outbound-rtp', packetsSent: 100, qualityLimitationDurations: { bandwidth: 3 } },
      { type: 'outbound-rtp', packetsSent: 50 },
      { type: 'remote-inbound-rtp', packetsLost: 7, roundTripTime: 0.06 },
    ];
    const recv = [
      { type: 'inbound-rtp', packetsReceived: 70, packetsLost: 3 },
      { type: 'candidate-pair', selected: true },
    ];
    expect(lineReadingOf(send, recv, 5)).toEqual({
      atMs: 5,
      up: { packets: 150, lost: 7, roundTripMs: 60, limitedMs: 3_000, availableBps: 900_000 },
      down: { packets: 70, lost: 3, roundTripMs: null, limitedMs: 0, availableBps: null },
    });
  });

  it('is of zeros where a browser says nothing, or nonsense', () => {
    const nothing = { packets: 0, lost: 0, roundTripMs: null, limitedMs: 0, availableBps: null };
    expect(lineReadingOf([], [{ type: 'inbound-rtp', packetsLost: 'many' }], 0)).toEqual({
      atMs: 0,
      up: nothing,
      down: nothing,
    });
  });
});
