// Room links: what stands in them, and what is wrong with one that does not open.
import * as v from 'valibot';
import { RoomId } from '#protocol/ids';
import { formatFragment, parseFragment } from '#e2ee';
import type { LinkFault, RoomLink } from './types.ts';

export type ParsedLink = { ok: true; link: RoomLink } | { ok: false; fault: LinkFault };

/** Links of members and speakers open a room, those of viewers a watch page. */
const PATHS = { member: 'r', speaker: 'r', viewer: 'w' } as const;

/**
 * Reads `https://HOST/r/<roomId>#1.<secret>.<hostKeyHash>` and its kin (E2EE: links and secrets). Never throws.
 * @param text as pasted or as in the address bar, white space around it allowed
 * @param origin of this server, without a trailing slash
 */
export function parseLink(text: string, origin: string): ParsedLink {
  const pasted = text.trim();
  // URL.parse is younger than the browsers we build for, and this is the first thing that a page does.
  const url = URL.canParse(pasted) ? new URL(pasted) : null;
  const path = url && /^\/([rw])\/([^/]+)\/?$/.exec(url.pathname);
  const roomId = v.safeParse(RoomId, path?.[2]);
  if (!url || !path || !roomId.success) return { ok: false, fault: 'notALink' };
  if (url.origin !== origin) return { ok: false, fault: 'otherServer' };
  const parsed = parseFragment(url.hash);
  if (!parsed.ok) return { ok: false, fault: parsed.fault };
  const { kind, secret, hostKeyHash } = parsed.fragment;
  if (PATHS[kind] !== path[1]) return { ok: false, fault: 'fragmentBroken' };
  return { ok: true, link: { roomId: roomId.output, kind, secret, hostKeyHash } };
}

/** The link to hand to others; it is the key to the Room, so it goes to no log and no server. */
export function formatLink(link: RoomLink, origin: string): string {
  return `${origin}/${PATHS[link.kind]}/${link.roomId}#${formatFragment(link)}`;
}
