// What the SDK shows of the stage, and what its producer and its speakers may do.
import type { StageRole } from '#e2ee';
import type { HostOutcome } from '../orders/orderTypes.ts';
import type { RoomLink } from '../linkTypes.ts';
import type { Show } from './stagePayload.ts';

export type StagePhase = Show['phase'];
export type StageLayout = Show['layout'];
export type { StageRole };

/** Part of what the members say to each other. */
export interface StageView {
  /** Null while no stage is open. */
  show: ShowView | null;
}

export interface ShowView {
  /** peerId of whose word counts; they may have gone. */
  producer: string;
  iProduce: boolean;
  phase: StagePhase;
  layout: StageLayout;
  /** peerId of whose screen is on air. */
  screen: string | null;
  labels: boolean;
  /** All moments here are by this device's clock. */
  startsAtMs: number | null;
  timerEndsAtMs: number | null;
  brand: StageBrand;
  /** Everybody the producer listed who is still in the room, oneself included. */
  people: ShowPersonView[];
  /** In the order of their places. */
  onAir: string[];
  mine: OwnAir;
  /** Who speaks to this device over the show; Peer ids. */
  talkBack: string[];
  /** Whom we speak to: a Peer id, `*` for all. */
  talkingTo: string | null;
  /** By the server's word; null until it said so. */
  viewers: number | null;
  /** Nobody here can sign who is who for viewers: neither the device of who made the room is there, nor one that it delegated. */
  hostAway: boolean;
}

export interface StageBrand {
  name: string;
  /** `#rrggbb` */
  accent: string | null;
  /** A data URL of a picture. */
  logo: string | null;
}

export interface ShowPersonView {
  peerId: string;
  name: string;
  title: string;
  role: StageRole;
  self: boolean;
  /** Their device told its key; without it nothing of theirs can be on air. */
  ready: boolean;
  air: { state: 'backstage' } | { state: 'countdown'; dueMs: number } | { state: 'onAir'; sinceMs: number };
}

/** Of this device: `onAir` once its keys and the server both said so, never before. */
export type OwnAir =
  | { state: 'backstage' }
  | { state: 'countdown'; dueMs: number }
  /** The countdown is over, the keys are on their way. */
  | { state: 'going' }
  | { state: 'onAir'; sinceMs: number; screen: boolean }
  /** It did not work; nothing of ours went out. */
  | { state: 'failed' };

/** What the producer puts on air in one step. */
export interface SceneDraft {
  layout: StageLayout;
  /** peerIds in the order of their places. */
  onAir: string[];
  screen: string | null;
}

/** What may be changed of a show that is under way. */
export interface ShowChange {
  phase?: StagePhase;
  labels?: boolean;
  /** By this device's clock. */
  startsAtMs?: number | null;
  timerEndsAtMs?: number | null;
}

/** `noStage`: none is open · `notReady`: that device cannot be on air · `tooMany`: no place is left. */
export type StageFault = 'noStage' | 'notReady' | 'tooMany' | 'tooLarge';
export type StageOutcome =
  | { ok: true }
  | { ok: false; fault: Extract<HostOutcome, { ok: false }>['fault'] | StageFault };

export interface StageActions {
  /** For who leads. */
  open(): StageOutcome;
  /** For who leads beside the producer: from now on their word counts. */
  takeOver(): StageOutcome;
  close(): StageOutcome;
  change(change: ShowChange): StageOutcome;
  /** Replaces who is on air; whoever is new there sees a countdown first. */
  take(scene: SceneDraft): StageOutcome;
  putOnAir(peerId: string): StageOutcome;
  takeOff(peerId: string): StageOutcome;
  describe(peerId: string, as: { name?: string; title?: string; role?: StageRole }): StageOutcome;
  setBrand(brand: StageBrand): StageOutcome;
  /** `*` for all, null for nobody; nothing while on air oneself. */
  talkBack(to: string | null): StageOutcome;
  /** Takes oneself off the air, at any time. */
  leaveAir(): void;
  /** The link to watch by, of the room's present link. */
  watchLink(): Promise<RoomLink>;
}
