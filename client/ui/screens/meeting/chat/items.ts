// What stands in the chat, of whatever kind, in the order in which this device came to know it.
import type { ChatEntry, FileEntry } from '#core';
import { isFileToRead, isToRead } from '../../../viewModels/announcements.ts';

interface ItemBase {
  key: string;
  /** What follows under the same one within minutes stands under one heading. */
  from: string;
  /** As its author's clock says; for the heading. */
  atMs: number;
  /** By this device's clock; for the order. */
  heardMs: number;
  self: boolean;
  /** Counts as unread until it was on the screen. */
  toRead: boolean;
}
/** Of a file no more than its place: how far it is changes all the time, and is the card's own to follow. */
export type ChatItem = ItemBase & ({ kind: 'message'; entry: ChatEntry } | { kind: 'file'; id: string });

/** Whom one vouches for another's words stands under a heading of its own. */
const headingOf = ({ from, sharedBy }: Pick<ChatEntry, 'from' | 'sharedBy'>): string =>
  sharedBy === null ? from : `${from} ${sharedBy}`;

export const messageItems = (entries: readonly ChatEntry[]): ChatItem[] =>
  entries.map((entry) => {
    const { id: key, atMs, heardMs, self } = entry;
    return { kind: 'message', key, from: headingOf(entry), atMs, heardMs, self, toRead: isToRead(entry), entry };
  });

/** No message's, whatever others call theirs. */
export const fileKey = (id: string): string => `file:${id}`;

export const fileItems = (entries: readonly FileEntry[]): ChatItem[] =>
  entries.map((entry) => {
    const { id, atMs, heardMs, self } = entry;
    const toRead = isFileToRead(entry);
    return { kind: 'file', key: fileKey(id), from: headingOf(entry), atMs, heardMs, self, toRead, id };
  });

/** The list of before where the new one says nothing else of any file. */
export const keepFiles = (before: ChatItem[], now: ChatItem[]): ChatItem[] => {
  const isSame = (item: ChatItem, index: number): boolean => {
    const other = before[index];
    return other?.key === item.key && other.from === item.from && other.toRead === item.toRead;
  };
  return before.length === now.length && now.every(isSame) ? before : now;
};

/** Lists that are in order each, made one; where two are of one moment, those of the earlier list come first. */
export const mergeItems = (...lists: readonly ChatItem[][]): ChatItem[] => lists.reduce(mergeTwo);

const mergeTwo = (one: ChatItem[], other: ChatItem[]): ChatItem[] => {
  if (other.length === 0) return one;
  const merged: ChatItem[] = [];
  let at = 0;
  for (const item of one) {
    for (let next = other[at]; next !== undefined && next.heardMs < item.heardMs; next = other[at]) {
      merged.push(next);
      at += 1;
    }
    merged.push(item);
  }
  return [...merged, ...other.slice(at)];
};
