// What the SDK shows of reactions, raised hands and polls, and what a person does with them.
import type { ReactionKind } from './reactions/reactionPayload.ts';

export interface GesturesView {
  /** Shown now, oldest first. */
  reactions: ReactionView[];
  /** Raised hands, first in line first. */
  hands: HandView[];
  /** Oldest first. */
  polls: PollView[];
}

export interface ReactionView {
  id: number;
  from: string;
  displayName: string;
  self: boolean;
  kind: ReactionKind;
  atMs: number;
}

export interface HandView {
  peerId: string;
  self: boolean;
  /** When it came up, by our clock. */
  atMs: number;
}

/** What its author decides of a poll. */
export interface PollDraft {
  question: string;
  options: string[];
  /** More than one option may be chosen. */
  multiple: boolean;
  /** Names are shown beside votes. Every vote is signed by its sender, so that hiding them is up to the pages. */
  named: boolean;
  /** When people see the counts: once they voted, or once it is closed. */
  results: 'afterVote' | 'atEnd';
}

export interface PollView extends PollDraft {
  /** Unique in the Room, also between authors. */
  key: string;
  /** Peer id. */
  author: string;
  authorName: string;
  mine: boolean;
  atMs: number;
  state: 'open' | 'closed' | 'authorLeft';
  /** For each option, who chose it; oneself is among them. */
  votes: { peerId: string; displayName: string }[][];
  /** How many people voted. */
  voters: number;
  /** What oneself chose, as indices of options; empty for no vote. */
  chosen: number[];
}

/** What people do beside speaking. Nothing of it throws while in the Room. */
export interface GestureActions {
  readonly reactions: ReactionActions;
  readonly hands: HandActions;
  readonly polls: PollActions;
}
export interface ReactionActions {
  /** False where it was not sent: too many at once, or nobody can be reached. */
  send(kind: ReactionKind): boolean;
}
export interface HandActions {
  raise(): void;
  lower(): void;
  /** False where this device does not act as host. */
  lowerOthers(peerIds: string[]): boolean;
}
export interface PollActions {
  /** False for a draft that is not fit to be sent, and past `MAX_OWN_OPEN` polls. */
  open(draft: PollDraft): boolean;
  /** In the poll of this `key`: replaces what was chosen before, nothing for no vote. Kept over reconnects. */
  vote(key: string, choices: number[]): void;
  /** By its author, or by whoever acts as host. False for all others. */
  end(key: string): boolean;
}
