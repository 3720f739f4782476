// The chat as this device knows it: what was said, what is on its way, and what waits for the connection.
import { Outbox } from '../talk/Outbox.ts';
import { fitsChat, type GroupPayload } from '../talk/payload.ts';
import type { Heard, TalkContext, TalkPart } from '../talk/TalkPart.ts';
import type { ChatActions, ChatEntry } from '../types.ts';

/** Older entries are forgotten: nothing is stored, and a page must not grow for ever. */
const MAX_ENTRIES = 2_000;

export type ChatLogOptions = Pick<TalkContext, 'say' | 'self' | 'nowMs' | 'createId' | 'onChange'>;

export class ChatLog implements ChatActions, TalkPart {
  readonly #options: ChatLogOptions;
  readonly #outbox: Outbox;
  #entries: ChatEntry[] = [];
  readonly #ids = new Set<string>();
  #closed = false;

  constructor(options: ChatLogOptions) {
    this.#options = options;
    this.#outbox = new Outbox(options);
  }

  /** A new array with every change. */
  get entries(): ChatEntry[] {
    return this.#entries;
  }

  setReady(ready: boolean): void {
    this.#outbox.setReady(ready);
  }

  send(text: string): void {
    if (this.#closed) throw new Error('not in the Room');
    if (text.trim() === '') return;
    if (!fitsChat(text)) throw new RangeError('chat text too long');
    const { peerId: from, displayName } = this.#options.self();
    const entry: ChatEntry = {
      id: this.#options.createId(),
      from,
      displayName,
      self: true,
      text,
      atMs: this.#options.nowMs(),
      state: 'sending',
    };
    this.#add(entry);
    this.#post(entry);
  }

  retry(id: string): void {
    const entry = this.#entries.find((one) => one.id === id);
    if (entry?.state !== 'failed') return;
    this.#mark(id, 'sending');
    this.#post(entry);
  }

  /** What was said before is not said twice. */
  handle(payload: GroupPayload, { from, displayName }: Heard): void {
    if (payload.t !== 'chat') return;
    const { text, at: atMs } = payload;
    // Under the sender's name: nobody can take an id before another, or speak under one of ours.
    const id = `${from}/${payload.id}`;
    if (this.#ids.has(id)) return;
    this.#add({ id, from, displayName, self: false, text, atMs, state: 'sent' });
  }

  close(): void {
    this.#closed = true;
    this.#outbox.close();
  }

  #post({ id, text, atMs }: ChatEntry): void {
    this.#outbox.post({ t: 'chat', id, text, at: atMs }, (outcome) => this.#mark(id, outcome));
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
    this.#options.onChange();
  }
}
