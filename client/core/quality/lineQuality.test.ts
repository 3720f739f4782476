// Rules of the bars: what the browser's figures are worth, and how long something has to last before it is shown.
import { describe, expect, it } from 'vitest';
import type { LineQuality } from '../types.ts';
import { downQualityOf, GOOD, lineQualityOf, SteadyQuality } from './lineQuality.ts';
import { lineReadingOf, type Counters, type DownCounters, type Flow } from './lineReading.ts';

const START: Counters = {
  packets: 1_000,
  lost: 10,
  repeated: 40,
  roundTripMs: 20,
  limitedMs: 0,
  availableBps: 2_000_000,
};
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

  it('names loss where nearly all that was lost came when it was sent again', () => {
    const narrow = { availableBps: 50_000, limitedMs: 1_900, lost: 11 };
    expect(measured({ ...narrow, repeated: 70 })).toEqual({ bars: 1, cause: 'loss' });
    expect(measured({ ...narrow, repeated: 43 })).toEqual({ bars: 1, cause: 'bandwidth' });
    expect(measured({ repeated: 70 })).toEqual(GOOD);
  });

  it('names the worst of several causes', () => {
    expect(measured({ lost: 40, roundTripMs: 300 })).toEqual({ bars: 1, cause: 'loss' });
  });
});

describe('downQualityOf', () => {
  type Senders = Record<string, Flow>;
  type Words = Record<string, LineQuality>;
  const counters = (senders: Senders): DownCounters => {
    const flows = Object.values(senders);
    const sum = (key: keyof Flow): number => flows.reduce((total, flow) => total + flow[key], 0);
    return { ...START, packets: sum('packets'), lost: sum('lost'), senders: new Map(Object.entries(senders)) };
  };
  const judged = (now: Senders, words: Words = {}, before: Senders = {}) =>
    downQualityOf(counters(before), counters(now), 2_000, new Map(Object.entries(words)));
  /** Of a hundred packets. */
  const losing = (lost: number): Flow => ({ packets: 100 - lost, lost });
  const poor = { bars: 1, cause: 'loss' } as const;

  it('finds nothing wrong with our line where one of several loses packets, whoever of them it is', () => {
    expect(judged({ ana: losing(30), bo: losing(0) })).toEqual(GOOD);
    expect(judged({ ana: losing(0), bo: losing(30) })).toEqual(GOOD);
    expect(judged({ ana: losing(30), bo: losing(40), cy: losing(3) })).toEqual({ bars: 3, cause: 'loss' });
  });

  it('takes bars from our line where the streams of all lose packets', () => {
    expect(judged({ ana: losing(30), bo: losing(35) })).toEqual(poor);
    expect(judged({ ana: losing(30) })).toEqual(poor);
  });

  it('judges by what came since the last look, and of who came or went meanwhile by what there is', () => {
    const before = { ana: { packets: 900, lost: 90 }, gone: { packets: 900, lost: 0 } };
    expect(judged({ ana: { packets: 1_000, lost: 90 }, bo: losing(30) }, {}, before)).toEqual(GOOD);
    expect(judged({ ana: { packets: 970, lost: 120 } }, {}, before)).toEqual(poor);
    expect(judged({ ana: { packets: 100, lost: 10 } }, {}, before)).toEqual(GOOD);
  });

  it('does not ask who sent too few packets to say something, nor takes their luck for our line', () => {
    expect(judged({ ana: losing(30), bo: { packets: 10, lost: 0 } })).toEqual(poor);
    expect(judged({ bo: { packets: 9, lost: 9 } })).toEqual(GOOD);
    const few = { packets: 20, lost: 0 };
    expect(judged({ ana: losing(10), bo: few, cy: few, di: few })).toEqual({ bars: 2, cause: 'loss' });
    expect(judged({ ana: losing(30), bo: few })).toEqual(GOOD);
  });

  it('holds nothing against our line that another says to lose on the way up, with two people, too', () => {
    expect(judged({ ana: losing(30) }, { ana: poor })).toEqual(GOOD);
    expect(judged({ ana: losing(6) }, { ana: poor })).toEqual(GOOD);
    expect(judged({ ana: losing(30), bo: losing(40) }, { ana: poor, bo: poor })).toEqual(GOOD);
  });

  it('holds against our line what is more than they say to lose, what they do not speak of, and what all the others lose', () => {
    expect(judged({ ana: losing(30) }, { ana: { bars: 2, cause: 'loss' } })).toEqual(poor);
    for (const cause of ['delay', 'bandwidth'] as const)
      expect(judged({ ana: losing(30) }, { ana: { bars: 1, cause } })).toEqual(poor);
    expect(judged({ ana: losing(40), bo: losing(30) }, { ana: poor })).toEqual(poor);
  });

  it('takes all streams together where nobody knows whose they are', () => {
    const down = (lost: number): DownCounters => ({ ...START, packets: 1_000 + lost, lost, senders: new Map() });
    expect(downQualityOf(down(0), down(100), 2_000, new Map())).toEqual(poor);
  });

  it('takes bars for delay whatever is lost', () => {
    const now = { ...counters({ ana: losing(30), bo: losing(0) }), roundTripMs: 500 };
    expect(downQualityOf(counters({}), now, 2_000, new Map())).toEqual({ bars: 2, cause: 'delay' });
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

  it('begins with what it is given', () => {
    expect(new SteadyQuality(fair).shown).toEqual(fair);
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
      { type: 'outbound-rtp', packetsSent: 50, retransmittedPacketsSent: 4 },
      { type: 'remote-inbound-rtp', packetsLost: 7, roundTripTime: 0.06 },
    ];
    const recv = [
      { type: 'inbound-rtp', packetsReceived: 70, packetsLost: 3 },
      { type: 'candidate-pair', selected: true },
    ];
    expect(lineReadingOf(send, recv, 5)).toEqual({
      atMs: 5,
      up: { packets: 150, lost: 7, repeated: 4, roundTripMs: 60, limitedMs: 3_000, availableBps: 900_000 },
      down: { packets: 70, lost: 3, roundTripMs: null, limitedMs: 0, availableBps: null, senders: new Map() },
    });
  });

  it('adds up what comes of each Peer, by the track that the figures name, and leaves out what is nobody’s', () => {
    const inbound = (trackIdentifier: string | undefined, packetsReceived: number, packetsLost: number) => ({
      type: 'inbound-rtp',
      trackIdentifier,
      packetsReceived,
      packetsLost,
    });
    const recv = [inbound('a1', 70, 3), inbound('b1', 50, 0), inbound('a2', 30, 1), inbound('x', 9, 9)];
    const peerOf = new Map([
      ['a1', 'ana'],
      ['a2', 'ana'],
      ['b1', 'bo'],
      ['c1', 'cy'],
    ]);
    const { down } = lineReadingOf([], [...recv, inbound(undefined, 5, 5)], 0, peerOf);
    expect(down).toMatchObject({ packets: 164, lost: 18 });
    expect(Object.fromEntries(down.senders)).toEqual({ ana: { packets: 100, lost: 4 }, bo: { packets: 50, lost: 0 } });
  });

  it('is of zeros where a browser says nothing, or nonsense', () => {
    const nothing = { packets: 0, lost: 0, roundTripMs: null, limitedMs: 0, availableBps: null };
    expect(lineReadingOf([], [{ type: 'inbound-rtp', packetsLost: 'many' }], 0)).toEqual({
      atMs: 0,
      up: { ...nothing, repeated: 0 },
      down: { ...nothing, senders: new Map() },
    });
  });
});
