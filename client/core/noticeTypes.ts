// What a person is told of in passing.
import type { RoomMode } from '#e2ee';

/** Said once, politely, in the person's language (the UI holds the words). */
export interface Notice {
  id: number;
  atMs: number;
  kind:
    | 'joined'
    | 'left'
    /** What is seen and heard in a hall comes in, or no more. */
    | 'hall'
    | 'hallLeft'
    /** A feed's machine holds the keys from now on, or no more. */
    | 'feed'
    | 'feedLeft'
    | 'reconnected'
    | 'mediaRecovered'
    /** The server is updated in `inMs`, and everybody comes back by themselves. */
    | 'draining'
    | 'deviceLost'
    | 'unseen'
    /** Somebody (`peerId`) asks to be let in; to those who act only. */
    | 'knock'
    /** Who may come in is another `mode`; `displayName` or `self` where it is certain who changed it. */
    | 'mode'
    /** This device acts from now on: the host is gone, or named it. */
    | 'successor'
    | 'cohost'
    | 'newLink'
    /** `displayName` (`peerId`) raised a hand. */
    | 'hand'
    /** `displayName`, who leads, lowered ours. */
    | 'handLowered'
    | 'poll'
    | 'pollClosed'
    /** Somebody keeps what they see and hear from now on, or no longer does. */
    | 'recording'
    | 'recordingEnded'
    /** Who acts as host (`displayName`) would have a recording end; `self`: ours. */
    | 'recordingAsked'
    /** `displayName`'s own picture and voice are recorded on their device for the producer from now on. */
    | 'isoOn'
    /** `subject`, or this device's person where it is null, is shown large to everybody, on the word of `displayName` or `self`. */
    | 'spotlight'
    | 'spotlightEnded'
    /** One who leads (`displayName`) turned this device's microphone, camera or screen off. */
    | 'mutedBy'
    | 'videoStoppedBy'
    | 'screenStoppedBy'
    /** They ask this device's person to turn it on. */
    | 'askedMic'
    | 'askedCamera'
    /** `displayName` produces the show from now on, in our place. */
    | 'stageTaken'
    /** A speaker took themselves off the air, or their device could not go there; to the producer. */
    | 'leftAir'
    | 'airFailed';
  displayName?: string;
  peerId?: string;
  mode?: RoomMode;
  inMs?: number;
  self?: true;
  /** Whom it is about, beside whose word it is; null: this device's person. */
  subject?: string | null;
}
