// What an acting host may ask of the group, and what may come of it.
import type { RoomMode } from '#e2ee';
import type { HostFault, HostOutcome } from '../orders/orderTypes.ts';
import type { RoomLink } from '../linkTypes.ts';

export type NewLinkOutcome = { ok: true; link: RoomLink } | { ok: false; fault: HostFault };

/** What an acting host may; each resolves once the group adopted it, and never rejects. */
export interface HostActions {
  setMode(mode: RoomMode): Promise<HostOutcome>;
  /** Lets these in who knock. */
  admit(peerIds: string[]): Promise<HostOutcome>;
  /** Sends these off who knock. */
  deny(peerIds: string[]): Promise<HostOutcome>;
  /** The others renew their keys without this one at once. It still holds the link. */
  removePeer(peerId: string): Promise<HostOutcome>;
  /** The host only: all of them. */
  setCohosts(peerIds: string[]): Promise<HostOutcome>;
  /** The old link stops working; everybody inside stays. */
  newLink(): Promise<NewLinkOutcome>;
  /** After `untold`: has the server take the link that the group follows. */
  announceLink(): Promise<HostOutcome>;
}
