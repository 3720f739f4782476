// Credentials for the relay: as coturn checks them, each its own, and nobody's name in any.
import { createHmac } from 'node:crypto';
import * as v from 'valibot';
import { describe, expect, test } from 'vitest';
import { IceServer } from '#protocol/media';
import { FakeClock } from '../test/FakeClock.ts';
import { createIceServers, turnCredentials } from './iceServers.ts';

const turnSecret = 'logen-berry-0123456789abcdef-XYZ_';
const STUN = { urls: 'stun:stun.example.org' };
const URLS = ['turn:turn.example.org:3478?transport=udp', 'turns:turn.example.org:443?transport=tcp'];

const create = (more: Partial<Parameters<typeof createIceServers>[0]> = {}) => {
  const clock = new FakeClock(Date.UTC(2026, 0, 1));
  return {
    clock,
    make: createIceServers({ iceServers: [STUN], urls: URLS, ttlMs: 3_600_000, turnSecret, ...more }, clock),
  };
};

describe('credentials', () => {
  test('P-181 they are what openssl makes of the same second, word and secret', () => {
    // printf 1767228000:AAAAAAAAAAAAAAAA | openssl dgst -sha1 -hmac "$secret" -binary | base64
    expect(turnCredentials({ turnSecret, ttlMs: 2_400_000, nowMs: 1_767_225_600_000, user: 'A'.repeat(16) })).toEqual({
      username: '1767228000:AAAAAAAAAAAAAAAA',
      credential: '1TFACwRakwLBWvrUnuySUjYG5E8=',
    });
  });

  test('P-181 the username ends in its second, the credential is made of it, and no two are alike', () => {
    const { clock, make } = create();
    const made = Array.from({ length: 100 }, () => make()[1]);
    for (const one of made) {
      expect(one?.username).toMatch(new RegExp(`^${clock.now() / 1000 + 3600}:[A-Za-z0-9_-]{16}$`));
      const expected = createHmac('sha1', turnSecret).update(String(one?.username)).digest('base64');
      expect(one?.credential).toBe(expected);
    }
    expect(new Set(made.map((one) => one?.username)).size).toBe(100);
  });

  test('P-180 they stand behind the other servers, with how long they last, and later ones end later', () => {
    const { clock, make } = create();
    const [other, first] = make();
    expect(other).toEqual(STUN);
    expect(first).toMatchObject({ urls: URLS, ttlMs: 3_600_000 });
    clock.advance(540_000);
    expect(Number.parseInt(make()[1]?.username ?? '', 10)).toBe(Number.parseInt(first?.username ?? '', 10) + 540);
  });

  test('P-180 without a TURN server of ours the others are told as they are', () => {
    expect(create({ urls: [], turnSecret: undefined }).make()).toEqual([STUN]);
  });
});

describe('the schema that both sides read them by', () => {
  test('P-184 what is made goes through unchanged', () => {
    const made = create().make();
    expect(v.parse(v.array(IceServer), made)).toEqual(made);
  });

  test.each(['stun:192.0.2.1', 'stuns:a.example:5349', 'turn:[2001:db8::1]:3478?transport=udp', 'turns:a.example'])(
    'P-184 %s is taken',
    (urls) => expect(v.safeParse(IceServer, { urls }).success).toBe(true),
  );

  test.each([
    'https://a.example',
    'turn:a.example?transport=tls',
    'stun:a.example?transport=udp',
    'turn:a example',
    'turn:',
    `turn:${'a'.repeat(300)}`,
  ])('P-184 %s is refused', (urls) => {
    expect(v.safeParse(IceServer, { urls }).success).toBe(false);
    expect(v.safeParse(IceServer, { urls: ['turn:a.example', urls] }).success).toBe(false);
  });
});
