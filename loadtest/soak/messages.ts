// What crosses between the soak and the threads that its Bots live in.
import type { RoomLink } from '#core';

/** What a crew is started with. */
export interface CrewSettings {
  origin: string;
  link: RoomLink;
  /** Whether the one who never had the link listens here. */
  hasStranger: boolean;
  /** How much slower than the machine's this thread's time goes. */
  slow: number;
  slowSinceMs: number;
}

export type Act =
  | { what: 'join' }
  | { what: 'leave' }
  | { what: 'crash' }
  | { what: 'loseLine'; ms: number }
  /** The next commit reaches it broken, so that it has to find its way back. */
  | { what: 'resync' };

export interface FrameToSeal {
  bot: number;
  frame: number;
}

export interface FrameToOpen {
  bot: number;
  from: string;
  sealed: ArrayBuffer;
}

export type ToCrew =
  | { type: 'act'; bot: number; act: Act }
  | { type: 'seal'; frames: FrameToSeal[] }
  | { type: 'open'; frame: FrameToOpen }
  /** Which faults its track of `from` counted so far. */
  | { type: 'why'; bot: number; from: string }
  | { type: 'gauge' }
  | { type: 'end' };

/** Where one Bot stands, as its client says. */
export interface BotReport {
  bot: number;
  atMs: number;
  peerId: string | null;
  phase: 'joining' | 'in' | 'ended';
  /** Of `ended`. */
  reason: string | null;
  isOnline: boolean;
  /** State of the group and, where it is not `in`, why. */
  group: string;
  cause: string | null;
  groupTag: string | null;
  epoch: number;
  sendEpoch: number;
}

/** One member's word on one epoch. */
export interface EpochReport {
  bot: number;
  groupTag: string;
  epoch: number;
  safetyCode: string;
  members: string[];
}

export type FromCrew =
  | { type: 'bot'; report: BotReport }
  | { type: 'epoch'; report: EpochReport }
  /** The transcript hash that a member signed for an epoch. */
  | { type: 'transcript'; groupTag: string; epoch: number; hash: string }
  | { type: 'sealed'; bot: number; frame: number; sealed: ArrayBuffer; atMs: number }
  | { type: 'opened'; bot: number; frame: number; atMs: number }
  | { type: 'why'; bot: number; from: string; faults: Record<string, number> }
  /** Somebody who left still listens · took every commit up to the one that removed it · listens no more. */
  | { type: 'outsider'; bot: number; is: 'listening' | 'removed' | 'gone' }
  | { type: 'gauge'; gauge: Gauge };

/** How late a thread's timers were since the last gauge, in ms. */
export interface Gauge {
  lagP50Ms: number;
  lagP99Ms: number;
  lagMaxMs: number;
}

/** The one without a link has no number of its own. */
export const STRANGER = -1;
