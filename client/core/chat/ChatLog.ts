// The chat as this device knows it: what was said, what is on its way, and what waits for the connection.
import type { ChatEntry } from '../types.ts';
import { encodePayload, fitsChat, parsePayload } from './payload.ts';

/** Older entries are forgotten: nothing is stored, and a page must not grow for ever. */
const MAX_ENTRIES = 2_000;

export interface ChatLogOptions {
  /** Seals and sends; resolves when the server took it. */
  say(payload: Uint8Array): Promise<void>;
  nowMs(): number;
  createId(): string;
  onChange(): void;
}

export class ChatLog {
  readonly #options: ChatLogOptions;
  #entries: ChatEntry[] = [];
  readonly #ids = new Set<string>();
  /** Ids in the order typed; the first is on its way while `#sending`. */
  #queue: string[] = [];
  #sending = false;
  #ready = false;
  #closed = false;

  constructor(options: ChatLogOptions) {
    this.#options = options;
  }

  /** A new array with every change. */
  get entries(): ChatEntry[] {
    return this.#entries;
  }

  /** Whether the group can be spoken to; what was typed meanwhile goes out in order. */
  setReady(ready: boolean): void {
    this.#ready = ready;
    if (ready) void this.#flush();
  }

  /** Throws RangeError for a text over the limit; blank text is nothing said. */
  send(text: string, self: { peerId: string; displayName: string }): void {
    if (text.trim() === '') return;
    if (!fitsChat(text)) throw new RangeError('chat text too long');
    const id = this.#options.createId();
    const atMs = this.#options.nowMs();
    const { peerId: from, displayName } = self;
    this.#add({ id, from, displayName, self: true, text, atMs, state: 'sending' });
    this.#enqueue(id);
  }

  /** Only a failed entry is sent again. */
  retry(id: string): void {
    if (this.#entries.find((entry) => entry.id === id)?.state !== 'failed') return;
    this.#mark(id, 'sending');
    this.#enqueue(id);
  }

  /** From the group; one's own echo and what was said before are not said twice. */
  handleSaid(said: { from: string; payload: Uint8Array; self: boolean }, displayName: string): void {
    const payload = parsePayload(said.payload);
    if (payload?.t !== 'chat' || said.self) return;
    const { text, at: atMs } = payload;
    // Under the sender's name: nobody can take an id before another, or speak under one of ours.
    const id = `${said.from}/${payload.id}`;
    if (this.#ids.has(id)) return;
    this.#add({ id, from: said.from, displayName, self: false, text, atMs, state: 'sent' });
  }

  close(): void {
    this.#closed = true;
  }

  #enqueue(id: string): void {
    this.#queue.push(id);
    void this.#flush();
  }

  async #flush(): Promise<void> {
    if (this.#sending) return;
    this.#sending = true;
    while (this.#ready && !this.#closed) {
      const id = this.#queue[0];
      if (id === undefined) break;
      const outcome = await this.#say(id);
      if (outcome === 'later') break;
      this.#queue.shift();
      this.#mark(id, outcome);
    }
    this.#sending = false;
  }

  async #say(id: string): Promise<'sent' | 'failed' | 'later'> {
    const entry = this.#entries.find((one) => one.id === id);
    if (!entry) return 'failed';
    try {
      await this.#options.say(encodePayload({ t: 'chat', id, text: entry.text, at: entry.atMs }));
      return 'sent';
    } catch {
      // Lost on the way because the connection was: it stays first in the queue.
      return this.#ready ? 'failed' : 'later';
    }
  }

  #add(entry: ChatEntry): void {
    this.#ids.add(entry.id);
    this.#entries = [...this.#entries, entry];
    if (this.#entries.length > MAX_ENTRIES) {
      const [oldest] = this.#entries;
      if (oldest) this.#ids.delete(oldest.id);
      this.#entries = this.#entries.slice(1);
    }
    this.#options.onChange();
  }

  #mark(id: string, state: ChatEntry['state']): void {
    this.#entries = this.#entries.map((entry) => (entry.id === id ? { ...entry, state } : entry));
    if (!this.#closed) this.#options.onChange();
  }
}
