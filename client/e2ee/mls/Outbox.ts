// What we say to the group: sealed under the epoch of the moment, and again under the next when that one has passed.
import type { ServerReply } from '../messages.ts';
import { ask, type SessionContext } from './context.ts';
import { NamedTimers } from '../util/NamedTimers.ts';

/** Sayings that wait for a group or an epoch; more means that nobody will read them. */
const MAX_WAITING = 64;
/** How long one may wait: longer than an epoch switch, shorter than a person's patience. */
const MAX_WAIT_MS = 10_000;
/** Bytes of one payload: the wire takes 64 KB sealed, larger things are files. */
export const MAX_PAYLOAD_BYTES = 60_000;
/** The server's words for "not under that epoch". */
const EPOCH_PASSED = ['conflict', 'not_sealed', 'wrong_state'];

export interface Sealer {
  groupId: Uint8Array;
  epoch: number;
  seal(payload: Uint8Array): Promise<{ message: Uint8Array; epoch: number }>;
}

interface Saying {
  payload: Uint8Array;
  untilMs: number;
  resolve(): void;
  reject(error: Error): void;
}

export class Outbox {
  readonly #context: SessionContext;
  readonly #sealer: () => Sealer | null;
  readonly #timers: NamedTimers;
  #waiting: Saying[] = [];
  #closed = false;

  /** `sealer` is the group we are in now, or null. */
  constructor(context: SessionContext, sealer: () => Sealer | null) {
    this.#context = context;
    this.#sealer = sealer;
    this.#timers = new NamedTimers(context.clock.setTimer, (task) => context.queue.run(task));
  }

  /** Resolves when the server took it; rejects with the code of what stood in the way. */
  say(payload: Uint8Array): Promise<void> {
    if (this.#closed) return Promise.reject(new Error('closed'));
    if (payload.length > MAX_PAYLOAD_BYTES) return Promise.reject(new Error('too_large'));
    if (this.#waiting.length >= MAX_WAITING) return Promise.reject(new Error('busy'));
    return new Promise((resolve, reject) => {
      const untilMs = this.#context.clock.nowMs() + MAX_WAIT_MS;
      this.#waiting.push({ payload, untilMs, resolve, reject });
      this.#context.queue.run(() => this.flush());
    });
  }

  /** Sends what waits; to be called in the queue, whenever there is a new epoch. */
  async flush(): Promise<void> {
    const nowMs = this.#context.clock.nowMs();
    for (const late of this.#waiting.filter(({ untilMs }) => untilMs <= nowMs)) late.reject(new Error('notInGroup'));
    this.#waiting = this.#waiting.filter(({ untilMs }) => untilMs > nowMs);
    const sealer = this.#sealer();
    while (sealer !== null && sealer === this.#sealer() && !this.#closed) {
      const saying = this.#waiting.shift();
      if (saying === undefined) break;
      await this.#send(saying, sealer);
    }
    const nextMs = Math.min(...this.#waiting.map(({ untilMs }) => untilMs));
    if (Number.isFinite(nextMs)) this.#timers.set('expire', nextMs - nowMs, () => this.flush());
  }

  close(): void {
    this.#closed = true;
    this.#timers.clearAll();
    for (const saying of this.#waiting) saying.reject(new Error('closed'));
    this.#waiting = [];
  }

  async #send(saying: Saying, sealer: Sealer): Promise<void> {
    const { message, epoch } = await sealer.seal(saying.payload);
    const request = { name: 'mls:message', groupId: sealer.groupId, epoch, message } as const;
    ask(this.#context, request, (reply) => this.#handleReply(saying, sealer, epoch, reply));
  }

  async #handleReply(saying: Saying, sealer: Sealer, epoch: number, reply: ServerReply): Promise<void> {
    if (reply.outcome === 'answered') return saying.resolve();
    if (this.#closed || !EPOCH_PASSED.includes(reply.code)) return saying.reject(new Error(reply.code));
    this.#waiting.unshift(saying);
    // Where the next epoch is there already nothing else will wake it; else it waits for that epoch, or its time is up.
    const hasMoved = sealer !== this.#sealer() || sealer.epoch !== epoch;
    if (hasMoved) await this.flush();
    else this.#timers.set('expire', saying.untilMs - this.#context.clock.nowMs(), () => this.flush());
  }
}
