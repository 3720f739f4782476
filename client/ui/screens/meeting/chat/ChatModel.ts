// What the page itself knows of the chat: its items in order, which of them were read, and what is being written.
import { computed, signal, untracked, type ReadonlySignal } from '@preact/signals';
import { MAX_CHAT_TEXT_BYTES, type ChatEntry, type RoomClient, type RoomView } from '#core';
import { t } from '../../../i18n/index.ts';
import { recall, remember } from '../../../remembered.ts';
import { nameOf } from '../words.ts';
import { fileItems, keepFiles, mergeItems, messageItems, type ChatItem } from './items.ts';

export interface ChatModelOptions {
  client: RoomClient;
  view: ReadonlySignal<RoomView>;
  isOpen: () => boolean;
  /** On the screen and aloud. */
  tell(text: string, tone: 'plain' | 'warning'): void;
  /** Aloud only. */
  say(text: string): void;
}

/** What the composer is for at the moment. */
export type Writing = { to: 'all' } | { to: 'reply'; id: string } | { to: 'edit'; id: string };

/** Nothing said can be unsaid: a deletion waits this long before it is said. */
export const UNDO_MS = 5_000;

export class ChatModel {
  /** Apart from the view, which changes with every word spoken. */
  readonly entries: ReadonlySignal<RoomView['chat']>;
  readonly peerId: ReadonlySignal<string>;
  readonly typing: ReadonlySignal<RoomView['chatTyping']>;
  readonly history: ReadonlySignal<RoomView['chatHistory']>;
  /** All that stands in the list; another kind of thing is merged in here. */
  readonly items: ReadonlySignal<ChatItem[]> = computed(() =>
    mergeItems(messageItems(this.entries.value), this.#fileItems.value),
  );
  readonly byId: ReadonlySignal<ReadonlyMap<string, ChatEntry>> = computed(
    () => new Map(this.entries.value.map((entry) => [entry.id, entry])),
  );
  readonly unread: ReadonlySignal<number> = computed(() => this.items.value.filter(this.#isUnread).length);
  /** The first that was not read when the panel was opened: above it stands the line. */
  readonly firstNew = signal<string | null>(null);
  /** In memory only: what was not sent is nobody's business, a disk's neither. It outlives the panel, not the page. */
  readonly draft = signal('');
  readonly writing = signal<Writing>({ to: 'all' });
  readonly tooLong = signal(false);
  /** Deletions that can still be undone. */
  readonly deleting = signal<ReadonlySet<string>>(new Set());
  /** The message that a reaction is chosen for. */
  readonly picking = signal<string | null>(null);
  readonly sharing = signal(false);
  readonly tellsTyping = signal(recall('typing') !== 'off');
  /** Where to go in the list; a new object each time. */
  readonly target = signal<{ id: string } | null>(null);
  /** Grows when the composer is to have the focus. */
  readonly focus = signal(0);
  readonly #options: ChatModelOptions;
  /** The same until a file comes, goes or is taken back: their progress is none of the list's. */
  readonly #fileItems: ReadonlySignal<ChatItem[]> = computed(
    () => (this.#files = keepFiles(this.#files, fileItems(this.#options.view.value.files.entries))),
  );
  readonly #isUnread = ({ key, toRead }: ChatItem): boolean => toRead && !this.#read.value.has(key);
  #files: ChatItem[] = [];
  /** Keys of items. */
  readonly #read = signal<ReadonlySet<string>>(new Set());
  readonly #timers = new Map<string, ReturnType<typeof setTimeout>>();
  /** What was being written when another message was taken up to be changed. */
  #putAside = '';
  #wasOpen = false;
  #readItems: ChatItem[] | null = null;
  #told = new Set<string>();

  constructor(options: ChatModelOptions) {
    this.#options = options;
    this.entries = computed(() => options.view.value.chat);
    this.peerId = computed(() => options.view.value.self.peerId);
    this.typing = computed(() => options.view.value.chatTyping);
    this.history = computed(() => options.view.value.chatHistory);
    // Files of before a reload of the page.
    this.#read.value = new Set(this.items.peek().map(({ key }) => key));
  }

  /** Runs with each new state, and when the panel opens or closes. */
  follow(view: RoomView): void {
    const isOpen = this.#options.isOpen();
    untracked(() => {
      const items = this.items.value;
      if (isOpen !== this.#wasOpen) this.#turned(isOpen, items);
      if (isOpen && items !== this.#readItems) this.#read.value = new Set(items.map(({ key }) => key));
      if (isOpen) this.#readItems = items;
      this.#tellRequests(view);
    });
  }

  send(): void {
    const words = this.draft.value.trim();
    const writing = this.writing.value;
    this.tooLong.value = new TextEncoder().encode(words).byteLength > MAX_CHAT_TEXT_BYTES;
    if (words === '' || this.tooLong.value) return;
    const { chat } = this.#options.client;
    if (writing.to === 'edit') chat.edit(writing.id, words);
    else chat.send(words, ...(writing.to === 'reply' ? [writing.id] : []));
    this.#backToAll();
    this.firstNew.value = null;
  }

  typed(text: string): void {
    this.draft.value = text;
    this.tooLong.value = false;
    if (text.trim() !== '' && this.tellsTyping.value) this.#options.client.chat.typing();
  }

  reply(id: string): void {
    this.cancel();
    this.writing.value = { to: 'reply', id };
    this.focus.value += 1;
  }

  edit(id: string): void {
    const entry = this.byId.value.get(id);
    if (!entry?.changeable || entry.deleted) return;
    this.cancel();
    this.#putAside = this.draft.value;
    this.draft.value = entry.text;
    this.writing.value = { to: 'edit', id };
    this.focus.value += 1;
  }

  editLast(): boolean {
    const last = this.entries.value.findLast(({ changeable, deleted }) => changeable && !deleted);
    if (last !== undefined) this.edit(last.id);
    return last !== undefined;
  }

  /** Of an answer or a change; false where there was neither. */
  cancel(): boolean {
    const { to } = this.writing.value;
    if (to === 'all') return false;
    if (to === 'edit') this.#backToAll();
    this.writing.value = { to: 'all' };
    return true;
  }

  #backToAll(): void {
    this.writing.value = { to: 'all' };
    this.draft.value = this.#putAside;
    this.#putAside = '';
    this.tooLong.value = false;
  }

  delete(id: string): void {
    const { writing } = this;
    if (writing.value.to !== 'all' && writing.value.id === id) this.cancel();
    this.deleting.value = new Set([...this.deleting.value, id]);
    this.#timers.set(
      id,
      setTimeout(() => {
        this.undo(id);
        this.#options.client.chat.remove(id);
      }, UNDO_MS),
    );
  }

  undo(id: string): void {
    clearTimeout(this.#timers.get(id));
    this.#timers.delete(id);
    this.deleting.value = new Set([...this.deleting.value].filter((one) => one !== id));
  }

  react(id: string, emoji: string): void {
    const entry = this.byId.value.get(id);
    this.#options.client.chat.react(id, emoji, !this.isMine(entry, emoji));
  }

  isMine(entry: ChatEntry | undefined, emoji: string): boolean {
    const people = entry?.reactions.find((one) => one.emoji === emoji)?.people;
    return people?.some(({ peerId }) => peerId === this.peerId.value) ?? false;
  }

  async copy(text: string): Promise<void> {
    const done = await navigator.clipboard.writeText(text).then(
      () => true,
      () => false,
    );
    this.#options.tell(t(done ? 'chat.copied' : 'chat.copyFailed'), done ? 'plain' : 'warning');
  }

  goTo(id: string): void {
    this.target.value = { id };
  }

  readonly toggleTyping = (): void => {
    this.tellsTyping.value = !this.tellsTyping.value;
    remember('typing', this.tellsTyping.value ? null : 'off');
  };

  share(): void {
    this.sharing.value = false;
    this.#options.client.chat.shareHistory();
  }

  close(): void {
    for (const timer of this.#timers.values()) clearTimeout(timer);
  }

  #turned(isOpen: boolean, items: readonly ChatItem[]): void {
    this.#wasOpen = isOpen;
    this.firstNew.value = isOpen ? (items.find(this.#isUnread)?.key ?? null) : null;
    this.picking.value = null;
  }

  #tellRequests({ chatHistory: { requests } }: RoomView): void {
    const isTold = this.#told;
    this.#told = new Set(requests.map(({ peerId }) => peerId));
    for (const { peerId, displayName } of requests) {
      const text = t('chat.history.request', { name: nameOf(displayName) });
      // In the open panel it stands already.
      if (isTold.has(peerId)) continue;
      if (this.#wasOpen) this.#options.say(text);
      else this.#options.tell(text, 'plain');
    }
  }
}
