// One device's way through the group: makes it or joins it, lives in it, and finds back when it lost its way.
import type { ViewRoot } from '../feed/viewKeys.ts';
import type { GroupRef, HostCall, ServerEvent, WrappedStage } from '../messages.ts';
import { bytesEqual, wipe } from '../util/bytes.ts';
import { NamedTimers } from '../util/NamedTimers.ts';
import { TaskQueue } from '../util/TaskQueue.ts';
import { createBeacon, verifyBeacon } from './beacon.ts';
import { ask, backOffMs, identityFor, type SessionContext } from './context.ts';
import { GroupError } from './GroupError.ts';
import { createGroup, joinFromWelcome, type Group } from './group.ts';
import { InGroup } from './InGroup.ts';
import { createKeyPackage, sealKeyPackage, type Vouchers } from './keyPackage.ts';
import { Outbox } from './Outbox.ts';
import { parseCreated, parseQueued } from './replies.ts';
import { groupIdOf, isSplit, viewOf, type Rejoin, type SessionState as State } from './sessionState.ts';
import { allSecrets } from './spent.ts';

/** No Welcome after this: ask again. */
const ASK_AGAIN_MS = 3_000;
/** A key package asked with again is made anew after this, well before its credential is too old to be added. */
const RENEW_PACKAGE_MS = 4 * 60_000;
/** A group that held for this long is sound: the next resync starts its back-off anew. */
const SOUND_AFTER_MS = 30_000;
/** Messages ahead of us that are kept, and for how long: an epoch's welcome or commit is under way. */
const MAX_HELD = 64;
const HOLD_MS = 10_000;
const GROUP_ID_BYTES = 16;
/** Receive keys after the group is over: what is under way still arrives. */
const KEEP_KEYS_AFTER_END_MS = 10_000;
/** While our place is looked for the others may go on under the old epoch; a server that never lets us back must not keep its keys alive. */
const KEEP_KEYS_IN_RESYNC_MS = 60_000;

export type SessionOptions = Omit<SessionContext, 'queue'>;

type QueueEvent = Extract<ServerEvent, { name: 'mls:queue' }>;
type MessageEvent = Extract<ServerEvent, { name: 'mls:message' }>;
type WelcomeEvent = Extract<ServerEvent, { name: 'mls:welcome' }>;
export class Session {
  readonly #context: SessionContext;
  readonly #timers: NamedTimers;
  readonly #outbox: Outbox;
  #state: State = { name: 'idle' };
  #held: { event: MessageEvent; untilMs: number }[] = [];
  /** Said by the server while our own place was still being confirmed to us. */
  #earlyQueue: QueueEvent | null = null;
  #lastKey: Uint8Array | null = null;

  constructor(options: SessionOptions) {
    const context = { ...options, queue: new TaskQueue(() => this.#handleFault()) };
    this.#context = context;
    this.#timers = new NamedTimers(context.clock.setTimer, (task) => context.queue.run(task));
    this.#outbox = new Outbox(context, () =>
      this.#state.name === 'in' && this.#state.inside.fence === null ? this.#state.inside : null,
    );
  }

  /** After each fresh join of the Room: whatever we held is of no more use to anybody. */
  enter(group: GroupRef | null): Promise<void> {
    return new Promise((resolve, reject) => {
      this.#context.queue.run(() => this.#startOver(group).then(resolve, reject));
    });
  }

  async #startOver(group: GroupRef | null): Promise<void> {
    if (this.#state.name === 'closed') return;
    this.#leaveState();
    this.#keepKey(null);
    this.#context.keyring.clear();
    await (group === null ? this.#create(1) : this.#join(group, null));
  }

  deliver(event: ServerEvent): void {
    this.#context.queue.run(() => this.#handle(event));
  }

  /** Resolves when the server took the sealed payload. */
  say(payload: Uint8Array): Promise<void> {
    return this.#outbox.say(payload);
  }

  /** What an acting host may; resolves once the group has adopted it, rejects with one word why not. */
  host(call: HostCall): Promise<void> {
    return new Promise((resolve, reject) => {
      this.#context.queue.run(() => {
        const state = this.#state;
        const wish = state.name === 'in' ? state.inside.wish(call) : Promise.reject(new Error('notInGroup'));
        wish.then(resolve, reject);
      });
    });
  }

  /** Rejects with one word where this device is in no group, or has stopped sending in it. */
  wrapStage(roster: Uint8Array): Promise<WrappedStage> {
    return new Promise((resolve, reject) => {
      this.#context.queue.run(() => {
        const state = this.#state;
        const isIn = state.name === 'in' && state.inside.fence === null;
        const wrapping = isIn ? state.inside.wrapStage(roster) : Promise.reject(new Error('notInGroup'));
        return wrapping.then(resolve, reject);
      });
    });
  }

  /** Null while this device is in no group. */
  get groupId(): Uint8Array | null {
    return this.#state.name === 'in' ? this.#state.inside.groupId.slice() : null;
  }

  /** Of the link's present generation. */
  get viewRoot(): ViewRoot {
    return this.#context.env.keys.viewRoot;
  }

  /** Nothing opens under the keys we hold: our copy of the group may be the wrong one (SPEC F-13). */
  doubtKeys(): void {
    this.#context.queue.run(() => {
      const state = this.#state;
      const isIn = state.name === 'in' && state.inside.fence === null;
      return isIn ? this.#resync(state.ref, 'keys', state.rejoin) : undefined;
    });
  }

  close(): void {
    if (this.#state.name === 'closed') return;
    this.#leaveState();
    this.#keepKey(null);
    this.#state = { name: 'closed' };
    this.#outbox.close();
    this.#held = [];
    this.#context.keyring.clear();
    wipe(this.#context.env.keys.psk);
    this.#showView();
  }

  // ── States ─────────────────────────────────────────────────────────────────────────────────────

  /** Wipes what only this state held; what is under way for it finds another state and stops. */
  #leaveState(): void {
    this.#timers.clearAll();
    const state = this.#state;
    if (state.name === 'in') {
      this.#keepKey(state.inside.signatureKey);
      state.inside.close();
    } else if (state.name === 'new') wipe(...allSecrets(state.group.mls));
    else if (state.name === 'waitWelcome') wipe(...Object.values(state.own.privatePackage));
    this.#state = { name: 'idle' };
    this.#earlyQueue = null;
  }

  /** Of the leaf that we had last: the next one is vouched for with it (SPEC E-87). */
  #keepKey(key: Uint8Array | null): void {
    if (this.#lastKey !== null) wipe(this.#lastKey);
    this.#lastKey = key;
  }

  #vouchers(): Vouchers {
    const { hostKey, machine } = this.#context;
    const lastKey = this.#lastKey;
    return { ...(lastKey && { lastKey }), ...(hostKey && { hostKey }), ...(machine && { machine }) };
  }

  /** Something threw that should not: our copy of the group may be half changed, so it is not trusted any more. */
  #handleFault(): void {
    const state = this.#state;
    switch (state.name) {
      case 'in':
      case 'waitWelcome':
      case 'resync':
        return this.#context.queue.run(() => this.#resync(state.ref, 'internal', state.rejoin));
      case 'idle':
        return this.#timers.set('create', backOffMs(1), () => this.#create(1));
      case 'new':
      case 'kicked':
      case 'closed':
        return;
    }
  }

  /** Resolves once everything that was asked for so far is done. */
  idle(): Promise<void> {
    return this.#context.queue.idle();
  }

  #showView(): void {
    this.#context.host.onView(viewOf(this.#state));
  }

  async #handle(event: ServerEvent): Promise<void> {
    const state = this.#state;
    const groupId = groupIdOf(state);
    if (groupId === null || !bytesEqual(groupId, event.groupId)) return;
    switch (event.name) {
      case 'mls:ended':
        return this.#replaceGroup();
      case 'mls:welcome':
        return state.name === 'waitWelcome' ? this.#handleWelcome(state, event) : undefined;
      case 'mls:message':
        return this.#handleMessage(event);
      case 'mls:queue':
        if (state.name === 'in') return state.inside.handleQueue(event);
        this.#earlyQueue = event;
        return;
      case 'mls:commit':
        return state.name === 'in' ? state.inside.handleCommit(event) : undefined;
      case 'mls:allReady':
        return state.name === 'in' ? state.inside.handleAllReady(event.epoch) : undefined;
      case 'mls:heartbeat':
        return state.name === 'in' ? state.inside.handleHeartbeat(event) : undefined;
      case 'mls:reopened':
        if (state.name === 'in') return state.inside.handleReopened(event);
        return this.#context.keyring.voidAfter(event.groupId, event.epoch);
      case 'mls:barred':
        return state.name === 'in' ? this.#resync(state.ref, 'barred', state.rejoin) : undefined;
    }
  }

  /** The group is over. People see so before anything else is tried. */
  async #replaceGroup(): Promise<void> {
    if (isSplit(this.#state)) return;
    this.#leaveState();
    this.#context.keyring.stopSending();
    this.#context.keyring.retireAll(KEEP_KEYS_AFTER_END_MS);
    this.#showView();
    return this.#create(1);
  }

  // ── NEW ────────────────────────────────────────────────────────────────────────────────────────

  async #create(attempt: number): Promise<void> {
    const { suite, keys } = this.#context.env;
    const groupId = suite.rng.randomBytes(GROUP_ID_BYTES);
    const beacon = await createBeacon(keys.beacon, groupId);
    const { group, spent } = await createGroup(
      this.#context.env,
      identityFor(this.#context, groupId),
      this.#vouchers(),
    );
    wipe(...spent);
    if (this.#state.name !== 'idle') return wipe(...allSecrets(group.mls));
    const state = (this.#state = { name: 'new', group, beacon } as const);
    this.#showView();
    this.#askToCreate(state, groupId, attempt);
  }

  #askToCreate(state: Extract<State, { name: 'new' }>, groupId: Uint8Array, attempt: number): void {
    const { group, beacon } = state;
    ask(this.#context, { name: 'mls:create', groupId, beacon }, async (reply) => {
      if (this.#state !== state) return;
      const answer = reply.outcome === 'answered' ? parseCreated(reply.data) : undefined;
      if (answer === undefined) {
        this.#timers.set('create', backOffMs(attempt), () => this.#askToCreate(state, groupId, attempt + 1));
        return;
      }
      // A reply may have been lost on the way: the group that exists can be the one we asked for.
      if (answer.outcome === 'created' || bytesEqual(answer.group.groupId, groupId)) {
        this.#timers.clearAll();
        return this.#enterGroup(group, { groupId, epoch: 0, beacon }, null);
      }
      this.#leaveState();
      await this.#join(answer.group, null);
    });
  }

  // ── WAIT_WELCOME ───────────────────────────────────────────────────────────────────────────────

  async #join(ref: GroupRef, rejoin: Rejoin | null): Promise<void> {
    const { env, clock } = this.#context;
    const before = this.#state;
    const isOfThisLink = await verifyBeacon(env.keys.beacon, ref.groupId, ref.beacon);
    if (this.#state !== before) return;
    if (!isOfThisLink) return this.#resync(ref, 'beacon', rejoin);
    const identity = identityFor(this.#context, ref.groupId);
    const own = await createKeyPackage(env.suite, env.keys, identity, this.#vouchers());
    const sealed = await sealKeyPackage(env, own.publicPackage, ref.groupId, this.#context.peerId);
    if (this.#state !== before) return wipe(...Object.values(own.privatePackage));
    const nowMs = clock.nowMs();
    const state = { name: 'waitWelcome', ref, own, sinceMs: nowMs, madeAtMs: nowMs, rejoin } as const;
    this.#state = state;
    this.#showView();
    this.#askToJoin(state, sealed);
  }

  #askToJoin(state: Extract<State, { name: 'waitWelcome' }>, sealed: Uint8Array): void {
    const { ref, rejoin, madeAtMs } = state;
    const { clock } = this.#context;
    // Set before the reply: it covers a lost reply, a lost package and a lost Welcome alike.
    this.#timers.set('ask', ASK_AGAIN_MS, () => {
      if (clock.nowMs() - madeAtMs < RENEW_PACKAGE_MS) return this.#askToJoin(state, sealed);
      this.#leaveState();
      return this.#join(ref, rejoin);
    });
    ask(this.#context, { name: 'mls:keyPackage', groupId: ref.groupId, sealed }, async (reply) => {
      if (this.#state !== state) return;
      const answer = reply.outcome === 'answered' ? parseQueued(reply.data) : undefined;
      if (answer?.outcome !== 'wrongGroup') return;
      this.#leaveState();
      await (answer.group === null ? this.#create(1) : this.#join(answer.group, rejoin));
    });
  }

  async #handleWelcome(state: Extract<State, { name: 'waitWelcome' }>, event: WelcomeEvent): Promise<void> {
    const { ref, own, rejoin } = state;
    try {
      const { group, spent } = await joinFromWelcome(this.#context.env, own, event.welcome, ref.groupId);
      wipe(...spent);
      if (this.#state !== state) return wipe(...allSecrets(group.mls));
      this.#timers.clearAll();
      await this.#enterGroup(group, { ...ref, epoch: event.epoch }, rejoin);
    } catch (error) {
      if (!(error instanceof GroupError)) throw error;
      // One for an earlier package of ours: the present one waits in the queue, and its own Welcome comes.
      if (this.#state === state && error.fault !== 'notForUs') await this.#resync(ref, error.fault, rejoin);
    }
  }

  // ── IN ─────────────────────────────────────────────────────────────────────────────────────────

  async #enterGroup(group: Group, ref: GroupRef, rejoin: Rejoin | null): Promise<void> {
    const { queue, clock } = this.#context;
    const inside: InGroup = new InGroup(this.#context, group, {
      onChange: () => this.#showView(),
      onBeacon: (beacon) => {
        const state = this.#state;
        if (state.name === 'in' && state.inside === inside) this.#state = { ...state, ref: { ...state.ref, beacon } };
      },
      onEpoch: () => queue.run(() => this.#handleEpoch()),
      onLost: async (cause) => {
        const state = this.#state;
        if (state.name === 'in' && state.inside === inside) await this.#resync(state.ref, cause, rejoin);
      },
      onKicked: () => {
        if (this.#state.name === 'in' && this.#state.inside === inside) this.#handleKick();
      },
      onGone: async () => {
        if (this.#state.name !== 'in' || this.#state.inside !== inside) return;
        await this.#replaceGroup();
      },
    });
    this.#state = { name: 'in', ref, inside, sinceMs: clock.nowMs(), rejoin };
    const early = this.#earlyQueue;
    await inside.start();
    if (early !== null && bytesEqual(early.groupId, ref.groupId)) await inside.handleQueue(early);
  }

  /** The keys go at once, and nothing is asked for: a host wants us out, and who comes again comes by the link. */
  #handleKick(): void {
    this.#leaveState();
    this.#keepKey(null);
    this.#context.keyring.clear();
    this.#held = [];
    this.#state = { name: 'kicked' };
    this.#showView();
  }

  async #handleEpoch(): Promise<void> {
    const held = this.#held;
    this.#held = [];
    for (const { event, untilMs } of held) {
      if (untilMs > this.#context.clock.nowMs()) await this.#handleMessage(event, untilMs);
    }
    await this.#outbox.flush();
  }

  async #handleMessage(event: MessageEvent, untilMs = this.#context.clock.nowMs() + HOLD_MS): Promise<void> {
    const state = this.#state;
    const outcome = state.name === 'in' ? await state.inside.open(event) : 'later';
    if (outcome === 'done') return;
    const nowMs = this.#context.clock.nowMs();
    this.#held = this.#held.filter((held) => held.untilMs > nowMs);
    if (this.#held.length < MAX_HELD) this.#held.push({ event, untilMs });
  }

  // ── RESYNC ─────────────────────────────────────────────────────────────────────────────────────

  /** Sending stops at once: under keys of an epoch that the others left, those who were removed could follow. */
  async #resync(ref: GroupRef, cause: string, last: Rejoin | null): Promise<void> {
    const state = this.#state;
    if (isSplit(state)) return;
    const wasSound = state.name === 'in' && this.#context.clock.nowMs() - state.sinceMs >= SOUND_AFTER_MS;
    const attempt = last === null || wasSound ? 1 : last.attempt + 1;
    this.#leaveState();
    this.#context.keyring.stopSending();
    this.#context.keyring.retireAll(KEEP_KEYS_IN_RESYNC_MS);
    const rejoin = { cause, attempt };
    this.#state = { name: 'resync', ref, rejoin };
    this.#showView();
    this.#timers.set('rejoin', backOffMs(attempt), () => this.#join(ref, rejoin));
  }
}
