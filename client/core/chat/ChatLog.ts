// The chat as this device knows it: what was said, what became of it, what is on its way and what waits for the connection.
import { Outbox, type Delivered } from '../talk/Outbox.ts';
import { fitsChat, type HistoryEntry } from '../talk/chatPayloads.ts';
import type { GroupPayload } from '../talk/payload.ts';
import type { Heard, TalkContext, TalkPart } from '../talk/TalkPart.ts';
import type { ChatEntry } from './chatTypes.ts';
import { Entries, entryIdOf } from './Entries.ts';
import { withReaction } from './reactions.ts';

/** Messages that others gave, at the most: who floods with invented ones pushes nothing else out. */
const MAX_SHARED = 400;

export type ChatLogOptions = Pick<TalkContext, 'say' | 'self' | 'nowMs' | 'createId' | 'onChange'>;
type PayloadOf<T extends GroupPayload['t']> = Extract<GroupPayload, { t: T }>;
type Change = PayloadOf<'edit'> | PayloadOf<'delete'>;
type Before = Pick<ChatEntry, 'text' | 'edited' | 'deleted' | 'reactions'>;

const FRESH = {
  state: 'sent',
  edited: false,
  deleted: false,
  change: 'none',
  changeable: false,
  reactions: [],
  sharedBy: null,
} satisfies Partial<ChatEntry>;

export class ChatLog implements TalkPart {
  readonly #options: ChatLogOptions;
  readonly #outbox: Outbox;
  readonly #entries = new Entries();
  /** The last change of each own entry that is not known to have gone out, and what stood there before it. */
  readonly #changes = new Map<string, { change: Change; before: Before }>();
  #peerId = '';
  #givable: { of: ChatEntry[] | null; entries: ChatEntry[] } = { of: null, entries: [] };
  #closed = false;

  constructor(options: ChatLogOptions) {
    this.#options = options;
    this.#outbox = new Outbox(options);
  }

  /** A new array with every change. */
  get entries(): ChatEntry[] {
    return this.#entries.all;
  }

  setReady(ready: boolean): void {
    this.#outbox.setReady(ready);
  }

  /** What went out in the last moments may have reached nobody who counts (SPEC E-93): who heard it passes it over. */
  sayAgain(): void {
    this.#outbox.sayAgain(this.#options.nowMs());
  }

  /** Our Peer id: after a place was lost it is another one, under which the others know nothing of what was said before. */
  present(peerId: string): void {
    if (peerId === this.#peerId) return;
    this.#peerId = peerId;
    this.#entries.present(peerId);
    for (const id of this.#changes.keys()) {
      const entry = this.#entries.get(id);
      if (entry?.change === 'failed' && !entry.changeable) this.#takeBack(id);
    }
    this.#options.onChange();
  }

  send(text: string, replyTo?: string): void {
    if (this.#closed) throw new Error('not in the Room');
    if (text.trim() === '') return;
    refuseLong(text);
    const { peerId: from, displayName } = this.#options.self();
    this.present(from);
    const atMs = this.#options.nowMs();
    const known = replyTo !== undefined && this.#entries.has(replyTo);
    const entry: ChatEntry = {
      ...FRESH,
      id: entryIdOf({ by: from, id: this.#options.createId() }),
      from,
      displayName,
      self: true,
      text,
      atMs,
      heardMs: atMs,
      state: 'sending',
      replyTo: known ? replyTo : null,
      changeable: true,
    };
    this.#entries.add(entry);
    this.#options.onChange();
    this.#post(entry);
  }

  retry(id: string): void {
    const entry = this.#entries.get(id);
    const pending = this.#changes.get(id);
    if (entry?.state === 'failed') {
      this.#update(id, { state: 'sending' });
      this.#post(entry);
    } else if (entry?.change === 'failed' && pending !== undefined) this.#change(entry, pending.change);
  }

  edit(id: string, text: string): void {
    const entry = this.#entries.get(id);
    if (!entry?.changeable || entry.deleted || text.trim() === '' || text === entry.text) return;
    refuseLong(text);
    if (entry.state === 'failed') {
      this.#update(id, { text });
      this.retry(id);
      return;
    }
    this.#change(entry, { t: 'edit', id: this.#entries.refOf(entry).id, text });
  }

  remove(id: string): void {
    const entry = this.#entries.get(id);
    if (!entry?.changeable || entry.deleted) return;
    if (entry.state === 'failed') {
      this.#entries.forget(id);
      this.#options.onChange();
      return;
    }
    this.#change(entry, { t: 'delete', id: this.#entries.refOf(entry).id });
  }

  react(id: string, emoji: string, on: boolean): void {
    const entry = this.#entries.get(id);
    if (entry === undefined || entry.deleted || entry.state !== 'sent') return;
    const person = this.#options.self();
    const reactions = withReaction(entry.reactions, emoji, person, on);
    if (reactions === entry.reactions) return;
    this.#update(id, { reactions });
    this.#outbox.post({ t: 'react', to: this.#entries.refOf(entry), emoji, on }, (outcome) => {
      // One that came to nothing is shown to nobody, so not to us either.
      if (outcome === 'failed') this.#react(id, emoji, person, !on);
    });
  }

  /** What was said before is not said twice. */
  handle(payload: GroupPayload, heard: Heard): void {
    switch (payload.t) {
      case 'chat':
        return this.#handleChat(payload, heard);
      case 'edit':
      case 'delete':
        return this.#handleChange(payload, heard);
      case 'react': {
        const { from: peerId, displayName } = heard;
        return this.#react(this.#entries.resolve(payload.to), payload.emoji, { peerId, displayName }, payload.on);
      }
    }
  }

  /** Takes what is not known here, as the sharer's word; from before `untilMs` only. How many it took. */
  takeShared(entries: readonly HistoryEntry[], { from, displayName }: Heard, untilMs: number): number {
    const before = this.#entries.all.length;
    let room = MAX_SHARED - this.#entries.all.filter(({ sharedBy }) => sharedBy !== null).length;
    for (const said of entries) {
      const id = this.#entries.resolve(said);
      if (room <= 0 || said.at > untilMs || this.#entries.has(id) || this.#entries.wasDeleted(id)) continue;
      room -= 1;
      this.#entries.insert({
        ...FRESH,
        id,
        from: said.by,
        displayName: said.by === from ? displayName : said.name,
        self: false,
        text: said.text,
        atMs: said.at,
        heardMs: said.at,
        replyTo: said.re === undefined ? null : this.#entries.resolve(said.re),
        edited: said.edited ?? false,
        sharedBy: displayName,
      });
    }
    const taken = Math.max(0, this.#entries.all.length - before);
    if (taken > 0) this.#options.onChange();
    return taken;
  }

  /** What can be given to others, oldest first. */
  shareable(most: number): HistoryEntry[] {
    return this.#shareableEntries(most).map((entry) => ({
      ...this.#entries.refOf(entry),
      name: entry.displayName,
      text: entry.text,
      at: entry.atMs,
      ...(entry.edited && { edited: true }),
      ...(entry.replyTo !== null && { re: this.#refOfId(entry.replyTo) }),
    }));
  }

  shareableCount(most: number): number {
    return this.#shareableEntries(most).length;
  }

  close(): void {
    this.#closed = true;
    this.#outbox.close();
  }

  #shareableEntries(most: number): ChatEntry[] {
    const { all } = this.#entries;
    // Counted with each state of the Room, which is another with every word spoken; the array is another only where an entry is.
    if (this.#givable.of !== all) {
      this.#givable = { of: all, entries: all.filter(({ state, deleted }) => state === 'sent' && !deleted) };
    }
    return this.#givable.entries.slice(-most);
  }

  #handleChat({ id, text, at: atMs, re }: PayloadOf<'chat'>, { from, displayName }: Heard): void {
    // Under the sender's name: nobody can take an id before another, or speak under one of ours.
    const entryId = entryIdOf({ by: from, id });
    const shared = this.#entries.get(entryId);
    if (this.#entries.wasDeleted(entryId) || (shared !== undefined && shared.sharedBy === null)) return;
    // Its author's own word takes the place of another's.
    if (shared !== undefined) this.#entries.forget(entryId);
    const replyTo = re === undefined ? null : this.#entries.resolve(re);
    const entry = { ...FRESH, id: entryId, from, displayName, self: false, text, atMs, replyTo };
    this.#entries.add({ ...entry, heardMs: this.#options.nowMs() });
    this.#options.onChange();
  }

  /** By its author only: the same Peer id, and the name that it bore. */
  #handleChange(payload: Change, { from, displayName }: Heard): void {
    const id = entryIdOf({ by: from, id: payload.id });
    if (payload.t === 'delete') this.#entries.noteDeleted(id);
    const entry = this.#entries.get(id);
    if (entry === undefined || entry.self || entry.deleted || entry.displayName !== displayName) return;
    if (payload.t === 'edit') this.#update(id, { text: payload.text, edited: true, sharedBy: null });
    else this.#update(id, { text: '', deleted: true, reactions: [], sharedBy: null });
  }

  #react(id: string, emoji: string, person: { peerId: string; displayName: string }, on: boolean): void {
    const entry = this.#entries.get(id);
    if (entry === undefined || entry.deleted) return;
    const { peerId, displayName } = person;
    const reactions = withReaction(entry.reactions, emoji, { peerId, displayName }, on);
    if (reactions !== entry.reactions) this.#update(id, { reactions });
  }

  #post(entry: ChatEntry): void {
    const re = entry.replyTo === null ? undefined : this.#refOfId(entry.replyTo);
    const { id } = this.#entries.refOf(entry);
    // A failed one may have been edited since.
    const text = this.#entries.get(entry.id)?.text ?? entry.text;
    const payload = { t: 'chat' as const, id, text, at: entry.atMs, ...(re !== undefined && { re }) };
    this.#outbox.post(payload, (outcome) => this.#said(entry.id, outcome));
  }

  /** Said under the Peer id of that moment, which is how the others know it. */
  #said(id: string, outcome: Delivered): void {
    this.#update(id, { state: outcome, ...(outcome === 'sent' && { from: this.#peerId }) });
  }

  /** Shown at once. Where an earlier change has not gone out, what stood before that one is what the others see. */
  #change(entry: ChatEntry, change: Change): void {
    const { id, text, edited, deleted, reactions } = entry;
    const before = this.#changes.get(id)?.before ?? { text, edited, deleted, reactions };
    this.#changes.set(id, { change, before });
    const shown =
      change.t === 'edit' ? { text: change.text, edited: true } : { text: '', deleted: true, reactions: [] };
    this.#update(id, { ...shown, change: 'sending' });
    this.#outbox.post(change, (outcome) => this.#changed(id, change, outcome));
  }

  #changed(id: string, change: Change, outcome: Delivered): void {
    if (this.#changes.get(id)?.change !== change) return;
    const entry = this.#entries.get(id);
    // Said under another Peer id than the message, the others cannot know whose it is, and passed it over.
    if (entry?.state === 'sent' && entry.from !== this.#peerId) this.#takeBack(id);
    else if (outcome === 'failed') this.#update(id, { change: 'failed' });
    else {
      this.#changes.delete(id);
      this.#update(id, { change: 'none' });
    }
  }

  /** It can never be said: what is shown is what the others see. */
  #takeBack(id: string): void {
    const before = this.#changes.get(id)?.before;
    this.#changes.delete(id);
    this.#update(id, { ...before, change: 'failed' });
  }

  #refOfId(id: string): { by: string; id: string } {
    const entry = this.#entries.get(id);
    const slash = id.lastIndexOf('/');
    return entry === undefined ? { by: id.slice(0, slash), id: id.slice(slash + 1) } : this.#entries.refOf(entry);
  }

  #update(id: string, change: Partial<ChatEntry>): void {
    this.#entries.update(id, change);
    this.#options.onChange();
  }
}

function refuseLong(text: string): void {
  if (!fitsChat(text)) throw new RangeError('chat text too long');
}
