// What this device has to say to the group, in order: it waits for the keys and the connection, and nothing is lost or said twice.
import { encodePayload, type GroupPayload } from './payload.ts';

export type Delivered = 'sent' | 'failed';

export interface OutboxOptions {
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
  #sending = false;
  #ready = false;
  #closed = false;

  constructor(options: OutboxOptions) {
    this.#options = options;
  }

  /** Whether the group can be spoken to; what was given meanwhile goes out in order. */
  setReady(ready: boolean): void {
    this.#ready = ready;
    if (ready) void this.#flush();
  }

  /** `onDone` is called once: sent when the server took it, failed when it refused. Never after `close`. */
  post(payload: GroupPayload, onDone: (outcome: Delivered) => void = () => undefined): void {
    if (this.#closed) return;
    this.#letters.push({ payload, onDone });
    void this.#flush();
  }

  close(): void {
    this.#closed = true;
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
      letter.onDone(outcome);
    }
    this.#sending = false;
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
