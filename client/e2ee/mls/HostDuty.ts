// What this device does for the host: claims its leaf with the host's key, and carries the host's wishes into commits.
import type { HostCall, Knock, LinkVerifiers } from '../messages.ts';
import { bytesEqual, wipe } from '../util/bytes.ts';
import { NamedTimers } from '../util/NamedTimers.ts';
import { createBeacon } from './beacon.ts';
import { ask, backOffMs, type SessionContext } from './context.ts';
import { groupIdOf, leaves, selfLeafOf, type Group, type Leaf } from './group.ts';
import { actingLeavesOf, cohostLeavesOf, hostLeafOf, MAX_COHOSTS, signClaim, type SignedClaim } from './hostPolicy.ts';
import { isSilent, type HostWord, type NewLink } from './hostWord.ts';

/** How long a wish may take: a few lost races, less than a person's patience. */
const WISH_MS = 15_000;
/** Wishes at once; more are a fault of whoever asks. */
const MAX_WISHES = 64;

type CallOf<Name extends HostCall['name']> = Extract<HostCall, { name: Name }>;

interface Wish {
  call: HostCall;
  untilMs: number;
  /** By peerId, the keys that knocked when the wish was made: another key is another knock. */
  admitted: ReadonlyMap<string, string>;
  resolve(): void;
  reject(error: Error): void;
}

/** What the next commit of ours does for the host. */
export interface HostPlan {
  word: HostWord;
  kick: { peerId: string; leafIndex: number }[];
  isAdmitted(peerId: string, keyHash: string): boolean;
  /** Whether there is anything that is ours alone to commit, and at once. */
  isUrgent: boolean;
}

export interface HostDutyOwner {
  group(): Group;
  knocks(): readonly Knock[];
  /** There is something new to commit. */
  onWish(): void;
}

export class HostDuty {
  readonly #context: SessionContext;
  readonly #owner: HostDutyOwner;
  readonly #timers: NamedTimers;
  #wishes: Wish[] = [];
  /** Peers that the host wants beside it; null until it has said so or a claim has. */
  #cohosts: readonly string[] | null = null;
  /** Claimed once since we came in: another device of the host may claim after us, and we do not quarrel. */
  #hasClaimed = false;
  #closed = false;

  constructor(context: SessionContext, owner: HostDutyOwner) {
    this.#context = context;
    this.#owner = owner;
    this.#timers = new NamedTimers(context.clock.setTimer, (task) => context.queue.run(task));
  }

  /** Resolves once the group has adopted it; rejects with one word why not. */
  wish(call: HostCall): Promise<void> {
    const refusal = this.#closed ? 'closed' : this.#refusalOf(call);
    if (refusal !== undefined) return Promise.reject(new Error(refusal));
    return new Promise((resolve, reject) => {
      if (call.name === 'announceLink') {
        const { linkGeneration } = this.#owner.group().policy;
        // Behind what is under way, as everything is: the group may have gone by then.
        this.#context.queue.run(() => this.#tellServer({ resolve, reject }, linkGeneration, call.verifiers, 1));
        return;
      }
      const untilMs = this.#context.clock.nowMs() + WISH_MS;
      const knocks = new Map(this.#owner.knocks().map(({ peerId, keyHash }) => [peerId, keyHash]));
      const admitted = new Map(
        (call.name === 'admit' ? call.peerIds : []).map((peerId) => [peerId, knocks.get(peerId) ?? '']),
      );
      this.#wishes.push({ call, untilMs, admitted, resolve, reject });
      if (call.name === 'setCohosts') this.#cohosts = [...call.peerIds];
      this.#watchTime();
      this.settle(undefined);
      this.#owner.onWish();
    });
  }

  #refusalOf(call: HostCall): string | undefined {
    const group = this.#owner.group();
    const { hostKey } = this.#context;
    if (this.#wishes.length >= MAX_WISHES) return 'busy';
    if (hostKey === undefined && !this.#isActing(group)) return 'notActing';
    const peerIds = new Set(leaves(group).map(({ identity }) => identity.peerId));
    switch (call.name) {
      case 'setMode':
        return undefined;
      case 'admit':
        return this.#owner.knocks().some(({ peerId }) => call.peerIds.includes(peerId)) ? undefined : 'notThere';
      case 'kick':
        if (!peerIds.has(call.peerId) || call.peerId === this.#context.peerId) return 'notThere';
        return this.#isHost(group, call.peerId) ? 'notActing' : undefined;
      case 'setCohosts':
        if (hostKey === undefined) return 'notHost';
        if (call.peerIds.length > MAX_COHOSTS) return 'busy';
        return call.peerIds.every((peerId) => peerIds.has(peerId)) ? undefined : 'notThere';
      case 'rotateLink':
      case 'announceLink':
        return this.#wishOf('rotateLink') === undefined ? undefined : 'busy';
    }
  }

  #isActing(group: Group): boolean {
    return actingLeavesOf(group.policy, group.mls.ratchetTree).includes(selfLeafOf(group));
  }

  #wishOf<Name extends HostCall['name']>(name: Name): (Wish & { call: CallOf<Name> }) | undefined {
    return this.#wishes.findLast((wish): wish is Wish & { call: CallOf<Name> } => wish.call.name === name);
  }

  // ── What the next commit says ──────────────────────────────────────────────────────────────────

  async plan(): Promise<HostPlan> {
    const group = this.#owner.group();
    const word: HostWord = {};
    const claim = await this.#claim(group);
    if (claim !== undefined) word.claim = claim;
    const mode = this.#wishOf('setMode')?.call.mode ?? this.#firstMode(group);
    if (mode !== undefined && mode !== group.policy.mode) word.mode = mode;
    const kick = this.#kicks(group);
    const rotation = this.#wishOf('rotateLink');
    // Who is removed could still read it: a removal goes first, the new link into the next commit.
    if (rotation !== undefined && kick.length === 0) {
      word.link = { secret: rotation.call.secret, linkGeneration: group.policy.linkGeneration + 1 };
    }
    const admits = this.#wishes.filter(({ call }) => call.name === 'admit');
    return {
      word,
      kick,
      isAdmitted: (peerId, keyHash) => admits.some(({ admitted }) => admitted.get(peerId) === keyHash),
      isUrgent: !isSilent(word) || kick.length > 0 || admits.length > 0,
    };
  }

  /** What the host's device last chose in this Room holds in a group that has heard no host yet. */
  #firstMode({ policy }: Group) {
    return this.#context.hostKey !== undefined && policy.claim === null ? this.#context.hostMode : undefined;
  }

  /** Nobody follows a commit that removes the host (SPEC E-88): it would leave us in a group of our own. */
  #isHost(group: Group, peerId: string): boolean {
    const hostLeaf = hostLeafOf(group.policy, group.mls.ratchetTree);
    return leaves(group).some(({ leafIndex, identity }) => leafIndex === hostLeaf && identity.peerId === peerId);
  }

  #kicks(group: Group): HostPlan['kick'] {
    const wanted = new Set(this.#wishes.flatMap(({ call }) => (call.name === 'kick' ? [call.peerId] : [])));
    return leaves(group)
      .filter(({ identity }) => wanted.has(identity.peerId) && !this.#isHost(group, identity.peerId))
      .map(({ leafIndex, identity }) => ({ peerId: identity.peerId, leafIndex }));
  }

  /** A claim of ours where the present one is not what it should be; undefined on any device but the host's. */
  async #claim(group: Group): Promise<SignedClaim | undefined> {
    const { hostKey } = this.#context;
    if (hostKey === undefined) return undefined;
    const present = leaves(group);
    const cohostKeys = this.#cohostKeys(group, present);
    const isOurs = hostLeafOf(group.policy, group.mls.ratchetTree) === selfLeafOf(group);
    const isDue = isOurs ? !this.#hasCohosts(group, present, cohostKeys) : this.#mayClaim(group);
    if (isOurs) this.#hasClaimed = true;
    if (!isDue) return undefined;
    const own = present.find(({ leafIndex }) => leafIndex === selfLeafOf(group));
    if (own === undefined) return undefined;
    const count = (group.policy.claim?.claim.count ?? 0) + 1;
    return signClaim(hostKey, { groupId: groupIdOf(group), count, leafKey: own.signatureKey, cohostKeys });
  }

  /** Another device of the host that is there keeps the place, until this one is asked for something. */
  #mayClaim(group: Group): boolean {
    const isHeld = hostLeafOf(group.policy, group.mls.ratchetTree) !== undefined;
    return !isHeld || !this.#hasClaimed || this.#wishes.length > 0;
  }

  #cohostKeys(group: Group, present: readonly Leaf[]): Uint8Array[] {
    const named = cohostLeavesOf(group.policy, group.mls.ratchetTree);
    if (group.policy.claim !== null) {
      this.#cohosts ??= present
        .filter(({ leafIndex }) => named.includes(leafIndex))
        .map(({ identity }) => identity.peerId);
    } else this.#cohosts ??= this.#context.hostCohosts?.slice(0, MAX_COHOSTS) ?? null;
    const wanted = this.#cohosts ?? [];
    return present
      .filter(({ identity }) => wanted.includes(identity.peerId) && identity.peerId !== this.#context.peerId)
      .map(({ signatureKey }) => signatureKey);
  }

  /** Whether the co-hosts in force, among those who are there, are the ones wanted. */
  #hasCohosts(group: Group, present: readonly Leaf[], wanted: readonly Uint8Array[]): boolean {
    const inForce = cohostLeavesOf(group.policy, group.mls.ratchetTree);
    const keys = present.filter(({ leafIndex }) => inForce.includes(leafIndex)).map(({ signatureKey }) => signatureKey);
    return keys.length === wanted.length && keys.every((key) => wanted.some((other) => bytesEqual(other, key)));
  }

  // ── What became of it ──────────────────────────────────────────────────────────────────────────

  /** After each epoch. `link` is the one that the group went over to in it. */
  settle(link: NewLink | undefined): void {
    const nowMs = this.#context.clock.nowMs();
    const group = this.#owner.group();
    this.#wishes = this.#wishes.filter((wish) => {
      if (link !== undefined && wish.call.name === 'rotateLink') return this.#settleLink(wish, wish.call, link);
      if (this.#isFulfilled(wish.call, group)) wish.resolve();
      else if (wish.untilMs <= nowMs) wish.reject(new Error('timeout'));
      else if (this.#context.hostKey === undefined && !this.#isActing(group)) wish.reject(new Error('notActing'));
      else return true;
      return false;
    });
    this.#watchTime();
  }

  #isFulfilled(call: HostCall, group: Group): boolean {
    const isThere = (peerId: string) => leaves(group).some(({ identity }) => identity.peerId === peerId);
    switch (call.name) {
      case 'setMode':
        return group.policy.mode === call.mode && (this.#context.hostKey === undefined || group.policy.claim !== null);
      case 'admit':
        return call.peerIds.every(isThere);
      case 'kick':
        return !isThere(call.peerId);
      case 'setCohosts': {
        const present = leaves(group);
        const isOurs = hostLeafOf(group.policy, group.mls.ratchetTree) === selfLeafOf(group);
        return isOurs && this.#hasCohosts(group, present, this.#cohostKeys(group, present));
      }
      case 'rotateLink':
      case 'announceLink':
        return false;
    }
  }

  /** Ours: the server hears of it, and the wish ends with its answer. Another's: it came first. Either secret is wiped by now or here. */
  #settleLink(wish: Wish, call: CallOf<'rotateLink'>, link: NewLink): boolean {
    if (call.secret === link.secret) this.#tellServer(wish, link.linkGeneration, call.verifiers, 1);
    else wish.reject(new Error('busy'));
    wipe(call.secret);
    return false;
  }

  async #tellServer(
    wish: Pick<Wish, 'resolve' | 'reject'>,
    linkGeneration: number,
    verifiers: LinkVerifiers,
    attempt: number,
  ): Promise<void> {
    const groupId = groupIdOf(this.#owner.group());
    const beacon = await createBeacon(this.#context.env.keys.beacon, groupId);
    if (this.#closed) return wish.reject(new Error('closed'));
    ask(this.#context, { name: 'mls:link', groupId, linkGeneration, beacon, verifiers }, (reply) => {
      if (reply.outcome === 'answered') return wish.resolve();
      if (this.#closed) return wish.reject(new Error('closed'));
      if (reply.code === 'conflict' || reply.code === 'forbidden') return wish.reject(new Error('untold'));
      this.#timers.set('link', backOffMs(attempt), () =>
        this.#tellServer(wish, linkGeneration, verifiers, attempt + 1),
      );
    });
  }

  #watchTime(): void {
    const nextMs = Math.min(...this.#wishes.map(({ untilMs }) => untilMs));
    if (!Number.isFinite(nextMs)) return this.#timers.clear('wish');
    this.#timers.set('wish', Math.max(0, nextMs - this.#context.clock.nowMs()), () => this.settle(undefined));
  }

  close(): void {
    if (this.#closed) return;
    this.#closed = true;
    this.#timers.clearAll();
    for (const { call, reject } of this.#wishes) {
      if (call.name === 'rotateLink') wipe(call.secret);
      reject(new Error('closed'));
    }
    this.#wishes = [];
  }
}
