// What the page itself knows of the chat: its items in order, and which of them were read.
import { computed, signal, type ReadonlySignal } from '@preact/signals';
import type { RoomClient, RoomView } from '#core';
import { unreadCount } from '../../../viewModels/announcements.ts';
import { mergeItems, messageItems, type ChatItem } from './items.ts';

export interface ChatModelOptions {
  client: RoomClient;
  view: ReadonlySignal<RoomView>;
  isOpen: () => boolean;
}

export class ChatModel {
  /** Apart from the view, which changes with every word spoken. */
  readonly entries: ReadonlySignal<RoomView['chat']>;
  /** All that stands in the list; another kind of thing is merged in here. */
  readonly items: ReadonlySignal<ChatItem[]> = computed(() => mergeItems(messageItems(this.entries.value)));
  readonly unread: ReadonlySignal<number> = computed(() => unreadCount(this.entries.value, this.#read.value));
  readonly #options: ChatModelOptions;
  readonly #read = signal<ReadonlySet<string>>(new Set());

  constructor(options: ChatModelOptions) {
    this.#options = options;
    this.entries = computed(() => options.view.value.chat);
  }

  /** Runs with each new state, and when the panel opens or closes. */
  follow(view: RoomView): void {
    if (this.#options.isOpen()) this.#read.value = new Set(view.chat.map((entry) => entry.id));
  }
}
