// The link's fragment and its keys, against answers computed apart from this code.
import { createHash, createHmac } from 'node:crypto';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { ROOM_ID } from '../test/members.ts';
import { toBase64Url, toHex } from '../util/bytes.ts';
import {
  accessProof,
  accessVerifier,
  createLinkSecret,
  deriveLinkKeys,
  formatFragment,
  parseFragment,
  viewAccessProof,
  viewSecret,
  type LinkFragment,
} from './secrets.ts';

const SECRET = Uint8Array.from({ length: 24 }, (_, index) => index);
const HASH = 'AAECAwQFBgcICQoLDA0ODw';

/** RFC 5869 written out with HMAC, one block of output: what the code under test leaves to WebCrypto's HKDF. */
function expandedByHand(secret: Uint8Array, salt: string, info: Buffer): Buffer {
  const root = createHmac('sha256', salt).update(secret).digest();
  return createHmac('sha256', root)
    .update(Buffer.concat([info, Buffer.of(1)]))
    .digest();
}

function labelled(label: string, generation: number): Buffer {
  const tail = Buffer.alloc(4);
  tail.writeUInt32BE(generation);
  return expandedByHand(SECRET, 'cc1 root', Buffer.concat([Buffer.from(`cc1 ${label}\0${ROOM_ID}\0`), tail]));
}

const fragments: fc.Arbitrary<LinkFragment> = fc.record({
  kind: fc.constantFrom('member', 'speaker', 'viewer'),
  secret: fc.uint8Array({ minLength: 24, maxLength: 24 }).map((bytes) => new Uint8Array(bytes)),
  hostKeyHash: fc.uint8Array({ minLength: 16, maxLength: 16 }).map((bytes) => toBase64Url(bytes)),
});

describe('link', () => {
  it('E-1 a fragment reads back as it was written, with and without the #', () => {
    fc.assert(
      fc.property(fragments, (fragment) => {
        expect(parseFragment(formatFragment(fragment))).toEqual({ ok: true, fragment });
        expect(parseFragment(`#${formatFragment(fragment)}`)).toEqual({ ok: true, fragment });
      }),
    );
  });

  it('E-1 the three kinds are 1, 1s and 1v', () => {
    const text = (kind: LinkFragment['kind']) => formatFragment({ kind, secret: SECRET, hostKeyHash: HASH });
    expect(text('member')).toBe(`1.AAECAwQFBgcICQoLDA0ODxAREhMUFRYX.${HASH}`);
    expect(text('speaker').startsWith('1s.')).toBe(true);
    expect(text('viewer').startsWith('1v.')).toBe(true);
  });

  it('E-2 a fragment that is missing, broken or of another version is told apart, and no text makes it throw', () => {
    const good = formatFragment({ kind: 'member', secret: SECRET, hostKeyHash: HASH });
    expect(parseFragment('')).toEqual({ ok: false, fault: 'fragmentMissing' });
    expect(parseFragment('#')).toEqual({ ok: false, fault: 'fragmentMissing' });
    expect(parseFragment(good.replace('1.', '2.'))).toEqual({ ok: false, fault: 'versionUnknown' });
    expect(parseFragment(good.replace('1.', '1x.'))).toEqual({ ok: false, fault: 'versionUnknown' });
    for (const broken of [
      good.slice(0, -1),
      `${good}.`,
      `${good}A`,
      good.replace('.', ''),
      'constructor.a.b',
      '1',
      '1..',
    ]) {
      expect(parseFragment(broken)).toEqual({ ok: false, fault: 'fragmentBroken' });
    }
    fc.assert(
      fc.property(fc.string({ maxLength: 80, unit: 'binary' }), (text) => {
        const parsed = parseFragment(text);
        if (parsed.ok) expect(`#${formatFragment(parsed.fragment)}`.endsWith(text)).toBe(true);
      }),
    );
  });

  it('E-2 a secret spelled with stray bits in its last character is broken: each link has one spelling', () => {
    const good = `1.AAECAwQFBgcICQoLDA0ODxAREhMUFRYX.${HASH}`;
    expect(parseFragment(good).ok).toBe(true);
    expect(parseFragment(`${good.slice(0, -1)}x`)).toEqual({ ok: false, fault: 'fragmentBroken' });
  });

  it('E-3 secrets are 24 bytes and differ', () => {
    const secrets = Array.from({ length: 50 }, () => toHex(createLinkSecret()));
    expect(new Set(secrets).size).toBe(50);
    expect(secrets[0]).toHaveLength(48);
  });

  it('E-4 the admission proof is K("access"), and the verifier is SHA-256 over its 32 bytes', async () => {
    const proof = await accessProof(SECRET, ROOM_ID, 3);
    expect(proof).toBe(labelled('access', 3).toString('base64url'));
    const digest = createHash('sha256').update(Buffer.from(proof, 'base64url')).digest('base64url');
    expect(await accessVerifier(proof)).toBe(digest);
    await expect(accessVerifier(`${proof}A`)).rejects.toThrow('not a proof');
  });

  it('E-4 known answers: these bytes are what links out there depend on', async () => {
    expect(await accessProof(SECRET, ROOM_ID, 0)).toMatchInlineSnapshot(
      `"RvsmN21XEurKfdHXpyLa_LDyK7fLF5HV1LE4rWABLfo"`,
    );
    expect(toHex((await deriveLinkKeys(SECRET, ROOM_ID, 0)).psk)).toMatchInlineSnapshot(
      `"48fbd9e8a259009b6e50565c901682b6e9b24f0f28eb467b7220684654fac5b6"`,
    );
    expect(toHex(await viewSecret(SECRET, ROOM_ID, 0))).toMatchInlineSnapshot(
      `"914cbfdf6cf864e81d33f82c9c6af8d8aa40fff6e5ca757f"`,
    );
  });

  it('E-5 another room, generation or secret gives other keys throughout', async () => {
    const base = await accessProof(SECRET, ROOM_ID, 0);
    const others = await Promise.all([
      accessProof(SECRET, ROOM_ID, 1),
      accessProof(SECRET, ROOM_ID.replace('A', 'B'), 0),
      accessProof(SECRET.toReversed(), ROOM_ID, 0),
    ]);
    expect(new Set([base, ...others]).size).toBe(4);
  });

  it('E-6 the PSK is K("mls-psk"), the other keys of the group cannot be exported, and the secret is left as it was', async () => {
    const keys = await deriveLinkKeys(SECRET, ROOM_ID, 9);
    expect(toHex(keys.psk)).toBe(labelled('mls-psk', 9).toString('hex'));
    expect([keys.credMac, keys.beacon, keys.lobby].map(({ extractable }) => extractable)).toEqual([
      false,
      false,
      false,
    ]);
    expect(SECRET[5]).toBe(5);
    const mac = new Uint8Array(await crypto.subtle.sign('HMAC', keys.credMac, Uint8Array.of(1)));
    expect(toHex(mac)).toBe(createHmac('sha256', labelled('cred-mac', 9)).update(Buffer.of(1)).digest('hex'));
  });

  it('E-7 the watch secret comes from the member secret one way, and brings its own admission proof', async () => {
    const watch = await viewSecret(SECRET, ROOM_ID, 0);
    expect(toHex(watch)).toBe(labelled('view', 0).subarray(0, 24).toString('hex'));
    const proof = await viewAccessProof(watch);
    expect(proof).toBe(expandedByHand(watch, 'cc1 view-root', Buffer.from('cc1 view-access')).toString('base64url'));
  });
});
