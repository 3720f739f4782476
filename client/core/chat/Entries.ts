// The messages that this device knows, in order, each found by who said it and the author's id of it.
import type { MessageRef } from '../talk/chatPayloads.ts';
import type { ChatEntry } from './chatTypes.ts';

/** Older entries are forgotten: nothing is stored, and a page must not grow for ever. */
const MAX_ENTRIES = 2_000;
/** Deletions of what is not known here (yet): enough for what two members say at the same time. */
const MAX_DELETED = 500;

export const entryIdOf = ({ by, id }: MessageRef): string => `${by}/${id}`;

export class Entries {
  #all: ChatEntry[] = [];
  readonly #known = new Set<string>();
  /** Own entries by the author's id: they were said under whichever of our Peer ids. */
  readonly #own = new Map<string, string>();
  readonly #ownPeers = new Set<string>();
  readonly #deleted = new Set<string>();

  /** A new array with every change. */
  get all(): ChatEntry[] {
    return this.#all;
  }

  has(id: string): boolean {
    return this.#known.has(id);
  }

  get(id: string): ChatEntry | undefined {
    return this.#known.has(id) ? this.#all.find((entry) => entry.id === id) : undefined;
  }

  /** The entry's `id` here, known or not. */
  resolve(ref: MessageRef): string {
    const own = this.#ownPeers.has(ref.by) ? this.#own.get(ref.id) : undefined;
    return own ?? entryIdOf(ref);
  }

  /** How the others know it. */
  refOf({ from, id }: Pick<ChatEntry, 'from' | 'id'>): MessageRef {
    return { by: from, id: id.slice(id.lastIndexOf('/') + 1) };
  }

  add(entry: ChatEntry): void {
    const last = this.#all.at(-1);
    // A clock that is set back does not turn the order around.
    const heardMs = Math.max(entry.heardMs, last?.heardMs ?? 0);
    this.#all = [...this.#all, { ...entry, heardMs }];
    this.#note(entry);
    this.#trim();
  }

  /** Among the others by when they were said. */
  insert(entry: ChatEntry): void {
    const after = this.#all.findIndex(({ heardMs }) => heardMs > entry.heardMs);
    this.#all = after < 0 ? [...this.#all, entry] : this.#all.toSpliced(after, 0, entry);
    this.#note(entry);
    this.#trim();
  }

  /** Nothing where it is not known. */
  update(id: string, change: Partial<ChatEntry>): void {
    if (this.#known.has(id)) this.#all = this.#all.map((entry) => (entry.id === id ? { ...entry, ...change } : entry));
  }

  forget(id: string): void {
    this.#known.delete(id);
    const ownId = id.slice(id.lastIndexOf('/') + 1);
    if (this.#own.get(ownId) === id) this.#own.delete(ownId);
    this.#all = this.#all.filter((entry) => entry.id !== id);
  }

  noteDeleted(id: string): void {
    this.#deleted.add(id);
    for (const oldest of this.#deleted) {
      if (this.#deleted.size <= MAX_DELETED) break;
      this.#deleted.delete(oldest);
    }
  }

  wasDeleted(id: string): boolean {
    return this.#deleted.has(id);
  }

  /** From now on this is our Peer id: what went out under another one cannot be changed any more. */
  present(peerId: string): void {
    this.#ownPeers.add(peerId);
    const isChangeable = ({ self, state, from }: ChatEntry) => self && (state !== 'sent' || from === peerId);
    // Asked at each epoch, and nearly always for nothing: the array stays the same where no entry changes.
    if (this.#all.every((entry) => entry.changeable === isChangeable(entry))) return;
    this.#all = this.#all.map((entry) => {
      const changeable = isChangeable(entry);
      return entry.changeable === changeable ? entry : { ...entry, changeable };
    });
  }

  #note({ id, self }: ChatEntry): void {
    this.#known.add(id);
    if (self) this.#own.set(id.slice(id.lastIndexOf('/') + 1), id);
  }

  #trim(): void {
    for (const { id } of this.#all.slice(0, Math.max(0, this.#all.length - MAX_ENTRIES))) this.forget(id);
  }
}
