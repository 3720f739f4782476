// Who leads a Room and what that brings about on the server: Peers sent off, the next link, co-hosts, a hint of the mode.
import { ProtocolError } from '#protocol/errors';
import type { ModeHint } from '#protocol/hosting';
import type { PeerId } from '#protocol/ids';
import type { NotificationInput, NotificationName } from '#protocol/notifications';
import type { Request } from '#protocol/requests';
import type { DeliveryService } from './DeliveryService.ts';
import type { Peer } from './Peer.ts';
import { isAllowed } from './permissions.ts';
import type { RoomAccess } from './RoomAccess.ts';

/** What of its Room it is given. */
export interface HostedRoom {
  access: RoomAccess;
  delivery: DeliveryService;
  /** Peers that the others see. */
  present(): Peer[];
  notifyAll<Name extends NotificationName>(name: Name, payload: NotificationInput<Name>): void;
  /** Tells a Peer why, and ends its place. */
  sendOff(peer: Peer, reason: 'removed' | 'linkChanged'): void;
  /** Viewers and tickets hang on the former link, and what was sealed for viewers opens by it. */
  linkChanged(): void;
  /** Closes it for everybody, for good. */
  end(): void;
}

/** Every method is synchronous, and refuses with a ProtocolError before anything changed. */
export class RoomHosts {
  readonly #room: HostedRoom;
  /** A policy ends with its group; so does what was said of it. */
  #hint: { groupId: Uint8Array; mode: ModeHint } | null = null;

  constructor(room: HostedRoom) {
    this.#room = room;
  }

  get mode(): ModeHint {
    const groupId = this.#room.delivery.group?.groupId;
    return this.#hint !== null && this.#hint.groupId === groupId ? this.#hint.mode : 'open';
  }

  /**
   * Whose role leads; where no such member is connected anybody, since the members have a successor whom the server does not
   * know. They take nothing from one who is none. A machine never does.
   */
  mayLead(peer: Peer): boolean {
    const leads = (one: Peer) => isAllowed(one.role, 'lead');
    if (!isAllowed(peer.role, 'person')) return false;
    return leads(peer) || !this.#room.present().some((one) => leads(one) && one.isConnected && this.#isMember(one));
  }

  #isMember(peer: Peer): boolean {
    return this.#room.delivery.isMember(peer.id);
  }

  /** @throws ProtocolError `not_sealed` (no member of the group), `forbidden` */
  requireLead(peer: Peer): void {
    if (!this.#isMember(peer)) throw new ProtocolError('not_sealed', 'only members lead');
    if (!this.mayLead(peer)) throw new ProtocolError('forbidden', 'others lead this room');
  }

  /**
   * The present link ends at once: its proofs, the tokens of those who are not in yet, and the places of those who wait.
   * @throws ProtocolError `not_sealed`, `forbidden`, or `conflict` where the group or the generation is another one
   */
  changeLink(sender: Peer, { groupId, linkGeneration, beacon, verifiers }: Request<'mls:link'>): void {
    const { access, delivery } = this.#room;
    this.requireLead(sender);
    if (access.isPresentLink(linkGeneration, verifiers) && delivery.hasBeacon(groupId, beacon)) return;
    if (linkGeneration !== access.linkGeneration + 1)
      throw new ProtocolError('conflict', 'another link is the next one');
    delivery.setBeacon(groupId, beacon);
    access.changeLink(verifiers);
    for (const peer of this.#room.present()) {
      // Whoever waits sealed its key package for the former link, which nobody opens any more.
      if (this.#isMember(peer) && !delivery.isWaiting(peer.id)) peer.followLink(linkGeneration);
      else this.#room.sendOff(peer, 'linkChanged');
    }
    this.#room.linkChanged();
  }

  /**
   * One that is gone already is `not_found`, and its token ends all the same.
   * @throws ProtocolError `not_sealed`, `forbidden`, `not_found`, `bad_request` (oneself)
   */
  kick(sender: Peer, { peerId }: Request<'room:kick'>): void {
    this.requireLead(sender);
    const peer = this.#room.present().find(({ id }) => id === peerId);
    if (peer === undefined) {
      this.#room.access.ban([peerId]);
      throw new ProtocolError('not_found', 'no such peer');
    }
    if (peer === sender) throw new ProtocolError('bad_request', 'leave instead');
    if (peer.role === 'host' && sender.role !== 'host') throw new ProtocolError('forbidden', 'a host stays');
    // Without a role that leads it has to be out of the group first: that is for the other members to judge.
    if (!isAllowed(sender.role, 'lead') && this.#isMember(peer)) throw new ProtocolError('forbidden', 'it is a member');
    this.#room.access.ban(peer.credentials);
    this.#room.sendOff(peer, 'removed');
  }

  /** The Peer of a feed whose ticket was revoked; its token ends also where it is not there. */
  sendOffFeed(peerId: PeerId): void {
    const peer = this.#room.present().find(({ id }) => id === peerId);
    this.#room.access.ban(peer?.credentials ?? [peerId]);
    if (peer !== undefined) this.#room.sendOff(peer, 'removed');
  }

  /**
   * Who is not there, is host, or cannot be in the group is passed over.
   * @throws ProtocolError `not_sealed`, `forbidden` for anybody but a host
   */
  setCohosts(sender: Peer, { peerIds }: Request<'room:setCohosts'>): void {
    this.requireLead(sender);
    if (sender.role !== 'host') throw new ProtocolError('forbidden', 'only a host names co-hosts');
    const named = new Set<PeerId>(peerIds);
    for (const peer of this.#room.present()) {
      if (!peer.setCohost(named.has(peer.id))) continue;
      this.#room.notifyAll('peer:role', { peerId: peer.id, role: peer.role });
    }
  }

  /**
   * By the role alone: a successor, whom the server does not know, ends nothing for others.
   * @throws ProtocolError `not_sealed`, `forbidden`
   */
  end(sender: Peer): void {
    this.requireLead(sender);
    if (!isAllowed(sender.role, 'lead')) throw new ProtocolError('forbidden', 'only hosts end a room');
    this.#room.end();
  }

  /** @throws ProtocolError `not_sealed`, `forbidden` */
  hint(sender: Peer, { mode }: Request<'room:hint'>): void {
    this.requireLead(sender);
    const groupId = this.#room.delivery.group?.groupId;
    if (groupId === undefined || mode === this.mode) return;
    this.#hint = { groupId, mode };
    for (const peer of this.#room.present()) if (peer !== sender) peer.notify('room:hint', { mode });
  }
}
