// Every frame that was sent, to whom, and whether it was opened; of those that were not, whose fault it was.
import type { EpochLedger } from './EpochLedger.ts';
import type { Standing, Standings } from './Standings.ts';

/** A frame is judged this long after it was asked for: the relay, the hold of 750 ms, and a machine that is far behind. */
const JUDGED_AFTER_MS = 15_000;
const EPOCH_MODULUS = 64;

interface Delivery {
  receiver: number;
  atMs: number;
  openedAtMs: number | null;
}

interface Frame {
  number: number;
  sender: number;
  senderPeerId: string;
  groupTag: string;
  askedAtMs: number;
  /** What was done to the sender and is still felt when it was asked. */
  senderExcuse: string | null;
  /** Null until it was sealed. */
  epoch: number | null;
  deliveries: Delivery[];
}

/** Somebody opened a frame of this epoch. */
interface Open {
  groupTag: string;
  epoch: number;
  receiver: number;
  peerId: string;
  isOutside: boolean;
}

export interface FrameTotals {
  /** Frames, once for each receiver, whose sender and receiver were members all along. */
  counted: number;
  lost: Map<string, number>;
  /** The others, by why they do not count: `newcomer` (no member of that epoch), or what was done to one of the two. */
  excused: Map<string, number>;
  /** Of those counted: ms from arrival to being open, which is mostly 0 and at most the hold. */
  waitsMs: number[];
}

export interface FrameLedgerOptions {
  standings: Standings;
  epochs: EpochLedger;
  /** Asks the receiver for the faults that its track of this sender counted. */
  askWhy(receiver: number, senderPeerId: string): void;
}

export class FrameLedger {
  readonly #options: FrameLedgerOptions;
  readonly #open = new Map<number, Frame>();
  /** Which epoch each frame was sealed in, for whoever opens one late. */
  readonly #epochOf = new Map<number, { groupTag: string; epoch: number }>();
  #unchecked: Open[] = [];
  readonly #faults = new Map<string, Record<string, number>>();
  #next = 0;
  readonly totals: FrameTotals = { counted: 0, lost: new Map(), excused: new Map(), waitsMs: [] };
  /** Opened by somebody who was no member of its epoch, or not what was sealed. */
  readonly wrongOpens: string[] = [];
  /** Frames of an epoch in which they were members, opened by those who had left: what shows that they could listen. */
  opensBeforeRemoval = 0;

  constructor(options: FrameLedgerOptions) {
    this.#options = options;
  }

  /** Null where the sender is not in the group now. @returns the number of the frame that it is to seal */
  ask(sender: Standing, nowMs: number): number | null {
    if (sender.peerId === null || sender.groupTag === null || sender.sinceEpoch === null) return null;
    const number = this.#next++;
    const { bot, peerId, groupTag } = sender;
    this.#open.set(number, {
      number,
      sender: bot,
      senderPeerId: peerId,
      groupTag,
      askedAtMs: nowMs,
      senderExcuse: excuseOf(sender, nowMs),
      epoch: null,
      deliveries: [],
    });
    return number;
  }

  /** @param epochBits what its KID says. @returns whose frame it is, or null where nobody waits for it any more */
  sealed(number: number, epochBits: number): { sender: number; senderPeerId: string } | null {
    const frame = this.#open.get(number);
    if (frame === undefined) return null;
    frame.epoch = nearest(this.#options.epochs.highest.epoch, epochBits);
    this.#epochOf.set(number, { groupTag: frame.groupTag, epoch: frame.epoch });
    return { sender: frame.sender, senderPeerId: frame.senderPeerId };
  }

  delivered(number: number, receiver: number, atMs: number): void {
    this.#open.get(number)?.deliveries.push({ receiver, atMs, openedAtMs: null });
  }

  /** @param opener null for one who was never a member */
  opened(number: number, receiver: number, opener: { peerId: string; isOutside: boolean } | null, atMs: number): void {
    const sealedIn = this.#epochOf.get(number);
    if (sealedIn === undefined || opener === null) {
      this.wrongOpens.push(`frame ${number} was opened by ${receiver}, who could not have`);
      return;
    }
    // Frames need no port: one may be here before its sender's word on the epoch that it is of.
    this.#unchecked.push({ ...sealedIn, receiver, ...opener });
    const delivery = this.#open.get(number)?.deliveries.find((one) => one.receiver === receiver);
    if (delivery !== undefined) delivery.openedAtMs ??= atMs;
  }

  /** Judges what is old enough; all of it where `nowMs` is Infinity. */
  judge(nowMs: number): void {
    const { epochs } = this.#options;
    const isDue = ({ groupTag, epoch }: Open) => epochs.isKnown(groupTag, epoch) || nowMs === Infinity;
    const due = this.#unchecked.filter(isDue);
    if (due.length > 0) this.#unchecked = this.#unchecked.filter((open) => !isDue(open));
    for (const open of due) this.#checkOpen(open);
    for (const frame of this.#open.values()) {
      if (frame.askedAtMs + JUDGED_AFTER_MS > nowMs) return;
      this.#open.delete(frame.number);
      if (frame.epoch === null) this.#judgeUnsent(frame);
      else for (const delivery of frame.deliveries) this.#judgeDelivery(frame, frame.epoch, delivery);
    }
  }

  #checkOpen({ groupTag, epoch, receiver, peerId, isOutside }: Open): void {
    if (!this.#options.epochs.isMember(groupTag, epoch, peerId)) {
      this.wrongOpens.push(`a frame of epoch ${epoch} was opened by bot ${receiver}, no member of it`);
    } else if (isOutside) this.opensBeforeRemoval += 1;
  }

  explain(receiver: number, senderPeerId: string, faults: Record<string, number>): void {
    const key = `${receiver} ${senderPeerId}`;
    const before = this.#faults.get(key) ?? {};
    this.#faults.set(key, faults);
    const grown = Object.keys(faults).find((fault) => (faults[fault] ?? 0) > (before[fault] ?? 0));
    this.#lose(grown ?? 'untold');
    this.#lose('unexplained', -1);
  }

  #judgeUnsent(frame: Frame): void {
    const sender = this.#options.standings.get(frame.sender);
    if (frame.senderExcuse !== null || excuseOf(sender, frame.askedAtMs) !== null) return;
    this.totals.counted += 1;
    this.#lose(`notSealed (${sender?.state ?? 'unknown'})`);
  }

  #judgeDelivery(frame: Frame, epoch: number, { receiver, atMs, openedAtMs }: Delivery): void {
    const { standings, askWhy } = this.#options;
    const to = standings.get(receiver);
    const wasMember = (to?.sinceEpoch ?? Infinity) <= epoch;
    const excuse = frame.senderExcuse ?? excuseOf(to, frame.askedAtMs) ?? (wasMember ? null : 'newcomer');
    if (excuse !== null) return addTo(this.totals.excused, excuse, 1);
    this.totals.counted += 1;
    if (openedAtMs !== null) {
      this.totals.waitsMs.push(Math.max(0, openedAtMs - atMs));
      return;
    }
    // The answer moves it to the cause that the receiver names.
    this.#lose('unexplained');
    askWhy(receiver, frame.senderPeerId);
  }

  #lose(cause: string, count = 1): void {
    addTo(this.totals.lost, cause, count);
  }
}

function addTo(counts: Map<string, number>, name: string, count: number): void {
  const now = (counts.get(name) ?? 0) + count;
  if (now === 0) counts.delete(name);
  else counts.set(name, now);
}

/** What was done to it since `sinceMs`, or before and is still felt. */
function excuseOf(standing: Standing | undefined, sinceMs: number): string | null {
  if (standing === undefined) return 'unknown';
  if (standing.departedAtMs !== null) return 'left';
  return standing.excusedUntilMs <= sinceMs ? null : standing.lastAct;
}

/** The epoch near `near` that has these bits. */
function nearest(near: number, epochBits: number): number {
  const base = near - (near % EPOCH_MODULUS) + epochBits;
  const candidates = [base - EPOCH_MODULUS, base, base + EPOCH_MODULUS].filter((epoch) => epoch >= 0);
  return candidates.reduce((best, one) => (Math.abs(one - near) < Math.abs(best - near) ? one : best), base);
}
