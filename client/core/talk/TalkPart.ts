// What each kind of talk among the members is given to work with, and what it is asked to do.
import type { GroupMember } from '#e2ee';
import type { FilePort } from '../files/fileTypes.ts';
import type { LocalTracks } from '../media/LocalTracks.ts';
import type { Ask } from '../media/Publishing.ts';
import type { LineReading } from '../quality/lineReading.ts';
import type { ShowStore } from '../stage/ShowKeeper.ts';
import type { MachineKind } from '../hall/machinePayload.ts';
import type { StagePlace } from '../stage/StagePlace.ts';
import type { HostingView, Notice, RoomLink } from '../types.ts';
import type { GroupPayload } from './payload.ts';

/** What a part is given to work with. */
export interface TalkContext {
  /** Seals and sends to all members; resolves when the server took it, rejects where it could not be said. */
  say(payload: Uint8Array): Promise<void>;
  self(): { peerId: string; displayName: string };
  /** As in the group's tree; empty for who is not there. */
  nameOf(peerId: string): string;
  /** What this device is where it is no person's. */
  machine?: MachineKind | null;
  /** Who leads, by the group's policy. */
  hosting(): HostingView;
  /** What goes to the server beside it. */
  ask: Ask;
  /** This device's own microphone, camera and screen. */
  devices: Pick<LocalTracks, 'isOn' | 'set'>;
  nowMs(): number;
  /** For what is too large for a message: null where this device cannot move it, the Room, and the token of the moment. */
  relay: { port: FilePort | null; roomId(): string; token(): string };
  /** What the browser's figures say of our line; null while there is none. Never rejects. */
  lineReading(): Promise<LineReading | null>;
  /** Of the present place in the Room; null where there is none. The same object for as long as the place lasts. */
  stage(): StagePlace | null;
  /** Where this device keeps a show that it produces. */
  showStore: ShowStore | null;
  /** The same of the tickets of its feeds. */
  passStore?: ShowStore | null;
  /** Where this device keeps that it was a speaker. */
  speakerStore?: ShowStore | null;
  /** Other tickets than before let machines in. */
  onPasses?(): void;
  /** The link that opens the Room now. */
  link(): RoomLink;
  /** Random, 16 characters, base64url. */
  createId(): string;
  notify(notice: Omit<Notice, 'id' | 'atMs'>): void;
  /** Something that is shown is another. */
  onChange(): void;
  /** By the word of who may, the Room has ended. */
  onRoomEnded(): void;
}

/** What was said, opened and parsed; `from` is the Peer whose leaf signed it. Never one's own. */
export interface Heard {
  from: string;
  displayName: string;
  epoch: number;
}

/** Each part takes of what it is told whatever is its own; all are told everything, and none throws. */
export interface TalkPart {
  handle?(payload: GroupPayload, heard: Heard): void;
  /** @param others the group without our own leaf, which is `self` */
  setMembers?(others: readonly GroupMember[], self: GroupMember): void;
  /** Whether the group can be spoken to. */
  setReady?(ready: boolean): void;
  /** Our place in the Room is a fresh one, with another leaf: whoever saw the old one go has forgotten what stood there. */
  startOver?(self: GroupMember): void;
  /** Somebody has another leaf under the same Peer id, and may know of nothing, as a feed's machine that was started again. */
  othersStartOver?(): void;
  /** The epochs that we spoke in last are void: not all who are in the group now heard what was said there (SPEC E-93). */
  epochsUndone?(): void;
  /** The person turned a device of theirs on or off, or it went. */
  devicesChanged?(): void;
  close?(): void;
}
