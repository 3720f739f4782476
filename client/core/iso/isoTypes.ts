// What the SDK shows of the recordings that speakers make of themselves for the producer, and what can be done about them.
import type { FileFault, Moving } from '../files/fileTypes.ts';
import type { ISO_FAULTS } from './isoPayload.ts';

/** `onAir`: each speaker for as long as they are on air, the countdown included · `now`: all speakers until it is ended. */
export type IsoMode = 'onAir' | 'now';
export type IsoFault = (typeof ISO_FAULTS)[number];

export interface IsoView {
  /** Null while nothing is asked for. */
  ask: IsoAskView | null;
  mine: OwnIso;
  /** What the other members say of theirs; who said nothing yet is not among them. */
  speakers: IsoSpeakerView[];
  /** Of this device, on its way to the producer. */
  outgoing: OutgoingIso[];
  /** For this device alone. */
  incoming: IncomingIso[];
}

export interface IsoAskView {
  /** Another for each that is asked; the same one where another producer goes on with it. */
  id: string;
  mode: IsoMode;
  /** Peer id of who produces. */
  by: string;
  displayName: string;
  own: boolean;
}

export type OwnIso =
  /** Nothing is asked of this device. */
  | { state: 'none' }
  | { state: 'asked' }
  | { state: 'refused' }
  /** `due`: it is to be recorded now. */
  | { state: 'agreed'; due: boolean }
  /** Nothing may be kept before the group was told. */
  | { state: 'telling'; due: boolean }
  /** `due` false: it is to end. */
  | { state: 'on'; due: boolean; sinceMs: number };

export interface IsoSpeakerView {
  peerId: string;
  displayName: string;
  /** `over`: nothing is asked any more, and something is still on their device. */
  state: 'agreed' | 'refused' | 'on' | 'failed' | 'over';
  /** To what was asked now; else to what was asked before. */
  answered: boolean;
  /** By this device's clock. */
  sinceMs: number | null;
  bytes: number;
  why: IsoFault | null;
  /** Recordings that are on their device alone. */
  unsent: number;
}

interface IsoFile {
  id: string;
  name: string;
  size: number;
  /** Of its first picture, by the server's clock. */
  startMs: number;
}

export interface OutgoingIso extends IsoFile {
  state: OutgoingState;
}
export type OutgoingState =
  /** `nobody`: none is there who may have it · `busy`: its person is on air or being recorded, which it would cost. */
  | { state: 'waiting'; cause: 'nobody' | 'busy' | 'network'; bytes: number }
  | ({ state: 'sending' } & Moving)
  /** By the person: later. */
  | { state: 'paused'; bytes: number }
  /** The server has it, sealed; the producer's device has not. */
  | { state: 'sent' }
  | { state: 'handed' }
  /** After a reload of the page: the page gives the file anew. */
  | { state: 'repick'; bytes: number }
  | { state: 'failed'; fault: FileFault };

export interface IncomingIso extends IsoFile {
  from: string;
  displayName: string;
  state: IncomingState;
}
export type IncomingState =
  | { state: 'waiting'; bytes: number }
  | ({ state: 'receiving' } & Moving)
  | { state: 'checking' }
  /** It stands among this device's recordings under `as`. */
  | { state: 'received'; as: string }
  | { state: 'failed'; fault: FileFault }
  | { state: 'withdrawn' }
  /** The server has it no more. */
  | { state: 'expired' };

/** Nothing of it throws or rejects: what comes of it shows. */
export interface IsoActions {
  /** For who produces; false for others. */
  ask(mode: IsoMode | 'off'): boolean;
  /** What the person says to what is asked now. */
  answer(agreed: boolean): void;
  /** True once the group was told and keeping may begin; false where it was taken back before. */
  begin(): Promise<boolean>;
  /** How much there is, told to the others now and then. */
  reached(bytes: number): void;
  ended(why: IsoFault | null): void;
  /** ms since 1970. */
  serverNowMs(): number;
  /** Hands a file that is written to its end to who produces; its id. */
  hand(file: File, startMs: number): string;
  /** After a reload of the page. False where it is not the file that was being sent. */
  handAgain(id: string, file: File): boolean;
  /** Of what is sent. */
  pause(id: string): void;
  resume(id: string): void;
  /** Of both directions. */
  retry(id: string): void;
  /** What is sent is taken back; of what comes no more is fetched. */
  cancel(id: string): void;
}
