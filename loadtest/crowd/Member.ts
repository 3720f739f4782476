// A member as the server sees one: comes in, is added, follows every commit, speaks and listens; what would be sealed is random bytes.
import { randomBytes } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import type { PeerId } from '#protocol/ids';
import { MAX_COMMIT_CHANGES } from '#protocol/limits';
import type { CommitQueue } from '#protocol/mls';
import type { RequestInput, RequestName } from '#protocol/requests';
import { parseAnswer, parseJoinAnswer, type Joined } from '../../client/core/signalling/answers.ts';
import { parseNotification, type AnyNotification } from '../../client/core/signalling/notifications.ts';
import type { Book } from './Book.ts';
import { addressOf, askForToken, type Hall } from './door.ts';
import { Line } from './Line.ts';
import { within } from './pace.ts';
import { createMessage, sentAtMs } from './stamps.ts';

/** As large as the real ones (limits.ts): a key package, a commit and what each who is added adds to it, a Welcome for each member. */
const KEY_PACKAGE_BYTES = 420;
const COMMIT_BYTES = 700;
const COMMIT_BYTES_PER_ADDED = 400;
const WELCOME_BYTES_PER_MEMBER = 480;
const BEACON_BYTES = 32;
/** As members do it (client/e2ee/mls/commitPlan.ts): who comes so soon after a commit is added by the next, together with the others. */
const GATHER_MS = 500;
const GATHER_CROWDED_MS = 1_000;
const CROWD = 20;
/** Says that nobody adds whoever waits, not that it is slow. */
const IN_TIMEOUT_MS = 60_000;

export interface MemberOptions {
  origin: string;
  hall: Hall;
  book: Book;
  /** Counted over the whole crowd: decides the address it comes from. */
  user: number;
  /** The host makes the group and adds whoever waits. */
  kind: 'member' | 'host';
  onMessage?(member: Member, message: Uint8Array): void;
}

type Heard = [name: string, payload: unknown, sequence: number | undefined];

/** `away`: its Connection is gone and its place is kept. */
type Place = 'coming' | 'in' | 'away' | 'left';

export class Member {
  readonly #options: MemberOptions;
  #place: Place = 'coming';
  #line: Line | null = null;
  #joined: Joined | null = null;
  #groupId: Uint8Array<ArrayBuffer> | null = null;
  #epoch = -1;
  #lastEpochMs = 0;
  #size = 1;
  #lastSequence = 0;
  /** While it takes its place back: what it missed comes first, and frames of one read are heard before any promise goes on. */
  #held: Heard[] | null = null;
  #queue: CommitQueue | null = null;
  #isCommitting = false;
  /** Settled when it is in the group. */
  readonly #in = Promise.withResolvers<void>();

  private constructor(options: MemberOptions) {
    this.#options = options;
    // Where it ends before it waits for this, nobody is there to be told.
    this.#in.promise.catch(() => undefined);
  }

  /** Resolves once it is in the group; what it took is noted from `dueMs`, when it was to come (performance.now). */
  static async enter(options: MemberOptions, dueMs = performance.now()): Promise<Member> {
    const member = new Member(options);
    try {
      await member.#come(dueMs);
      return member;
    } catch (error) {
      member.close();
      throw error;
    }
  }

  get peerId(): PeerId {
    if (this.#joined === null) throw new Error('not joined');
    return this.#joined.peerId;
  }

  get isIn(): boolean {
    return this.#place === 'in';
  }

  get epoch(): number {
    return this.#epoch;
  }

  get groupId(): Uint8Array<ArrayBuffer> {
    if (this.#groupId === null) throw new Error('not in a group');
    return this.#groupId;
  }

  get sendTransportId(): Joined['transports']['send']['id'] {
    if (this.#joined === null) throw new Error('not joined');
    return this.#joined.transports.send.id;
  }

  /** Noted as `ack`; rejects with the server's code. */
  async ask<Name extends RequestName>(name: Name, input: RequestInput<Name>) {
    return parseAnswer(name, await this.#options.book.timed('ack', () => this.#raw(name, input)));
  }

  /** To all others, with the moment in it. */
  async say(bytes: number): Promise<void> {
    const message = createMessage(bytes);
    await this.ask('mls:message', { groupId: this.groupId, epoch: this.#epoch, message });
  }

  async leave(): Promise<void> {
    this.#place = 'left';
    await this.#raw('room:leave', {}).catch(() => undefined);
    this.#line?.close();
  }

  /** As a page that dies; it may come back by `resume`. */
  crash(): void {
    this.#place = 'away';
    this.#line?.close();
    this.#line = null;
  }

  /** The old place over a new Connection, with all that was said meanwhile. Rejects where it is another place. */
  async resume(): Promise<void> {
    const { book } = this.#options;
    const token = this.#joined?.resumeToken;
    if (token === undefined) throw new Error('not joined');
    await book.timed('resume', async () => {
      await this.#connect();
      this.#held = [];
      const resume = { token, lastSequence: this.#lastSequence };
      const answer = parseJoinAnswer(await this.#raw('room:join', { resume }));
      if (answer.outcome !== 'resumed') throw new Error('another place');
      const since: Heard[] = this.#held;
      this.#held = null;
      for (const { name, payload, sequence } of answer.missed) this.#heard(name, payload, sequence);
      for (const heard of since) this.#heard(...heard);
      book.count('missed', answer.missed.length);
    });
    this.#place = 'in';
  }

  close(): void {
    this.#place = 'left';
    this.#line?.close();
  }

  // ── On the way in ──────────────────────────────────────────────────────────────────────────────

  async #come(dueMs: number): Promise<void> {
    const { book } = this.#options;
    await this.#connect();
    const reply = await book.timed('join', () => this.#raw('room:join', {}));
    const joined = parseJoinAnswer(reply);
    if (joined.outcome !== 'joined') throw new Error('not joined afresh');
    this.#joined = joined;
    await this.ask('media:start', { rtpCapabilities: joined.routerRtpCapabilities });
    await this.#seekGroup(joined);
    await within(this.#in.promise, IN_TIMEOUT_MS, 'somebody to add it');
    this.#place = 'in';
    book.took('in', performance.now() - dueMs);
  }

  async #connect(): Promise<void> {
    const { origin, user, hall, kind, book } = this.#options;
    const { token } = await book.timed('token', () => askForToken(origin, addressOf(user), hall, kind));
    const line = await book.timed('connect', () =>
      Line.open({
        origin,
        token,
        address: addressOf(user),
        onHeard: (name, payload, sequence) => this.#heard(name, payload, sequence),
        onEnd: () => this.#ended(line),
      }),
    );
    this.#line = line;
  }

  #raw<Name extends RequestName>(name: Name, input: RequestInput<Name>): Promise<unknown> {
    return this.#line === null ? Promise.reject(new Error('no line')) : this.#line.ask(name, input);
  }

  async #seekGroup({ group }: Joined): Promise<void> {
    if (this.#options.kind === 'host') {
      const groupId = randomBytes(32);
      await this.ask('mls:create', { groupId, beacon: randomBytes(BEACON_BYTES) });
      this.#groupId = groupId;
      return this.#stand(0);
    }
    if (group === null) throw new Error('the host is not there yet');
    this.#groupId = new Uint8Array(group.groupId);
    await this.ask('mls:keyPackage', { groupId: this.#groupId, sealed: randomBytes(KEY_PACKAGE_BYTES) });
  }

  #stand(epoch: number): void {
    this.#epoch = epoch;
    this.#lastEpochMs = performance.now();
    this.ask('mls:ready', { groupId: this.groupId, epoch }).then(
      () => this.#in.resolve(),
      (error: unknown) => this.#failed('mls:ready', error),
    );
  }

  // ── What it hears ──────────────────────────────────────────────────────────────────────────────

  #heard(...heard: Heard): void {
    if (this.#held !== null) return void this.#held.push(heard);
    const [name, payload, sequence] = heard;
    if (sequence !== undefined) {
      if (sequence !== this.#lastSequence + 1) this.#options.book.fault('a hole in the numbers of notifications');
      this.#lastSequence = sequence;
    }
    const notification = parseNotification(name, payload);
    if (notification === null) this.#options.book.fault(`unreadable ${name}`);
    else this.#handle(notification);
  }

  #handle(heard: AnyNotification): void {
    switch (heard.name) {
      case 'mls:welcome':
        return this.#stand(heard.payload.epoch);
      case 'mls:commit':
        return this.#stand(heard.payload.epoch + 1);
      case 'mls:queue':
        this.#queue = heard.payload;
        if (this.#options.kind === 'host') void this.#settleQueue();
        return;
      case 'mls:message': {
        const { message } = heard.payload;
        this.#options.book.took('deliver', performance.now() - sentAtMs(message));
        this.#options.onMessage?.(this, message);
        return;
      }
      default:
        return;
    }
  }

  /** One commit after the other until nobody waits and nobody is to be removed. */
  async #settleQueue(): Promise<void> {
    if (this.#isCommitting) return;
    this.#isCommitting = true;
    try {
      while (this.#queue !== null && this.#place !== 'left') {
        await this.#gather(this.#queue.waiting.length);
        const queue: CommitQueue = this.#queue;
        this.#queue = null;
        // What was said before our last commit; another queue follows it.
        if (queue.epoch !== this.#epoch) continue;
        const added = queue.waiting.map(({ peerId }) => peerId).slice(0, MAX_COMMIT_CHANGES);
        const removed = queue.gone.map(({ peerId }) => peerId).slice(0, MAX_COMMIT_CHANGES);
        if (added.length + removed.length > 0) await this.#commit(added, removed);
      }
    } catch (error) {
      this.#failed('mls:commit', error);
    } finally {
      this.#isCommitting = false;
    }
  }

  async #gather(waiting: number): Promise<void> {
    const waitMs = this.#lastEpochMs + (waiting > CROWD ? GATHER_CROWDED_MS : GATHER_MS) - performance.now();
    if (waitMs > 0) await sleep(waitMs);
  }

  async #commit(added: PeerId[], removed: PeerId[]): Promise<void> {
    const size = this.#size + added.length - removed.length;
    const answer = await this.ask('mls:commit', {
      groupId: this.groupId,
      epoch: this.#epoch,
      commit: randomBytes(COMMIT_BYTES + COMMIT_BYTES_PER_ADDED * added.length),
      ...(added.length > 0 && { welcome: randomBytes(WELCOME_BYTES_PER_MEMBER * size) }),
      added,
      removed,
    });
    if (answer.outcome !== 'accepted') throw new Error('stale');
    this.#size = size;
    this.#stand(answer.epoch);
  }

  #ended(line: Line): void {
    if (this.#line !== line || this.#place === 'left') return;
    this.#place = 'away';
    this.#line = null;
    this.#options.book.fault('a Connection that the server ended');
    this.#in.reject(new Error('ended'));
  }

  /** Of a line that is gone nothing is expected. */
  #failed(what: string, error: unknown): void {
    if (this.#line?.isOpen !== true || this.#place === 'left') return;
    this.#options.book.fault(`${what}: ${error instanceof Error ? error.message : String(error)}`);
  }
}
