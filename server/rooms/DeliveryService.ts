// The MLS delivery service of one Room (RFC 9750): orders commits, passes opaque messages on, reads none of them.
import { ProtocolError } from '#protocol/errors';
import type { PeerId } from '#protocol/ids';
import { GROUP_MESSAGE_PAST_EPOCHS, QUEUE_PACKAGES_PER_SNAPSHOT, REOPEN_WITHIN_MS } from '#protocol/limits';
import type { CommitAnswer, CommitQueue, GroupCreated, GroupRef, KeyPackageQueued } from '#protocol/mls';
import type { NotificationInput, NotificationName } from '#protocol/notifications';
import type { Request } from '#protocol/requests';
import { MlsRoster } from './MlsRoster.ts';
import { NackCount } from './NackCount.ts';
import type { Clock } from './ports.ts';
import { VoidCommit } from './VoidCommit.ts';

/** How the service reaches Peers; a Peer that is away has its notifications kept. */
export interface DeliveryOutlet {
  notify<Name extends NotificationName>(peerId: PeerId, name: Name, payload: NotificationInput<Name>): void;
  /** Whether a Connection speaks for this Peer at the moment. */
  isConnected(peerId: PeerId): boolean;
}

/** Every method is synchronous: between reading the epoch and writing it nothing else can happen. */
export class DeliveryService {
  readonly #outlet: DeliveryOutlet;
  readonly #clock: Pick<Clock, 'now'>;
  #group: MlsRoster | null = null;
  /** Sealed key packages, one per Peer; those that were shown to members least recently come first. */
  readonly #waiting = new Map<PeerId, GroupRef['groupId']>();
  /** Left while waiting, in this epoch: a commit already under way may still add them. */
  readonly #withdrawn = new Set<PeerId>();
  /** The commit that led into the present epoch: asked again after a lost answer, it is answered as before. */
  #accepted: { sender: PeerId; epoch: number; commit: GroupRef['groupId'] } | null = null;

  readonly #nacks = new NackCount();
  readonly #void = new VoidCommit();

  constructor(outlet: DeliveryOutlet, clock: Pick<Clock, 'now'>) {
    this.#outlet = outlet;
    this.#clock = clock;
  }

  get group(): GroupRef | null {
    return this.#group?.ref ?? null;
  }

  /** Whether this Peer is in the group and has reported keys: only then may it send media. */
  isSealed(peerId: PeerId): boolean {
    return this.#group?.leafIn(peerId)?.sealed ?? false;
  }

  isMember(peerId: PeerId): boolean {
    return this.#group?.leafIn(peerId) !== undefined;
  }

  /**
   * For what is said beside the group and depends on where it stands.
   * @param epoch null where it may be any
   * @throws ProtocolError `not_sealed` (no member), `conflict` (another group, another epoch, or one that may be void)
   */
  requireStanding(peerId: PeerId, groupId: Uint8Array, epoch: number | null): void {
    if (!this.isMember(peerId)) throw new ProtocolError('not_sealed', 'only members of the group');
    const isThere = this.#group?.isSameGroup(groupId) === true;
    const isNow = epoch === null || (epoch === this.#group?.epoch && !this.#void.isDoubtful(peerId, epoch));
    if (!isThere || !isNow) throw new ProtocolError('conflict', 'the group stands elsewhere');
  }

  /** Its key package is in the queue: it is no member, or one that lost its way. */
  isWaiting(peerId: PeerId): boolean {
    return this.#waiting.has(peerId);
  }

  hasBeacon(groupId: Uint8Array, beacon: Uint8Array): boolean {
    return this.#group?.isSameGroup(groupId) === true && Buffer.compare(this.#group.ref.beacon, beacon) === 0;
  }

  /** @throws ProtocolError `conflict` where the group is another one */
  setBeacon(groupId: Uint8Array, beacon: GroupRef['beacon']): void {
    if (!this.#group?.isSameGroup(groupId)) throw new ProtocolError('conflict', 'the group is another one');
    this.#group.setBeacon(beacon);
  }

  /** The first wins; the others are told whose group to join. */
  create(peerId: PeerId, { groupId, beacon }: Request<'mls:create'>): GroupCreated {
    if (this.#group !== null) {
      const isRepeated = this.#group.epoch === 0 && this.#group.isSameGroup(groupId) && this.#group.leafIn(peerId);
      return isRepeated ? { outcome: 'created' } : { outcome: 'exists', group: this.#group.ref };
    }
    this.#group = new MlsRoster(groupId, beacon, peerId);
    return { outcome: 'created' };
  }

  /** A member may queue one too: it lost its way and asks to be removed and added in one commit. */
  submitKeyPackage(peerId: PeerId, { groupId, sealed }: Request<'mls:keyPackage'>): KeyPackageQueued {
    if (!this.#group?.isSameGroup(groupId)) return { outcome: 'wrongGroup', group: this.group };
    this.#waiting.set(peerId, sealed);
    this.#withdrawn.delete(peerId);
    this.#membersChanged();
    return { outcome: 'queued' };
  }

  /**
   * Compare-and-set on (group, epoch): the first commit made in the present epoch is taken, any other is stale.
   * @param mayRemovePresent whether the sender may remove a Peer that is still there
   * @throws ProtocolError `not_sealed` (the sender holds no keys), `bad_request` (lists that cannot be), `forbidden`,
   *   `rate_limited` (so many on top of each other that the first could not be undone any more)
   */
  commit(sender: PeerId, commit: Request<'mls:commit'>, mayRemovePresent: boolean): CommitAnswer {
    const group = this.#group;
    if (!group?.isSameGroup(commit.groupId)) return { outcome: 'stale', group: this.group };
    const leaf = group.leafIn(sender);
    if (leaf === undefined) throw new ProtocolError('not_sealed', 'only members commit');
    if (this.#isRepeated(sender, commit)) return { outcome: 'accepted', epoch: group.epoch };
    if (commit.epoch !== group.epoch || this.#void.isDoubtful(sender, commit.epoch)) {
      return { outcome: 'stale', group: group.ref };
    }
    if (leaf.barred) throw new ProtocolError('forbidden', 'half of the members refused a commit of this one');
    this.#checkLists(group, sender, commit, mayRemovePresent);
    const nowMs = this.#clock.now();
    if (group.isTooFast(nowMs)) throw new ProtocolError('rate_limited', 'too many commits at once', REOPEN_WITHIN_MS);

    const hadQueue = this.#hasQueue(group);
    const holders = group.peersIn().filter((peerId) => peerId !== sender && !commit.added.includes(peerId));
    group.advance(sender, commit.removed, commit.added, nowMs);
    this.#accepted = { sender, epoch: commit.epoch, commit: commit.commit };
    this.#nacks.noteCommit({ epoch: commit.epoch, sender, holders }, commit.commit);
    const { groupId } = commit;
    const told = { groupId, epoch: commit.epoch, from: sender, commit: commit.commit };
    for (const peerId of holders) this.#outlet.notify(peerId, 'mls:commit', told);
    this.#settleAdded(group, sender, commit);
    if (hadQueue || this.#hasQueue(group)) this.#notifyQueue();
    return { outcome: 'accepted', epoch: group.epoch };
  }

  #isRepeated(sender: PeerId, { epoch, commit }: Request<'mls:commit'>): boolean {
    const last = this.#accepted;
    return last?.sender === sender && last.epoch === epoch && Buffer.compare(last.commit, commit) === 0;
  }

  #settleAdded(group: MlsRoster, sender: PeerId, { groupId, welcome, added }: Request<'mls:commit'>): void {
    for (const peerId of added) {
      this.#void.forget(peerId);
      if (this.#waiting.delete(peerId) && welcome !== undefined) {
        this.#outlet.notify(peerId, 'mls:welcome', { groupId, epoch: group.epoch, from: sender, welcome });
      } else {
        group.markLost(peerId, this.#clock.now());
      }
    }
    this.#withdrawn.clear();
  }

  #checkLists(group: MlsRoster, sender: PeerId, commit: Request<'mls:commit'>, mayRemovePresent: boolean): void {
    const { added, removed } = commit;
    const refuse = (message: string) => new ProtocolError('bad_request', message);
    if (new Set(added).size !== added.length || new Set(removed).size !== removed.length) {
      throw refuse('a Peer is named twice');
    }
    if (added.length > 0 !== (commit.welcome !== undefined)) throw refuse('a Welcome goes with added Peers only');
    if (added.includes(sender) || removed.includes(sender)) throw refuse('a sender cannot name itself');
    for (const peerId of removed) {
      const leaf = group.leaf(peerId);
      if (leaf === undefined) throw refuse('removed names a Peer that is not in the group');
      if (leaf.state === 'in' && !added.includes(peerId) && !mayRemovePresent) {
        throw new ProtocolError('forbidden', 'removed names a Peer that is still there');
      }
    }
    for (const peerId of added) {
      if (!this.#waiting.has(peerId) && !this.#withdrawn.has(peerId))
        throw refuse('added names a Peer that does not wait');
      if (group.leaf(peerId) !== undefined && !removed.includes(peerId)) {
        throw refuse('added names a Peer whose leaf is still in the group');
      }
    }
  }

  /** Counts who has the keys of the present epoch; reports of earlier ones or other groups change nothing. */
  ready(peerId: PeerId, { groupId, epoch }: Request<'mls:ready'>): void {
    const group = this.#group;
    if (!group?.isSameGroup(groupId)) return;
    if (group.leafIn(peerId) === undefined) throw new ProtocolError('not_sealed', 'only members report ready');
    if (this.#void.isDoubtful(peerId, epoch)) return;
    group.markReady(peerId, epoch);
    // A package asked again while its Welcome was on the way: its sender has keys now and waits for nothing.
    if (epoch === group.epoch && this.#waiting.delete(peerId)) this.#notifyQueue();
    this.#notifyAllReady();
  }

  /**
   * Passes an application message to the other members that can open it.
   * @throws ProtocolError `not_sealed`, or `conflict` where the group or epoch is one that nobody opens any more
   */
  message(sender: PeerId, { groupId, epoch, message }: Request<'mls:message'>): void {
    const group = this.#group;
    if (!group?.isSameGroup(groupId)) throw new ProtocolError('conflict', 'the group is another one');
    const leaf = group.leafIn(sender);
    if (leaf === undefined) throw new ProtocolError('not_sealed', 'only members send to the group');
    const isPast = epoch < Math.max(leaf.sinceEpoch, group.epoch - GROUP_MESSAGE_PAST_EPOCHS);
    if (epoch > group.epoch || isPast || this.#void.isDoubtful(sender, epoch)) {
      throw new ProtocolError('conflict', 'seal the message in the present epoch');
    }
    const said = { groupId, epoch, from: sender, message };
    for (const peerId of group.peersIn()) {
      const sinceEpoch = group.leafIn(peerId)?.sinceEpoch ?? Infinity;
      if (peerId === sender || sinceEpoch > epoch) continue;
      this.#outlet.notify(peerId, 'mls:message', said);
    }
  }

  /**
   * Passes a sign of life of the present epoch to the other connected members; one that is away has no use for it later.
   * @throws ProtocolError `not_sealed`
   */
  heartbeat(sender: PeerId, { groupId, epoch, heartbeat }: Request<'mls:heartbeat'>): void {
    const group = this.#group;
    if (!group?.isSameGroup(groupId)) return;
    if (group.leafIn(sender) === undefined) throw new ProtocolError('not_sealed', 'only members give signs of life');
    if (epoch !== group.epoch || this.#void.isDoubtful(sender, epoch)) return;
    const sign = { groupId, epoch, from: sender, heartbeat };
    for (const peerId of group.peersIn()) {
      if (peerId === sender || !this.#outlet.isConnected(peerId)) continue;
      this.#outlet.notify(peerId, 'mls:heartbeat', sign);
    }
  }

  /**
   * A member does not follow a commit. Where half of the group does not, it is undone; where that cannot be, half of those
   * who were asked see to it that its sender commits no more.
   * @throws ProtocolError `not_sealed`
   */
  nack(peerId: PeerId, { groupId, epoch, commitHash }: Request<'mls:nack'>): void {
    const group = this.#group;
    if (!group?.isSameGroup(groupId)) return;
    // Whom a commit removed has no say in it, but need not say again where it stands should the others undo it.
    if (group.leafIn(peerId) === undefined && !this.#nacks.wasTold(peerId, epoch)) {
      throw new ProtocolError('not_sealed', 'only members refuse commits');
    }
    this.#void.settle(peerId, commitHash);
    const isAsked = (holder: PeerId) => group.leafIn(holder) !== undefined && this.#outlet.isConnected(holder);
    const refused = this.#nacks.count(peerId, { epoch, commitHash }, isAsked);
    if (refused === null) return;
    const before = group.peersIn();
    if (refused.isVoid && group.reopen(epoch, this.#clock.now())) {
      this.#accepted = null;
      this.#void.note({ epoch, commitHash }, refused.silent);
      this.#notifyReopened(group, before, commitHash);
    } else if (group.bar(refused.sender, epoch)) {
      this.#outlet.notify(refused.sender, 'mls:barred', { groupId, epoch });
    } else return;
    this.#membersChanged();
  }

  /** Also those hear it who are members in the undone epochs only, and those whom these had removed. */
  #notifyReopened(group: MlsRoster, before: readonly PeerId[], commitHash: Uint8Array<ArrayBuffer>): void {
    const { groupId, epoch } = group.ref;
    for (const peerId of new Set([...before, ...group.peersIn(), ...group.peersRejoined()])) {
      this.#outlet.notify(peerId, 'mls:reopened', { groupId, epoch, commitHash });
    }
  }

  /** A device of this id came in afresh, without keys: a leaf it may have left behind has to be renewed. */
  peerJoined(peerId: PeerId): void {
    const group = this.#group;
    this.#void.forget(peerId);
    const hadPackage = this.#waiting.delete(peerId);
    const hadLeaf = group?.leaf(peerId) !== undefined;
    group?.markRejoined(peerId);
    if (hadPackage || hadLeaf) this.#membersChanged();
  }

  /** A Connection was lost or came back within the grace; only the counting of `ready` minds. */
  connectionChanged(): void {
    this.#notifyAllReady();
  }

  /** The Peer is gone for good: its grace ended, or it left. */
  peerLeft(peerId: PeerId): void {
    this.#void.forget(peerId);
    const hadPackage = this.#waiting.delete(peerId);
    if (hadPackage) this.#withdrawn.add(peerId);
    // Also one that a commit removed: the epoch in which it was a leaf may come back.
    this.#group?.markLost(peerId, this.#clock.now());
    if (hadPackage || this.#group?.leaf(peerId) !== undefined) this.#membersChanged();
  }

  #membersChanged(): void {
    const group = this.#group;
    if (group === null) return;
    // Where nobody is left, or all who are have lost their way or are barred, nobody can commit: a new group has to be made.
    const isUnable = (peerId: PeerId) => this.#waiting.has(peerId) || group.leafIn(peerId)?.barred === true;
    if (group.peersIn().every(isUnable)) {
      this.#endGroup(group);
      return;
    }
    this.#notifyQueue();
    this.#notifyAllReady();
  }

  #endGroup(group: MlsRoster): void {
    const { groupId } = group.ref;
    const left = new Set([...this.#waiting.keys(), ...group.peersRejoined(), ...group.peersIn()]);
    this.#group = null;
    this.#accepted = null;
    this.#nacks.clear();
    this.#void.clear();
    this.#waiting.clear();
    this.#withdrawn.clear();
    for (const peerId of left) this.#outlet.notify(peerId, 'mls:ended', { groupId });
  }

  #hasQueue(group: MlsRoster): boolean {
    return this.#waiting.size > 0 || group.lost(0).length > 0;
  }

  #notifyQueue(): void {
    const group = this.#group;
    if (group === null) return;
    const shown = this.#takeTurns();
    const { groupId, epoch } = group.ref;
    const queue: CommitQueue = {
      groupId,
      epoch,
      waiting: shown.map(([peerId, sealed]) => ({ peerId, sealed })),
      gone: group.lost(this.#clock.now()),
    };
    for (const peerId of group.peersIn()) this.#outlet.notify(peerId, 'mls:queue', queue);
  }

  /** What one packet carries; where more wait, these go behind the others, so that packages nobody opens block none. */
  #takeTurns(): [PeerId, GroupRef['groupId']][] {
    const shown = [...this.#waiting].slice(0, QUEUE_PACKAGES_PER_SNAPSHOT);
    if (shown.length === this.#waiting.size) return shown;
    for (const [peerId, sealed] of shown) {
      this.#waiting.delete(peerId);
      this.#waiting.set(peerId, sealed);
    }
    return shown;
  }

  #notifyAllReady(): void {
    const group = this.#group;
    if (!group?.takeAllReady((peerId) => this.#outlet.isConnected(peerId))) return;
    const { groupId, epoch } = group.ref;
    const told = { groupId, epoch };
    for (const peerId of group.peersIn()) this.#outlet.notify(peerId, 'mls:allReady', told);
  }
}
