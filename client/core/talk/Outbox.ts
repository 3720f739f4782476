// What this device has to say to the group, in order: it waits for the keys and the connection, and nothing is lost or said twice.
import { encodePayload, type GroupPayload } from './payload.ts';

export type Delivered = 'sent' | 'failed';

/** A group undoes a commit within four seconds (PROTOCOL: REOPEN_WITHIN_MS), and the word of it takes a while. */
const KEPT_MS = 15_000;
/** Letters kept for that; more is no honest talk. */
const MAX_KEPT = 64;

export interface OutboxOptions {
  /** Given where what went out may have to be said again. */
  nowMs?(): number;
  /** Seals and sends; resolves when the server took it. */
  say(payload: Uint8Array): Promise<void>;
}

interface Letter {
  payload: GroupPayload;
  onDone(outcome: Delivered): void;
}

export class Outbox {
  readonly #options: OutboxOptions;
  /** The first is on its way while `#sending`. */
  readonly #letters: Letter[] = [];
  /** Those that went out in the last moments, in order. */
  #gone: { letter: Letter; atMs: number }[] = [];
  #sending = false;
  /** What went out before that counts as said in the last moments for as long as nothing more can be said. */
  #silentSinceMs: number | null = null;
  #ready = false;
  #closed = false;

  constructor(options: OutboxOptions) {
    this.#options = options;
  }

  /** Whether the group can be spoken to; what was given meanwhile goes out in order. */
  setReady(ready: boolean): void {
    if (!ready && this.#ready) this.#silentSinceMs = this.#options.nowMs?.() ?? null;
    this.#ready = ready;
    if (ready) void this.#flush();
  }

  /** `onDone` is called once: sent when the server took it, failed when it refused. Never after `close`. */
  post(payload: GroupPayload, onDone: (outcome: Delivered) => void = () => undefined): void {
    if (this.#closed) return;
    this.#letters.push({ payload, onDone });
    void this.#flush();
  }

  /**
   * What went out in the last moments, or is on its way, goes out again once the group can be spoken to: before all else, in the same
   * order and with the same ids.
   */
  sayAgain(nowMs: number): void {
    const sinceMs = this.#ready ? nowMs : Math.min(this.#silentSinceMs ?? nowMs, nowMs);
    const again = this.#gone.filter(({ atMs }) => sinceMs - atMs <= KEPT_MS).map(({ letter }) => letter);
    this.#gone = [];
    const [first] = this.#letters;
    if (this.#sending && first !== undefined) again.push(first);
    const copies = again.map(({ payload }) => ({ payload, onDone: () => undefined }));
    // The one on its way is taken off the list by its place there.
    this.#letters.splice(this.#sending ? 1 : 0, 0, ...copies);
  }

  close(): void {
    this.#closed = true;
    this.#gone = [];
    this.#letters.length = 0;
  }

  async #flush(): Promise<void> {
    if (this.#sending) return;
    this.#sending = true;
    while (this.#ready && !this.#closed) {
      const letter = this.#letters[0];
      if (letter === undefined) break;
      const outcome = await this.#say(letter.payload);
      // Lost on the way because the connection was: it stays the first.
      if (outcome === 'later' || this.#closed) break;
      this.#letters.shift();
      if (outcome === 'sent') this.#keep(letter);
      letter.onDone(outcome);
    }
    this.#sending = false;
  }

  #keep(letter: Letter): void {
    const { nowMs } = this.#options;
    if (nowMs === undefined) return;
    const atMs = nowMs();
    const recent = this.#gone.filter((one) => atMs - one.atMs <= KEPT_MS);
    this.#gone = [...recent, { letter, atMs }].slice(-MAX_KEPT);
  }

  async #say(payload: GroupPayload): Promise<Delivered | 'later'> {
    try {
      await this.#options.say(encodePayload(payload));
      return 'sent';
    } catch {
      return this.#ready ? 'failed' : 'later';
    }
  }
}
