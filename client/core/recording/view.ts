// What is shown of recordings, and what can be done about them.

/** Who says that they record, and how far our own recording has come. */
export interface RecordingView {
  /** Oldest first, without oneself. */
  recorders: RecorderView[];
  mine: OwnRecording;
}

/** A member's own word, attributed by MLS leaf; nobody is known to record who does not say so. */
export interface RecorderView {
  /** Another for each recording, so that one that was seen is told from the next. */
  id: number;
  peerId: string;
  displayName: string;
  sinceMs: number;
  /** Who acts as host asked them to stop. */
  askedToStop: boolean;
}

export type OwnRecording =
  | { state: 'off' }
  /** Nothing may be kept before the group was told. */
  | { state: 'telling' }
  /** What comes from the Peers in `told` may be kept: the server took our word to them. */
  | { state: 'on'; told: readonly string[]; askedToStop: boolean };

/** The word of it only: what is kept, and where, is the page's business. Nothing of it throws. */
export interface RecordingActions {
  /** Tells the group; true once everybody who is there was told and keeping may begin, false where it was taken back before. */
  start(): Promise<boolean>;
  stop(): void;
  /** For who acts as host; the room is told, and nobody is forced. */
  askToStop(peerId: string): void;
}
