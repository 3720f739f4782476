// What stands in the chat, of whatever kind, in the order in which this device came to know it.
import type { ChatEntry } from '#core';

/** Each kind names its author and its moment, so that those of one person stand under one heading. */
export type ChatItem = { key: string; from: string; atMs: number } & { kind: 'message'; entry: ChatEntry };

export const messageItems = (entries: readonly ChatEntry[]): ChatItem[] =>
  entries.map((entry) => ({ kind: 'message', key: entry.id, from: entry.from, atMs: entry.atMs, entry }));

/** Lists that are in order each, made one; where two are of one moment, those of the earlier list come first. */
export const mergeItems = (...lists: readonly ChatItem[][]): ChatItem[] => {
  const filled = lists.filter((list) => list.length > 0);
  const [first, ...others] = filled;
  return others.reduce(mergeTwo, first ?? []);
};

const mergeTwo = (one: ChatItem[], other: ChatItem[]): ChatItem[] => {
  const merged: ChatItem[] = [];
  let at = 0;
  for (const item of one) {
    for (let next = other[at]; next !== undefined && next.atMs < item.atMs; next = other[at]) {
      merged.push(next);
      at += 1;
    }
    merged.push(item);
  }
  return [...merged, ...other.slice(at)];
};
