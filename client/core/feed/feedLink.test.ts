// Feed links: what they say, and that one which is broken opens nothing.
import { describe, expect, it } from 'vitest';
import { formatLink } from '../link.ts';
import { formatFeedLink, parseFeedLink, type FeedLink } from './feedLink.ts';

const ORIGIN = 'https://conclave.example';
const feed: FeedLink = {
  link: { roomId: 'A'.repeat(22), kind: 'member', secret: new Uint8Array(24).fill(7), hostKeyHash: 'A'.repeat(22) },
  ticket: 'A'.repeat(43),
  look: {
    name: 'Hall, OBS & more',
    returns: false,
    solo: 'Ana #1',
    size: 1080,
    labels: false,
    logo: true,
    captions: true,
    ground: '#00ff00',
  },
};

describe('a feed link', () => {
  it('O-1 says after its secret what is shown, and reads as it was written', () => {
    const text = formatFeedLink(feed, ORIGIN);
    expect(text).toMatch(/^https:\/\/conclave\.example\/f\/A{22}#1\./);
    expect(parseFeedLink(text, ORIGIN)).toEqual({ ok: true, feed });
    const plain = { ...feed, look: { ...feed.look, solo: null, ground: 'transparent' as const } };
    expect(parseFeedLink(formatFeedLink(plain, ORIGIN), ORIGIN)).toEqual({ ok: true, feed: plain });
  });

  it('O-1 shows the program with all that belongs to it where nothing else is said, or nothing that can be read', () => {
    const bare = `${formatLink(feed.link, ORIGIN).replace('/r/', '/f/')}&ticket=${feed.ticket}`;
    const shown = { solo: null, size: 720, labels: true, logo: true, captions: false, ground: 'scene' };
    const look = { name: 'Feed', returns: false, ...shown };
    const expected = { ok: true, feed: { ...feed, look } };
    expect(parseFeedLink(bare, ORIGIN)).toEqual(expected);
    expect(parseFeedLink(`${bare}&size=9&labels=x&ground=red;x&captions=yes&name=&new=1`, ORIGIN)).toEqual(expected);
  });

  it('O-30 of a machine in a hall says so, and nothing of what it does not show', () => {
    const plain = { solo: null, size: 720, labels: true, logo: true, captions: false, ground: 'scene' } as const;
    const back = { ...feed, look: { name: 'Hall', returns: true, ...plain } };
    const text = formatFeedLink(back, ORIGIN);
    expect(text).toMatch(/&name=Hall&return=on$/);
    expect(parseFeedLink(text, ORIGIN)).toEqual({ ok: true, feed: back });
  });

  it.each([
    ['a room’s own link', formatLink(feed.link, ORIGIN), 'notALink'],
    ['another server', formatFeedLink(feed, 'https://else.example'), 'otherServer'],
    ['no end', `${ORIGIN}/f/${'A'.repeat(22)}`, 'fragmentMissing'],
    ['a viewer’s end', formatFeedLink(feed, ORIGIN).replace('#1.', '#1v.'), 'fragmentBroken'],
    ['no ticket', `${formatLink(feed.link, ORIGIN).replace('/r/', '/f/')}&name=Hall`, 'ticketMissing'],
    ['a broken ticket', formatFeedLink({ ...feed, ticket: 'AAAA' }, ORIGIN), 'fragmentBroken'],
    ['nothing', '', 'notALink'],
  ])('O-1 is refused with %s', (_what, text, fault) => {
    expect(parseFeedLink(text, ORIGIN)).toEqual({ ok: false, fault });
  });
});
