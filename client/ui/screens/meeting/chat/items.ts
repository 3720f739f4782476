// What stands in the chat, of whatever kind, in the order in which this device came to know it.
import type { ChatEntry } from '#core';

interface ItemBase {
  key: string;
  /** What follows under the same one within minutes stands under one heading. */
  from: string;
  /** As its author's clock says; for the heading. */
  atMs: number;
  /** By this device's clock; for the order. */
  heardMs: number;
  self: boolean;
}
export type ChatItem = ItemBase & { kind: 'message'; entry: ChatEntry };

/** Whom one vouches for another's words stands under a heading of its own. */
const headingOf = ({ from, sharedBy }: ChatEntry): string => (sharedBy === null ? from : `${from} ${sharedBy}`);

export const messageItems = (entries: readonly ChatEntry[]): ChatItem[] =>
  entries.map((entry) => {
    const { id: key, atMs, heardMs, self } = entry;
    return { kind: 'message', key, from: headingOf(entry), atMs, heardMs, self, entry };
  });

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
