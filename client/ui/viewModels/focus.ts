// Whom to show large, and why: the person's own choice, then the Room's, then a screen, then who speaks.
import type { Tile } from './tiles.ts';

export interface Focus {
  key: string;
  why: 'pin' | 'spotlight' | 'screen' | 'speaker';
}

export interface FocusWish {
  /** Key of the tile that this person chose. */
  pinned: string | null;
  /** Peer id of whom the Room shows large to all. */
  spotlight: string | null;
  /** Keys of screens in the order in which they began. */
  screens: readonly string[];
  /** Keys of screens that the person turned away from by choosing the grid. */
  aside: ReadonlySet<string>;
  lastSpeaker: string | null;
}

/** Null without tiles. Whoever is in the spotlight sees the others as before: their own picture tells them nothing. */
export const focusOf = (tiles: readonly Tile[], wish: FocusWish): Focus | null => {
  const others = tiles.filter((tile) => !tile.self);
  const pinned = tiles.find((tile) => tile.key === wish.pinned);
  if (pinned !== undefined) return { key: pinned.key, why: 'pin' };
  const spot = others.find((tile) => tile.peerId === wish.spotlight && tile.stream === 'camera');
  if (spot !== undefined) return { key: spot.key, why: 'spotlight' };
  const screen = wish.screens.findLast((key) => !wish.aside.has(key) && tiles.some((tile) => tile.key === key));
  if (screen !== undefined) return { key: screen, why: 'screen' };
  // A hall is large where it was chosen, or there is nobody else.
  const people = others.filter((tile) => tile.stream === 'camera' && !tile.hall);
  const speaker = people.find((tile) => tile.peerId === wish.lastSpeaker);
  const key = (speaker ?? people[0] ?? others[0] ?? tiles[0])?.key;
  return key === undefined ? null : { key, why: 'speaker' };
};
