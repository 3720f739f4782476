// Chat text cut into plain and linked pieces, so that the page draws links from text nodes and never from HTML.
import { LinkifyIt } from 'linkify-it';

export type TextPiece = { kind: 'text'; text: string } | { kind: 'link'; text: string; href: string };

const linkify = new LinkifyIt({ fuzzyLink: true, fuzzyEmail: true });
/** Nothing else may be followed: no javascript:, no file:, no protocol handlers of other programs. */
const SAFE = new Set(['https:', 'http:', 'mailto:']);

const isSafe = (href: string): boolean => {
  return URL.canParse(href) && SAFE.has(new URL(href).protocol);
};

/** Pieces in order; their texts joined are exactly `text`. */
export const textPieces = (text: string): TextPiece[] => {
  const pieces: TextPiece[] = [];
  let from = 0;
  for (const match of linkify.match(text) ?? []) {
    if (!isSafe(match.url)) continue;
    if (match.index > from) pieces.push({ kind: 'text', text: text.slice(from, match.index) });
    pieces.push({ kind: 'link', text: text.slice(match.index, match.lastIndex), href: match.url });
    from = match.lastIndex;
  }
  if (from < text.length) pieces.push({ kind: 'text', text: text.slice(from) });
  return pieces;
};

/** Messages of one person within this time stand under one heading. */
const GROUP_MS = 3 * 60 * 1000;

/** Whether `entry` goes on under the heading of `previous`. */
export const continues = (
  previous: { from: string; atMs: number } | undefined,
  entry: { from: string; atMs: number },
): boolean => previous !== undefined && previous.from === entry.from && entry.atMs - previous.atMs < GROUP_MS;
