// The client of a machine that nobody sits at: it comes in, and again where it gave up, unless that would end the same way.
import { computed, signal, type ReadonlySignal } from '@preact/signals';
import type { EndReason, RoomClient, RoomState } from '#core';

/** Before the next attempt where the client gave up. */
const AGAIN_MS = 5_000;
/** Trying again would end the same way, or is not this machine's to decide. */
const FINAL: ReadonlySet<EndReason> = new Set([
  'left',
  'badLink',
  'cannotSeal',
  'replaced',
  'removed',
  'refused',
  'roomEnded',
  'linkChanged',
  'version',
]);

export interface KeptClientOptions {
  create(): RoomClient;
  nowMs(): number;
  /** Of the client of now; before it joins. */
  onFresh(client: RoomClient): void;
  onState(): void;
}

export class KeptClient {
  readonly state = signal<RoomState>({ phase: 'idle' });
  /** Over for good, and why. */
  readonly ended: ReadonlySignal<EndReason | null>;
  readonly #options: KeptClientOptions;
  #client: RoomClient;
  #unfollow: () => void = () => undefined;
  #endedAtMs: number | null = null;
  #closed = false;

  constructor(options: KeptClientOptions) {
    this.#options = options;
    this.ended = computed(() => {
      const { value: state } = this.state;
      return state.phase === 'ended' && FINAL.has(state.reason) ? state.reason : null;
    });
    this.#client = this.#open();
  }

  get now(): RoomClient {
    return this.#client;
  }

  start(): void {
    void this.#client.join();
  }

  /** From time to time: tries again where it is time to. */
  look(): void {
    const endedAtMs = this.#endedAtMs;
    if (this.#closed || this.ended.value !== null || endedAtMs === null) return;
    if (this.#options.nowMs() - endedAtMs < AGAIN_MS) return;
    this.#endedAtMs = null;
    this.#unfollow();
    this.#client.close();
    this.#client = this.#open();
    this.#options.onFresh(this.#client);
    this.start();
  }

  close(): void {
    if (this.#closed) return;
    this.#closed = true;
    this.#unfollow();
    this.#client.close();
  }

  #open(): RoomClient {
    const client = this.#options.create();
    this.#unfollow = client.state.subscribe(() => {
      this.state.value = client.state.get();
      if (this.state.value.phase === 'ended') this.#endedAtMs ??= this.#options.nowMs();
      this.#options.onState();
    });
    return client;
  }
}
