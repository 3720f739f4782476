// From two readings of the line to bars and a cause, and how sure one has to be before they change: pure.
import type { LineQuality } from '../types.ts';
import type { Counters, DownCounters, Flow } from './lineReading.ts';

type Bars = LineQuality['bars'];

/** Steps from four bars down to one: what is at or over the first costs one bar, and so on. */
type Steps = readonly [number, number, number];
/** Share of packets: 2 % is heard by who listens for it, past 12 % a voice has holes that nothing mends. */
const LOSS: Steps = [0.02, 0.05, 0.12];
/** There and back, ms: from 250 people begin to speak at once, from 800 it is a walkie-talkie. */
const DELAY_MS: Steps = [250, 450, 800];
/** Too little for the middle picture, for any picture, for more than a voice; bit/s. */
const BANDWIDTH_BPS: Steps = [300_000, 150_000, 60_000];
/** Encoders are held back now and then by a good line, too: only for most of the time does it count. */
const LIMITED_SHARE = 0.5;
/**
 * A line that loses so much lets little through because it loses: the estimate follows the loss, and people can do more about its cause.
 * Counted with what came the second time: at little bandwidth nearly everything does, and hardly a loss of 30 % is left to be seen.
 */
const LOSS_IS_THE_CAUSE = LOSS[1];
/** Of fewer packets a share says nothing. */
const FEWEST_PACKETS = 20;
/** Where none of n got lost, up to 3 of n may have been meant to: without that a Peer of few lucky packets would speak for our line. */
const LUCK = 3;

export const GOOD: LineQuality = { bars: 4, cause: null };

function barsOf(value: number, steps: Steps): Bars {
  return (4 - steps.filter((step) => value >= step).length) as Bars;
}

/** @param elapsedMs between the two */
export function lineQualityOf(before: Counters, now: Counters, elapsedMs: number): LineQuality {
  const flow = between(before, now);
  const loss = shareOf(flow);
  const atFirst = shareOf({ ...flow, lost: Math.max(0, (now.repeated ?? 0) - (before.repeated ?? 0)) });
  return qualityOf({ loss, atFirst: Math.max(loss, atFirst) }, before, now, elapsedMs);
}

/**
 * Our way down, by the Peer whose streams lose least: a bad line of ours hits all of them alike, a bad one of theirs only their own.
 * @param elapsedMs between the two
 * @param words what the others say of their way up, by Peer id
 */
export function downQualityOf(
  before: DownCounters,
  now: DownCounters,
  elapsedMs: number,
  words: ReadonlyMap<string, LineQuality>,
): LineQuality {
  const loss = ownLoss(before, now, words);
  return qualityOf({ loss, atFirst: loss }, before, now, elapsedMs);
}

/** The first are shares of packets: lost for good, and lost at first. */
function qualityOf(
  { loss, atFirst }: { loss: number; atFirst: number },
  before: Counters,
  now: Counters,
  elapsedMs: number,
): LineQuality {
  const limited = elapsedMs > 0 && (now.limitedMs - before.limitedMs) / elapsedMs > LIMITED_SHARE;
  const causes: LineQuality[] = [
    { bars: barsOf(loss, LOSS), cause: 'loss' },
    { bars: barsOf(now.roundTripMs ?? 0, DELAY_MS), cause: 'delay' },
    { bars: limited ? bandwidthBars(now.availableBps) : 4, cause: atFirst < LOSS_IS_THE_CAUSE ? 'bandwidth' : 'loss' },
  ];
  const worst = causes.reduce((least, one) => (one.bars < least.bars ? one : least));
  return worst.bars === 4 ? GOOD : worst;
}

/** All that was sent, and what of it was lost; streams that ended took their counters with them. */
function between(before: Flow, now: Flow): Flow {
  const lost = Math.max(0, now.lost - before.lost);
  return { packets: Math.max(0, now.packets - before.packets) + lost, lost };
}

function shareOf({ packets, lost }: Flow): number {
  return packets < FEWEST_PACKETS ? 0 : lost / packets;
}

/** What is lost of a Peer's is at most our loss and theirs: where their own word accounts for it, nothing is known against our line. */
function ownLoss(before: DownCounters, now: DownCounters, words: ReadonlyMap<string, LineQuality>): number {
  if (now.senders.size === 0) return shareOf(between(before, now));
  const flows = [...now.senders].map(([peerId, flow]) => {
    const since = between(before.senders.get(peerId) ?? { packets: 0, lost: 0 }, flow);
    return { ...since, peerId, atMost: (since.lost + LUCK) / since.packets };
  });
  const [first, ...others] = flows.filter(({ packets }) => packets >= FEWEST_PACKETS);
  if (first === undefined) return 0;
  const least = others.reduce((best, one) => (one.atMost < best.atMost ? one : best), first);
  const word = words.get(least.peerId);
  const loss = shareOf(least);
  return word?.cause === 'loss' && word.bars <= barsOf(loss, LOSS) ? 0 : loss;
}

/** The fewer the better the other way round: below a step costs a bar. */
function bandwidthBars(bps: number | null): Bars {
  if (bps === null) return 3;
  return (4 - BANDWIDTH_BPS.filter((step) => bps < step).length) as Bars;
}

/** Readings in a row that say so before fewer bars are shown; one alone is a hiccup. */
const TO_FALL = 2;
/** The same for more bars: a line that mends for a moment is not mended. */
const TO_RISE = 4;

/** What is shown: follows what is measured once it has lasted. */
export class SteadyQuality {
  #shown: LineQuality;
  #wanted: LineQuality[] = [];

  constructor(shown: LineQuality = GOOD) {
    this.#shown = shown;
  }

  get shown(): LineQuality {
    return this.#shown;
  }

  /** True where another is shown from now on. */
  measured(quality: LineQuality): boolean {
    const { bars, cause } = this.#shown;
    if (quality.bars === bars) {
      this.#wanted = [];
      if (quality.cause === cause) return false;
      this.#shown = quality;
      return true;
    }
    const falls = quality.bars < bars;
    if (this.#wanted.some((one) => one.bars < bars !== falls)) this.#wanted = [];
    this.#wanted.push(quality);
    if (this.#wanted.length < (falls ? TO_FALL : TO_RISE)) return false;
    // Of what was measured in a row, the nearest to what is shown: sure for all of them.
    this.#shown = this.#wanted.reduce((nearest, one) =>
      Math.abs(one.bars - bars) < Math.abs(nearest.bars - bars) ? one : nearest,
    );
    this.#wanted = [];
    return true;
  }
}
