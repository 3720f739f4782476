// A delivery service in memory, true to the wire: first commit for an epoch wins, nothing arrives until it is flushed.
import { createHash } from 'node:crypto';
import { bytesEqual } from '../util/bytes.ts';
import type { GroupRef, ServerEvent, ServerReply, ServerRequest } from '../messages.ts';
import type { FakeClock } from './FakeClock.ts';

export interface Receiver {
  deliver(event: ServerEvent): void;
  /** Resolves once what was delivered has been worked through. */
  idle(): Promise<void>;
}

interface Waiting {
  peerId: string;
  request: ServerRequest;
  reply(reply: ServerReply): void;
}

interface FakeGroup {
  ref: GroupRef;
  in: Map<string, { sinceEpoch: number }>;
  lost: Map<string, number>;
  ready: Set<string>;
  /** What refused commits are undone to, oldest first. */
  past: { in: FakeGroup['in']; lost: FakeGroup['lost']; ready: Set<string>; commit: FakeCommit }[];
  /** Who was told a commit that is void, and has not refused it: heard under no later epoch. */
  silent: Map<string, { epoch: number; commitHash: Uint8Array }>;
}

interface FakeCommit {
  epoch: number;
  sender: string;
  commitHash: Uint8Array;
  holders: string[];
  nackers: Set<string>;
}

export class FakeDelivery {
  readonly #clock: FakeClock;
  readonly #receivers = new Map<string, Receiver>();
  readonly #mail: { peerId: string; event: ServerEvent }[] = [];
  readonly #heldPeers = new Set<string>();
  #requests: Waiting[] = [];
  #waiting = new Map<string, Uint8Array>();
  group: FakeGroup | null = null;
  linkGeneration = 0;
  /** Every request that was answered, in order: what the server saw. */
  readonly log: { peerId: string; request: ServerRequest; reply: ServerReply }[] = [];
  /** Answers instead of the service where it returns something. */
  intercept: (peerId: string, request: ServerRequest) => ServerReply | undefined = () => undefined;
  /** Which requests wait for `release`. */
  holdRequest: (peerId: string, request: ServerRequest) => boolean = () => false;

  /** What a server that lies by silence never passes on. */
  withhold: (peerId: string, event: ServerEvent) => boolean = () => false;

  constructor(clock: FakeClock) {
    this.#clock = clock;
  }

  connect(peerId: string, receiver: Receiver): void {
    this.#receivers.set(peerId, receiver);
  }

  /** For good: from now on the others hear that this Peer is gone. */
  disconnect(peerId: string): void {
    this.#receivers.delete(peerId);
    this.#waiting.delete(peerId);
    const group = this.group;
    if (group === null) return;
    if (group.in.delete(peerId)) group.lost.set(peerId, this.#clock.nowMs());
    if (!this.#endIfNobodyCan(group)) this.#notifyQueue();
  }

  /** Where all who are left have lost their way nobody can commit: the group is over (P-75). */
  #endIfNobodyCan(group: FakeGroup): boolean {
    if (![...group.in.keys()].every((other) => this.#waiting.has(other))) return false;
    this.group = null;
    for (const other of this.#waiting.keys()) this.#notify(other, { name: 'mls:ended', groupId: group.ref.groupId });
    this.#waiting.clear();
    return true;
  }

  /** Nothing reaches this Peer until `unhold`; order is kept. */
  hold(peerId: string): void {
    this.#heldPeers.add(peerId);
  }

  unhold(peerId: string): void {
    this.#heldPeers.delete(peerId);
  }

  /** Loses what is on its way to this Peer. */
  lose(peerId: string, matches: (event: ServerEvent) => boolean): number {
    const before = this.#mail.length;
    const kept = this.#mail.filter((mail) => mail.peerId !== peerId || !matches(mail.event));
    this.#mail.splice(0, before, ...kept);
    return before - kept.length;
  }

  /** Puts a message of one's own making on its way, as a server could. */
  forge(peerId: string, event: ServerEvent): void {
    this.#notify(peerId, event);
  }

  request(peerId: string, request: ServerRequest): Promise<ServerReply> {
    return new Promise((resolve) => {
      // Cloned as it would be on the wire: nobody shares memory with the server.
      this.#requests.push({
        peerId,
        request: structuredClone(request),
        reply: (reply) => resolve(structuredClone(reply)),
      });
    });
  }

  /** Carries requests, replies and notifications until everybody is quiet. */
  async settle(): Promise<void> {
    for (let quiet = 0; quiet < 2;) {
      for (const receiver of this.#receivers.values()) await receiver.idle();
      await new Promise((resolve) => setImmediate(resolve));
      quiet = this.#turn() ? 0 : quiet + 1;
    }
  }

  #turn(): boolean {
    const due = this.#requests.filter(({ peerId, request }) => !this.holdRequest(peerId, request));
    this.#requests = this.#requests.filter((waiting) => !due.includes(waiting));
    for (const { peerId, request, reply } of due) {
      const answer = this.intercept(peerId, request) ?? this.#answer(peerId, request);
      this.log.push({ peerId, request, reply: answer });
      reply(answer);
    }
    const mail = this.#mail.filter(({ peerId }) => !this.#heldPeers.has(peerId));
    this.#mail.splice(0, this.#mail.length, ...this.#mail.filter(({ peerId }) => this.#heldPeers.has(peerId)));
    for (const { peerId, event } of mail) this.#receivers.get(peerId)?.deliver(structuredClone(event));
    return due.length > 0 || mail.length > 0;
  }

  #notify(peerId: string, event: ServerEvent): void {
    if (this.#receivers.has(peerId) && !this.withhold(peerId, event)) this.#mail.push({ peerId, event });
  }

  #answer(peerId: string, request: ServerRequest): ServerReply {
    const answered = (data: unknown): ServerReply => ({ outcome: 'answered', data });
    const failed = (code: string): ServerReply => ({ outcome: 'failed', code });
    if (!this.#receivers.has(peerId)) return failed('unauthorized');
    const group = this.group;
    const isCurrent = group !== null && bytesEqual(group.ref.groupId, request.groupId);
    switch (request.name) {
      case 'mls:create': {
        if (group !== null) return answered({ outcome: 'exists', group: group.ref });
        const ref = { groupId: request.groupId, epoch: 0, beacon: request.beacon };
        const members = new Map([[peerId, { sinceEpoch: 0 }]]);
        this.group = { ref, in: members, lost: new Map(), ready: new Set(), past: [], silent: new Map() };
        return answered({ outcome: 'created' });
      }
      case 'mls:link': {
        if (!isCurrent || request.linkGeneration !== this.linkGeneration + 1) return failed('conflict');
        this.linkGeneration = request.linkGeneration;
        group.ref = { ...group.ref, beacon: request.beacon };
        return answered({});
      }
      case 'mls:keyPackage':
        if (!isCurrent) return answered({ outcome: 'wrongGroup', group: group?.ref ?? null });
        this.#waiting.set(peerId, request.sealed);
        if (!this.#endIfNobodyCan(group)) this.#notifyQueue();
        return answered({ outcome: 'queued' });
      case 'mls:commit':
        return isCurrent
          ? this.#commit(peerId, group, request)
          : answered({ outcome: 'stale', group: group?.ref ?? null });
      case 'mls:ready':
        if (!isCurrent || !group.in.has(peerId)) return failed('not_sealed');
        if (request.epoch === group.ref.epoch && !isDoubtful(group, peerId, request.epoch)) this.#ready(peerId, group);
        return answered({});
      case 'mls:heartbeat':
        if (!isCurrent || !group.in.has(peerId)) return failed('not_sealed');
        if (request.epoch === group.ref.epoch && !isDoubtful(group, peerId, request.epoch))
          this.#relayHeartbeat(peerId, group, request);
        return answered({});
      case 'mls:nack':
        if (!isCurrent) return failed('not_sealed');
        this.#nack(peerId, group, request);
        return answered({});
      case 'mls:message': {
        const sender = isCurrent ? group.in.get(peerId) : undefined;
        if (!isCurrent || sender === undefined) return failed('not_sealed');
        if (request.epoch > group.ref.epoch || request.epoch < group.ref.epoch - 2) return failed('conflict');
        if (isDoubtful(group, peerId, request.epoch)) return failed('conflict');
        for (const [other, { sinceEpoch }] of group.in) {
          const { groupId, epoch, message } = request;
          if (other !== peerId && sinceEpoch <= epoch)
            this.#notify(other, { name: 'mls:message', groupId, epoch, from: peerId, message });
        }
        return answered({});
      }
    }
  }

  #commit(peerId: string, group: FakeGroup, request: Extract<ServerRequest, { name: 'mls:commit' }>): ServerReply {
    if (!group.in.has(peerId)) return { outcome: 'failed', code: 'not_sealed' };
    if (request.epoch !== group.ref.epoch || isDoubtful(group, peerId, request.epoch))
      return { outcome: 'answered', data: { outcome: 'stale', group: group.ref } };
    const { groupId, epoch, commit, welcome, added, removed } = request;
    if (added.some((other) => !this.#waiting.has(other))) return { outcome: 'failed', code: 'bad_request' };
    const holders = [...group.in.keys()].filter((other) => other !== peerId && !added.includes(other));
    const commitHash = new Uint8Array(createHash('sha256').update(commit).digest());
    const told = { epoch, sender: peerId, commitHash, holders, nackers: new Set<string>() };
    group.past.push({ in: new Map(group.in), lost: new Map(group.lost), ready: new Set(group.ready), commit: told });
    group.ref = { ...group.ref, epoch: epoch + 1 };
    group.ready.clear();
    for (const other of removed) {
      group.in.delete(other);
      group.lost.delete(other);
    }
    for (const other of added) {
      group.in.set(other, { sinceEpoch: epoch + 1 });
      group.silent.delete(other);
    }
    for (const other of holders) this.#notify(other, { name: 'mls:commit', groupId, epoch, from: peerId, commit });
    for (const other of added) {
      this.#waiting.delete(other);
      if (welcome) this.#notify(other, { name: 'mls:welcome', groupId, epoch: epoch + 1, from: peerId, welcome });
    }
    this.#notifyQueue();
    return { outcome: 'answered', data: { outcome: 'accepted', epoch: epoch + 1 } };
  }

  /** Half of those who were told a commit undo it and all after it; who is known to have followed it has to be added anew. */
  #nack(peerId: string, group: FakeGroup, { epoch, commitHash }: Extract<ServerRequest, { name: 'mls:nack' }>): void {
    const doubt = group.silent.get(peerId);
    if (doubt !== undefined && bytesEqual(doubt.commitHash, commitHash)) group.silent.delete(peerId);
    const undone = group.past.slice(group.past.findIndex(({ commit }) => bytesEqual(commit.commitHash, commitHash)));
    const [before] = undone;
    if (before === undefined || !bytesEqual(before.commit.commitHash, commitHash)) return;
    const { holders, nackers } = before.commit;
    if (holders.includes(peerId)) nackers.add(peerId);
    const asked = holders.filter((other) => group.in.has(other));
    const refused = asked.filter((other) => nackers.has(other)).length;
    const all = asked.length + (group.in.has(before.commit.sender) ? 1 : 0);
    if (refused === 0 || refused * 2 < all) return;
    const told = new Set([...group.in.keys(), ...before.in.keys()]);
    const later = [...undone.slice(1), group];
    const wentOn = undone.map(({ commit }) => commit.sender);
    for (const { ready } of later) wentOn.push(...ready);
    for (const { in: members } of later) {
      for (const [other, { sinceEpoch }] of members) if (sinceEpoch > epoch) wentOn.push(other);
    }
    group.past = group.past.slice(0, -undone.length);
    group.ref = { ...group.ref, epoch };
    Object.assign(group, { in: before.in, lost: before.lost, ready: before.ready });
    for (const other of wentOn) group.in.delete(other);
    for (const other of holders) {
      if (group.in.has(other) && !nackers.has(other)) group.silent.set(other, { epoch, commitHash });
    }
    const { groupId } = group.ref;
    for (const other of told) this.#notify(other, { name: 'mls:reopened', groupId, epoch, commitHash });
    this.#notifyQueue();
  }

  #relayHeartbeat(from: string, group: FakeGroup, request: Extract<ServerRequest, { name: 'mls:heartbeat' }>): void {
    const { groupId, epoch, heartbeat } = request;
    for (const other of group.in.keys()) {
      if (other !== from) this.#notify(other, { name: 'mls:heartbeat', groupId, epoch, from, heartbeat });
    }
  }

  #ready(peerId: string, group: FakeGroup): void {
    group.ready.add(peerId);
    if (![...group.in.keys()].every((other) => group.ready.has(other))) return;
    const { groupId, epoch } = group.ref;
    for (const other of group.in.keys()) this.#notify(other, { name: 'mls:allReady', groupId, epoch });
  }

  #notifyQueue(): void {
    const group = this.group;
    if (group === null) return;
    const nowMs = this.#clock.nowMs();
    const event: ServerEvent = {
      name: 'mls:queue',
      groupId: group.ref.groupId,
      epoch: group.ref.epoch,
      waiting: [...this.#waiting].map(([peerId, sealed]) => ({ peerId, sealed })),
      gone: [...group.lost].map(([peerId, sinceMs]) => ({ peerId, goneForMs: nowMs - sinceMs })),
    };
    for (const peerId of group.in.keys()) this.#notify(peerId, event);
  }
}

function isDoubtful(group: FakeGroup, peerId: string, epoch: number): boolean {
  return epoch > (group.silent.get(peerId)?.epoch ?? Infinity);
}
