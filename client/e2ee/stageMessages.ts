// What page and worker say of the stage: who may be on air, what is shown, what is said there, and what a viewer knows of it.

/** UTF-16 units of one line of captions: two lines on a screen. */
export const MAX_CAPTION_CHARS = 160;

/** What is being said, as the speaker's own device understood it. */
export interface CaptionWords {
  /** Number of the line, of this speaker's, below 2^32: the same one again replaces what was shown. */
  line: number;
  /** Not empty, `MAX_CAPTION_CHARS` at most. */
  text: string;
  /** No more words follow in this line. */
  final: boolean;
}

/** Whom viewers may see and hear, in the host's word. */
export interface StagePerson {
  peerId: string;
  /** At most 200 UTF-16 units. */
  name: string;
  /** At most 120 UTF-16 units. */
  title: string;
  /** 32 bytes, as that Peer's `feedKey`. */
  feedKey: Uint8Array;
  role: StageRole;
}

export const STAGE_ROLES = ['speaker', 'producer'] as const;
/** A producer may go on air as speakers do, and signs the program beside. */
export type StageRole = (typeof STAGE_ROLES)[number];

/** Of a lower `generation` than one seen none is taken, nor, of the same, of a lower `count`. */
export interface Roster {
  count: number;
  people: StagePerson[];
  /** Count of the host's own roster that it is, or that delegated it. */
  generation: number;
  /** Feed keys of those who may list people while the host is away. */
  delegates: Uint8Array[];
}

/** `signed` is for members and for `wrapStage`, `sealed` for the server, which gives it to viewers. */
export interface SignedRoster extends Pick<Roster, 'generation' | 'delegates'> {
  signed: Uint8Array;
  sealed: Uint8Array;
}

export interface WrappedStage {
  groupId: Uint8Array;
  epoch: number;
  wrapped: Uint8Array;
}

export const PROGRAM_PHASES = ['before', 'live', 'pause', 'after'] as const;
export const PROGRAM_LAYOUTS = ['solo', 'side', 'grid', 'screen'] as const;

/** What viewers' pages show, in a producer's word; at most 60,000 bytes as JSON. */
export interface ProgramContent {
  phase: (typeof PROGRAM_PHASES)[number];
  /** `screen`: a shared screen large, and who speaks beside it. */
  layout: (typeof PROGRAM_LAYOUTS)[number];
  /** Peers in the order of their places, nine at most. */
  onAir: string[];
  /** Whose screen is shown. */
  screen: string | null;
  /** Whether names and titles are shown. */
  labels: boolean;
  /** Of those on air: whose devices make captions of what they say. Absent where none does. */
  captions?: string[];
  /** For the countdown of `before`: Unix ms. */
  startsAtMs: number | null;
  event: {
    /** At most 200 UTF-16 units. */
    name: string;
    /** `#rrggbb`. */
    accent: string | null;
    /** `data:image/png;base64,…`, jpeg or webp; 40,000 bytes of image at most. */
    logo: string | null;
  };
}

/** What `watch` needs; the secret leaves the page's memory with it. */
export interface WatchSettings {
  roomId: string;
  /** 24 bytes from the watch link's fragment. */
  viewSecret: Uint8Array;
  /** From the link, as in SessionSettings. */
  hostKeyHash: string;
}

/** What a viewer knows of the stage, all of it signed. */
export interface WatchView {
  people: Pick<StagePerson, 'peerId' | 'name' | 'title' | 'role'>[];
  program: ProgramContent | null;
  /** Whether any stage key is held. */
  hasKey: boolean;
  /** What last came and did not count; null again once one of its kind did. */
  fault: WatchFault | null;
}

/**
 * - `rosterUnreadable`: sealed under another watch link, as after a new link, or rubbish
 * - `rosterForged`: not signed for this Room by the host's key or one that it delegated, or older than one that was seen
 * - `programForged`: not signed by a producer of the roster, or older than one that was seen
 * - `keysUnreadable`: the last stage key does not open: of another link, or of a roster that has not come
 */
export type WatchFault = 'rosterUnreadable' | 'rosterForged' | 'programForged' | 'keysUnreadable';

/**
 * - `said`: signed by the feed key that the roster names for this Peer, later than what they said before
 * - `forged`: sealed for the stage as their words, and not signed by them
 */
export type WatchCaption = ({ outcome: 'said'; peerId: string } & CaptionWords) | { outcome: 'forged'; peerId: string };
