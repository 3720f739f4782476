// Links: whatever is pasted is either a link of this server or has one clear fault.
import fc from 'fast-check';
import { describe, expect, it, vi } from 'vitest';
import { formatLink, parseLink } from './link.ts';
import type { RoomLink } from './types.ts';

const ORIGIN = 'https://meet.example';
const BASE64URL = [...'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_'];

const roomIds = fc.string({ unit: fc.constantFrom(...BASE64URL), minLength: 22, maxLength: 22 });
const links: fc.Arbitrary<RoomLink> = fc.record({
  roomId: roomIds,
  kind: fc.constantFrom('member', 'speaker', 'viewer'),
  secret: fc.uint8Array({ minLength: 24, maxLength: 24 }),
  hostKeyHash: fc.uint8Array({ minLength: 16, maxLength: 16 }).map((bytes) => Buffer.from(bytes).toString('base64url')),
});

describe('links', () => {
  it('come back as they went out', () => {
    fc.assert(
      fc.property(links, (link) => {
        expect(parseLink(formatLink(link, ORIGIN), ORIGIN)).toEqual({ ok: true, link });
      }),
    );
  });

  it('are read with white space around them, as mail programs paste them', () => {
    fc.assert(
      fc.property(links, (link) => {
        expect(parseLink(`  ${formatLink(link, ORIGIN)}\n`, ORIGIN).ok).toBe(true);
      }),
    );
  });

  it('of another server are told apart', () => {
    fc.assert(
      fc.property(links, (link) => {
        expect(parseLink(formatLink(link, 'https://other.example'), ORIGIN)).toEqual({
          ok: false,
          fault: 'otherServer',
        });
      }),
    );
  });

  it('are read in browsers of the build’s targets, which have no URL.parse yet', () => {
    const parse = vi.spyOn(URL, 'parse').mockImplementation(() => {
      throw new TypeError('URL.parse is not a function');
    });
    expect(parseLink(`${ORIGIN}/r/AAAAAAAAAAAAAAAAAAAAAA`, ORIGIN)).toEqual({ ok: false, fault: 'fragmentMissing' });
    expect(parseLink('https://', ORIGIN)).toEqual({ ok: false, fault: 'notALink' });
    parse.mockRestore();
  });

  it('never make the parser throw', () => {
    const paths = fc.string().map((path) => `${ORIGIN}/${path}`);
    const hashes = fc.tuple(roomIds, fc.string()).map(([roomId, hash]) => `${ORIGIN}/r/${roomId}#${hash}`);
    fc.assert(
      fc.property(fc.oneof(fc.string(), paths, hashes), (text) => {
        expect(parseLink(text, ORIGIN)).toHaveProperty('ok');
      }),
    );
  });

  it.each([
    ['', 'notALink'],
    ['a meeting at five', 'notALink'],
    [`${ORIGIN}/`, 'notALink'],
    [`${ORIGIN}/r/short#1.a.b`, 'notALink'],
    [`${ORIGIN}/r/AAAAAAAAAAAAAAAAAAAAAA`, 'fragmentMissing'],
    [`${ORIGIN}/r/AAAAAAAAAAAAAAAAAAAAAA#1.cut`, 'fragmentBroken'],
    [`${ORIGIN}/r/AAAAAAAAAAAAAAAAAAAAAA#9.${'A'.repeat(32)}.${'A'.repeat(22)}`, 'versionUnknown'],
    [`${ORIGIN}/w/AAAAAAAAAAAAAAAAAAAAAA#1.${'A'.repeat(32)}.${'A'.repeat(22)}`, 'fragmentBroken'],
  ])('with a fault say which: %s → %s', (text, fault) => {
    expect(parseLink(text, ORIGIN)).toEqual({ ok: false, fault });
  });
});
