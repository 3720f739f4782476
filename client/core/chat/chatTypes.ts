// What of the chat is shown, and what one may do in it.

/** All that is shown of the chat. */
export interface ChatView {
  chat: ChatEntry[];
  /** Names of those who are writing at the moment. */
  chatTyping: string[];
  chatHistory: ChatHistoryView;
}

export interface ChatEntry {
  /** Never another for the same entry on this device. */
  id: string;
  /** Peer whose leaf signed it; for a shared one, whom the sharer names. */
  from: string;
  displayName: string;
  self: boolean;
  /** Empty once it is deleted. */
  text: string;
  /** Sender's time, ms. */
  atMs: number;
  /** When it came to be known here, ms; of a shared one when it was said. The list is in this order. */
  heardMs: number;
  state: 'sending' | 'sent' | 'failed';
  /** The `id` of what it answers, whether or not that is known here; null where it answers nothing. */
  replyTo: string | null;
  edited: boolean;
  deleted: boolean;
  /** How one's own last edit or deletion of it fares. */
  change: 'none' | 'sending' | 'failed';
  /** One's own, and the others can tell: said under the Peer id that is ours now, or not said yet. */
  changeable: boolean;
  reactions: ChatReaction[];
  /** Given by this member, whose word it is that it was said. Null for what was heard from its author at the time. */
  sharedBy: string | null;
}

export interface ChatReaction {
  emoji: string;
  people: { peerId: string; displayName: string }[];
}

export interface ChatHistoryView {
  /** What was said before this device came in: `nothing` where nobody was there. */
  missed: 'nothing' | 'unasked' | 'asked' | 'given';
  /** Members who asked for it, first come first. */
  requests: { peerId: string; displayName: string }[];
  /** How many of our messages would be given now. */
  count: number;
  /** How many of the files that are still to be had would go with them. */
  fileCount: number;
  /** One's own sharing: parts that went out. */
  sharing: { state: 'idle' } | { state: 'sharing' | 'failed'; done: number; total: number };
}

/** Delivery shows in the entry, and is tried again over reconnects. What does not apply to the entry (any more) is nothing said. */
export interface ChatActions {
  /** Throws Error when not in the Room, RangeError for a text over the limit; a blank text is nothing said. */
  send(text: string, replyTo?: string): void;
  /** Of an entry that failed, or whose edit or deletion did. */
  retry(id: string): void;
  /** Of a `changeable` entry. RangeError for a text over the limit. */
  edit(id: string, text: string): void;
  /** Of a `changeable` entry: what stands in its place is that it was deleted. One that was never sent just goes. */
  remove(id: string): void;
  react(id: string, emoji: string, on: boolean): void;
  /** Whenever the person types: said seldom, and to few. */
  typing(): void;
  /** Asks the others for what was said before. */
  askForHistory(): void;
  /** Says again to all what this device knows, as its own word: messages, and files that are still to be had. */
  shareHistory(): void;
  /** The person does not want to share: who asked may ask again. */
  dismissRequests(): void;
}
