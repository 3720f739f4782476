// Feed links: a room's link with a ticket for one machine, and how that machine is to show the program.
import { formatLink, parseLink } from '../link.ts';
import type { LinkFault, RoomLink } from '../types.ts';
import { fromBase64url } from '../util/base64url.ts';

/** What the machine behind a link does, and how it shows what it shows; all of it stands readable in the link, so that a production can change it there. */
export interface FeedLook {
  /** What the others read of the machine. */
  name: string;
  /** It stands in a hall: it sends to members what is seen and heard there, and shows none of the rest. */
  returns: boolean;
  /** The name of the one speaker to show, as the producer wrote it; null for the program. */
  solo: string | null;
  /** Lines of the picture. */
  size: 720 | 1080;
  labels: boolean;
  logo: boolean;
  /** What those on air say, where their devices write it. */
  captions: boolean;
  /** Behind the pictures: the page's own, nothing at all, or `#rrggbb`. */
  ground: 'scene' | 'transparent' | `#${string}`;
}

export interface FeedLink {
  /** Of kind `member`: a feed is in the group. */
  link: RoomLink;
  /** 32 bytes in base64url. */
  ticket: string;
  look: FeedLook;
}

/** `ticketMissing`: it would open as a member's does, with all that a member may. */
export type FeedLinkFault = LinkFault | 'ticketMissing';
export type ParsedFeedLink = { ok: true; feed: FeedLink } | { ok: false; fault: FeedLinkFault };

export const MAX_FEED_NAME_CHARS = 60;
const TICKET_BYTES = 32;
const COLOUR = /^#[0-9a-f]{6}$/i;

/** `https://HOST/f/<roomId>#1.<secret>.<hostKeyHash>&ticket=…&name=…`; never throws. Options that nobody knows are passed over. */
export function parseFeedLink(text: string, origin: string): ParsedFeedLink {
  const [address = '', ...options] = text.trim().split('&');
  const match = /^(.*)\/f\/([^/#]+)\/?(#.*)?$/.exec(address);
  if (match === null) return { ok: false, fault: 'notALink' };
  const parsed = parseLink(`${match[1]}/r/${match[2]}${match[3] ?? ''}`, origin);
  if (!parsed.ok) return parsed;
  if (parsed.link.kind !== 'member') return { ok: false, fault: 'fragmentBroken' };
  const given = new URLSearchParams(options.join('&'));
  const ticket = given.get('ticket');
  if (ticket === null) return { ok: false, fault: 'ticketMissing' };
  if (!isTicket(ticket)) return { ok: false, fault: 'fragmentBroken' };
  return { ok: true, feed: { link: parsed.link, ticket, look: lookOf(given) } };
}

export function formatFeedLink({ link, ticket, look }: FeedLink, origin: string): string {
  const shown = {
    ...(look.solo !== null && { solo: look.solo }),
    size: String(look.size),
    labels: look.labels ? 'on' : 'off',
    logo: look.logo ? 'on' : 'off',
    captions: look.captions ? 'on' : 'off',
    ground: look.ground,
  };
  const options = new URLSearchParams({
    ticket,
    name: look.name,
    ...(look.returns ? { return: 'on' } : shown),
  });
  return `${formatLink(link, origin).replace('/r/', '/f/')}&${options.toString()}`;
}

function lookOf(given: URLSearchParams): FeedLook {
  const solo = given.get('solo') ?? '';
  return {
    name: (given.get('name') ?? '').slice(0, MAX_FEED_NAME_CHARS).trim() || 'Feed',
    returns: given.get('return') === 'on',
    solo: solo === '' ? null : solo,
    size: given.get('size') === '1080' ? 1080 : 720,
    labels: given.get('labels') !== 'off',
    logo: given.get('logo') !== 'off',
    captions: given.get('captions') === 'on',
    ground: groundOf(given.get('ground')),
  };
}

function groundOf(text: string | null): FeedLook['ground'] {
  if (text === 'transparent') return text;
  return text !== null && COLOUR.test(text) ? (text as `#${string}`) : 'scene';
}

function isTicket(text: string): boolean {
  try {
    return fromBase64url(text).length === TICKET_BYTES;
  } catch {
    return false;
  }
}
