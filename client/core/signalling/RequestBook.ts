// Requests that wait for their answer: timeouts, what a lost connection does to them, and what is asked again.
import type { Answer, RequestInput, RequestName } from '#protocol/requests';
import type { SocketLike } from '../types.ts';
import { after } from '../util/timers.ts';
import { parseAnswer } from './answers.ts';
import { SignallingError } from './SignallingError.ts';

/** Longer than any honest server takes, shorter than a person's patience; a late answer is dropped. */
const ANSWER_TIMEOUT_MS = 10_000;
/** A rate limit met this often in a row is a fault of ours, not a burst. */
const MAX_RATE_LIMIT_RETRIES = 3;

/**
 * Asked again after a resume, since asking twice does no harm: the delivery service answers `stale` or `exists`,
 * views and readiness are states and not steps, a Producer replaces that of the same stream (its answer, and with it the
 * only name to close it by, may be what was lost), and closing what is closed, or sending off who is gone, is no fault. Everything else fails with
 * `disconnected` and its owner decides.
 */
const REPEATABLE: ReadonlySet<RequestName> = new Set<RequestName>([
  'mls:create',
  'mls:keyPackage',
  'mls:commit',
  'mls:ready',
  'mls:message',
  'mls:nack',
  'mls:link',
  'room:kick',
  'room:setCohosts',
  'room:end',
  'room:hint',
  'consumer:ready',
  'consumer:view',
  'consumer:renew',
  'media:start',
  'transport:connect',
  'producer:create',
  'producer:close',
  'feed:create',
  'feed:list',
  'feed:revoke',
]);
/** The refusal by which a request that was asked twice learns that the first time counted. */
const DONE_BEFORE: Partial<Record<RequestName, string>> = {
  'transport:connect': 'wrong_state',
  'room:kick': 'not_found',
  'feed:revoke': 'not_found',
};

interface Entry {
  name: RequestName;
  input: unknown;
  resolve: (answer: never) => void;
  reject: (error: SignallingError) => void;
  stopTimer: () => void;
  rateLimits: number;
  timesSent: number;
}

export class RequestBook {
  /** In the order asked, which is the order in which they are asked again. */
  readonly #entries = new Set<Entry>();
  #socket: SocketLike | null = null;

  /** Rejects with a SignallingError, always. */
  request<Name extends RequestName>(name: Name, input: RequestInput<Name>): Promise<Answer<Name>> {
    return new Promise((resolve, reject) => {
      const entry: Entry = { name, input, resolve, reject, stopTimer: () => undefined, rateLimits: 0, timesSent: 0 };
      if (this.#socket) {
        this.#entries.add(entry);
        this.#send(entry, this.#socket);
      } else if (REPEATABLE.has(name)) this.#entries.add(entry);
      else reject(new SignallingError('disconnected'));
    });
  }

  /** The place in the Room is ours (again): what waited is sent. */
  online(socket: SocketLike): void {
    this.#socket = socket;
    for (const entry of [...this.#entries]) this.#send(entry, socket);
  }

  /** The connection is gone: what may be repeated waits for the next, the rest fails. */
  offline(): void {
    this.#socket = null;
    for (const entry of [...this.#entries]) {
      entry.stopTimer();
      if (!REPEATABLE.has(entry.name)) this.#fail(entry, new SignallingError('disconnected'));
    }
  }

  /** All that waits belongs to a Peer that is no more. */
  abandon(code: 'disconnected' | 'closed'): void {
    for (const entry of [...this.#entries]) this.#fail(entry, new SignallingError(code));
  }

  #send(entry: Entry, socket: SocketLike): void {
    entry.stopTimer();
    entry.timesSent += 1;
    let current = true;
    const stop = after(ANSWER_TIMEOUT_MS, () => this.#fail(entry, new SignallingError('timeout')));
    entry.stopTimer = () => {
      current = false;
      stop();
    };
    socket.emit(entry.name, entry.input, (reply) => {
      if (current && this.#entries.has(entry)) this.#answered(entry, reply);
    });
  }

  #answered(entry: Entry, reply: unknown): void {
    entry.stopTimer();
    try {
      const answer = parseAnswer(entry.name, reply);
      this.#entries.delete(entry);
      entry.resolve(answer as never);
    } catch (error) {
      const refusal = error instanceof SignallingError ? error : new SignallingError('internal');
      if (entry.timesSent > 1 && DONE_BEFORE[entry.name] === refusal.code) {
        this.#entries.delete(entry);
        entry.resolve({} as never);
      } else if (!this.#askAgainLater(entry, refusal)) this.#fail(entry, refusal);
    }
  }

  #askAgainLater(entry: Entry, refusal: SignallingError): boolean {
    if (refusal.code !== 'rate_limited' || !REPEATABLE.has(entry.name)) return false;
    entry.rateLimits += 1;
    if (entry.rateLimits > MAX_RATE_LIMIT_RETRIES) return false;
    entry.stopTimer = after(refusal.retryAfterMs ?? 1_000, () => {
      if (this.#socket) this.#send(entry, this.#socket);
    });
    return true;
  }

  #fail(entry: Entry, error: SignallingError): void {
    entry.stopTimer();
    if (this.#entries.delete(entry)) entry.reject(error);
  }
}
