// What became of the commits of late: which one we refuse and wait to see undone, and which of those undone we had adopted.
import type { ServerEvent } from '../messages.ts';
import { bytesEqual, source, toHex } from '../util/bytes.ts';
import { NamedTimers } from '../util/NamedTimers.ts';
import { ask, backOffMs, type SessionContext } from './context.ts';

/**
 * How long we stay where we are: others may give a removal two seconds to become right before they judge (E-56), and their
 * word takes a round trip. More would let a member that is alone with its view go on longer under keys that the others left.
 */
const STANDS_AFTER_MS = 3_000;
/** Commits remembered; the server undoes none that is older than four seconds. */
const REMEMBERED_COMMITS = 16;
/** A refusal that the server did not take is said again so often. */
const MAX_ATTEMPTS = 4;

type CommitEvent = Extract<ServerEvent, { name: 'mls:commit' }>;
type ReopenedEvent = Extract<ServerEvent, { name: 'mls:reopened' }>;

/** `ours`: we went on by what is void now · `notOurs`: we did not get that far · `elsewhere`: we went on by another commit. */
export type Verdict = 'ours' | 'notOurs' | 'elsewhere';

export interface ReopeningOwner {
  /** A commit that we do not follow was not undone: the others have left. */
  onStands(reason: string): Promise<void>;
}

export class Reopening {
  readonly #context: SessionContext;
  readonly #owner: ReopeningOwner;
  readonly #timers: NamedTimers;
  /** Where our own history begins: what came before it we took on faith, with the Welcome. */
  readonly #firstEpoch: number;
  /** By the epoch it was made in: what led us out of it. */
  readonly #adopted = new Map<number, Uint8Array>();
  /** Hex of the hashes of commits that we said that we do not follow. */
  readonly #refused = new Set<string>();
  #isWaiting = false;
  #closed = false;

  constructor(context: SessionContext, firstEpoch: number, owner: ReopeningOwner) {
    this.#context = context;
    this.#firstEpoch = firstEpoch;
    this.#owner = owner;
    this.#timers = new NamedTimers(context.clock.setTimer, (task) => context.queue.run(task));
  }

  /** While a commit that we do not follow may still be undone there is nothing for us to commit. */
  get isWaiting(): boolean {
    return this.#isWaiting;
  }

  /** We followed a commit, ours or another's, out of `epoch`. */
  noteAdopted(epoch: number, commit: Uint8Array): void {
    this.#adopted.set(epoch, commit);
    this.#adopted.delete(epoch - REMEMBERED_COMMITS);
    this.#refused.clear();
    this.#stopWaiting();
  }

  /** Says so, once a commit, and waits: of several for one epoch no longer than from the first one on. */
  async refuse({ groupId, epoch, commit }: CommitEvent, reason: string): Promise<void> {
    const commitHash = await hashOf(commit);
    if (this.#closed) return;
    this.#say({ groupId, epoch, commitHash }, reason);
    if (this.#isWaiting) return;
    this.#isWaiting = true;
    this.#timers.set('stands', STANDS_AFTER_MS, () => this.#owner.onStands(reason));
  }

  /** The server says that a commit is void, and all that came after it. `present` is the epoch we stand in. */
  async judge({ groupId, epoch, commitHash }: ReopenedEvent, present: number): Promise<Verdict> {
    if (present <= epoch) {
      // Also where we had not come to judge it: else the server cannot know which of two epochs of one number we mean.
      this.#say({ groupId, epoch, commitHash }, 'reopened');
      if (present === epoch) this.#stopWaiting();
      return 'notOurs';
    }
    if (epoch < this.#firstEpoch) return 'ours';
    const adopted = this.#adopted.get(epoch);
    return adopted !== undefined && bytesEqual(await hashOf(adopted), commitHash) ? 'ours' : 'elsewhere';
  }

  #say(refusal: Pick<ReopenedEvent, 'groupId' | 'epoch' | 'commitHash'>, reason: string): void {
    const name = toHex(refusal.commitHash);
    if (this.#refused.has(name)) return;
    this.#refused.add(name);
    const send = (attempt: number) =>
      ask(this.#context, { name: 'mls:nack', ...refusal, reason }, (reply) => {
        if (this.#closed || reply.outcome === 'answered' || reply.code === 'not_sealed') return;
        if (attempt < MAX_ATTEMPTS) this.#timers.set(`nack ${name}`, backOffMs(attempt), () => send(attempt + 1));
      });
    send(1);
  }

  #stopWaiting(): void {
    this.#isWaiting = false;
    this.#timers.clear('stands');
  }

  close(): void {
    this.#closed = true;
    this.#timers.clearAll();
  }
}

async function hashOf(commit: Uint8Array): Promise<Uint8Array> {
  return new Uint8Array(await crypto.subtle.digest('SHA-256', source(commit)));
}
