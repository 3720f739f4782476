// A socket whose far end is the test: it accepts, refuses, answers, notifies and drops by hand.
import type { SocketLike } from '../types.ts';

export interface Sent {
  name: string;
  payload: unknown;
  ack: (reply: unknown) => void;
}

export class FakeSocket implements SocketLike {
  connected = false;
  /** Times that the near end asked to connect. */
  attempts = 0;
  /** Answers by itself what it returns data for; the rest waits for the test. */
  answerer: (sent: Sent) => unknown = () => undefined;
  /** Names of all requests, answered or not, since the connection was made. */
  asked: string[] = [];
  /** Everything emitted and not answered yet, oldest first. */
  sent: Sent[] = [];
  readonly #listeners = new Map<string, ((...values: unknown[]) => void)[]>();
  readonly #any: ((name: string, ...values: unknown[]) => void)[] = [];

  emit(name: string, payload: unknown, ack: (reply: unknown) => void): void {
    if (!this.connected) throw new Error('emitted while not connected');
    const sent = { name, payload, ack };
    this.asked.push(name);
    const data = this.answerer(sent);
    if (data === undefined) this.sent.push(sent);
    else queueMicrotask(() => ack({ ok: true, data }));
  }

  on(name: string, listener: (...values: unknown[]) => void): void {
    this.#listeners.set(name, [...(this.#listeners.get(name) ?? []), listener]);
  }

  onAny(listener: (name: string, ...values: unknown[]) => void): void {
    this.#any.push(listener);
  }

  connect(): void {
    this.attempts += 1;
  }

  disconnect(): void {
    if (!this.connected) return;
    this.connected = false;
    this.#fire('disconnect', 'io client disconnect');
  }

  // ── The far end ────────────────────────────────────────────────────────────────────────────────
  accept(): void {
    this.connected = true;
    this.sent = [];
    this.asked = [];
    this.#fire('connect');
  }

  refuse(data?: { code: string }): void {
    this.#fire('connect_error', Object.assign(new Error('refused'), data && { data }));
  }

  /** The network took it; what was in flight is lost. */
  drop(): void {
    this.connected = false;
    this.#fire('disconnect', 'transport close');
  }

  notify(name: string, payload: unknown, sequence?: number): void {
    for (const listener of this.#any) listener(name, payload, ...(sequence === undefined ? [] : [sequence]));
  }

  /** The oldest request of this name, taken off the list. */
  take(name: string): Sent {
    const index = this.sent.findIndex((one) => one.name === name);
    const [found] = index < 0 ? [] : this.sent.splice(index, 1);
    if (!found) throw new Error(`no ${name} was sent; there is: ${this.sent.map((one) => one.name).join(', ')}`);
    return found;
  }

  answer(name: string, data: unknown): void {
    this.take(name).ack({ ok: true, data });
  }

  reject(name: string, code: string, retryAfterMs?: number): void {
    this.take(name).ack({
      ok: false,
      error: { code, message: 'no', ...(retryAfterMs !== undefined && { retryAfterMs }) },
    });
  }

  #fire(name: string, ...values: unknown[]): void {
    for (const listener of this.#listeners.get(name) ?? []) listener(...values);
  }
}
