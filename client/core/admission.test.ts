// Making Rooms and getting in: what is asked of the server, and what its refusals come to.
import { describe, expect, it } from 'vitest';
import { viewSecret } from '#e2ee';
import { admit, createRoom, probeRoom, verifiersOf } from './admission.ts';
import { codeOf } from './signalling/SignallingError.ts';
import { ROOM_ID, tokenAnswer } from './test/wireSamples.ts';
import type { Platform, RoomLink } from './types.ts';

interface Asked {
  path: string;
  body: Record<string, unknown>;
}
type Reply = { status: number; body: unknown };

const granted = (data: unknown): Reply => ({ status: 200, body: { ok: true, data } });
const refused = (status: number, code: string): Reply => ({
  status,
  body: { ok: false, error: { code, message: 'no' } },
});

function createPlatform(replyTo: (asked: Asked) => Reply): { platform: Platform; asked: Asked[] } {
  const asked: Asked[] = [];
  const platform = {
    fetch: async (path: string, { body }: { body?: unknown }) => {
      asked.push({ path, body: body as Record<string, unknown> });
      return replyTo({ path, body: body as Record<string, unknown> });
    },
    randomBytes: (count: number) => new Uint8Array(count).fill(7),
    createHostKey: async () => 'H'.repeat(22),
  } as unknown as Platform;
  return { platform, asked };
}

const link: RoomLink = {
  roomId: ROOM_ID,
  kind: 'member',
  secret: new Uint8Array(24).fill(3),
  hostKeyHash: 'H'.repeat(22),
};
const SECRET_TEXT = Buffer.from(link.secret).toString('base64url');

describe('createRoom', () => {
  it('gives the server a verifier, and nothing from which the secret could be had', async () => {
    const { platform, asked } = createPlatform(({ body }) =>
      granted({ roomId: body.roomId, hostToken: 'host', expiresAtMs: 5 }),
    );
    const room = await createRoom(platform);
    expect(room).toMatchObject({ hostToken: 'host', link: { kind: 'member', hostKeyHash: 'H'.repeat(22) } });
    expect(room.link.secret).toHaveLength(24);
    expect(asked).toEqual([
      {
        path: '/api/rooms',
        body: {
          roomId: room.link.roomId,
          verifiers: { member: expect.stringMatching(/^[\w-]{43}$/), viewer: expect.stringMatching(/^[\w-]{43}$/) },
        },
      },
    ]);
    expect(JSON.stringify(asked)).not.toContain(Buffer.from(room.link.secret).toString('base64url'));
  });

  it('makes a verifier that is not the proof itself', async () => {
    const { platform, asked } = createPlatform(({ path, body }) =>
      path === '/api/rooms'
        ? granted({ roomId: body.roomId, hostToken: 'host', expiresAtMs: 5 })
        : granted(tokenAnswer()),
    );
    const room = await createRoom(platform);
    await admit(platform, room.link);
    const [made, token] = asked;
    const digest = await crypto.subtle.digest('SHA-256', Buffer.from(String(token?.body.proof), 'base64url'));
    expect(made?.body.verifiers).toMatchObject({ member: Buffer.from(digest).toString('base64url') });
  });

  it('makes a verifier of the watch link that follows, whose proof is another one than the members’', async () => {
    const { platform, asked } = createPlatform(({ path, body }) =>
      path === '/api/rooms'
        ? granted({ roomId: body.roomId, hostToken: 'host', expiresAtMs: 5 })
        : granted(tokenAnswer({ role: 'viewer' })),
    );
    const { link: made } = await createRoom(platform);
    await admit(platform, { ...made, kind: 'viewer', secret: await viewSecret(made.secret, made.roomId, 0) });
    const [room, token] = asked.map(({ body }) => body);
    expect(token).toEqual({ kind: 'viewer', proof: expect.any(String) });
    const digest = await crypto.subtle.digest('SHA-256', Buffer.from(String(token?.['proof']), 'base64url'));
    const { member, viewer } = { ...(room?.['verifiers'] as Record<string, string>) };
    expect(viewer).toBe(Buffer.from(digest).toString('base64url'));
    expect(viewer).not.toBe(member);
    expect((await verifiersOf(made.secret, made.roomId, 1)).viewer).not.toBe(viewer);
    expect((await verifiersOf(made.secret, made.roomId, 1)).member).toBe(member);
  });

  it('rejects with the server’s code', async () => {
    const { platform } = createPlatform(() => refused(429, 'rate_limited'));
    expect(await createRoom(platform).catch(codeOf)).toBe('rate_limited');
  });
});

describe('admit', () => {
  it('shows a proof and never the secret', async () => {
    const { platform, asked } = createPlatform(() => granted(tokenAnswer()));
    expect(await admit(platform, link)).toMatchObject({ token: 'token', peersInRoom: 2 });
    expect(asked[0]).toMatchObject({ path: `/api/rooms/${ROOM_ID}/tokens`, body: { kind: 'member' } });
    expect(JSON.stringify(asked)).not.toContain(SECRET_TEXT);
  });

  it('falls back to the link when the host’s token is not taken', async () => {
    const { platform, asked } = createPlatform(({ body }) =>
      body.kind === 'host' ? refused(401, 'unauthorized') : granted(tokenAnswer()),
    );
    await admit(platform, link, { hostToken: 'stale' });
    expect(asked.map(({ body }) => body.kind)).toEqual(['host', 'member']);
  });

  it('does not fall back when the Room is gone', async () => {
    const { platform, asked } = createPlatform(() => refused(404, 'not_found'));
    expect(await admit(platform, link, { hostToken: 'token' }).catch(codeOf)).toBe('not_found');
    expect(asked).toHaveLength(1);
  });
});

describe('probeRoom', () => {
  it.each([
    [granted(tokenAnswer({ peersInRoom: 3, mode: 'approve' })), { ok: true, peersInRoom: 3, mode: 'approve' }],
    [refused(404, 'not_found'), { ok: false, reason: 'roomGone' }],
    [refused(401, 'unauthorized'), { ok: false, reason: 'badLink' }],
    [refused(403, 'forbidden'), { ok: false, reason: 'badLink' }],
    [refused(503, 'draining'), { ok: false, reason: 'unreachable' }],
    [
      { status: 502, body: null },
      { ok: false, reason: 'unreachable' },
    ],
    [granted({ token: 7 }), { ok: false, reason: 'unreachable' }],
  ])('answers %j with %j', async (reply, expected) => {
    const { platform } = createPlatform(() => reply);
    expect(await probeRoom(platform, link)).toEqual(expected);
  });

  it('does not reject when nobody answers', async () => {
    const { platform } = createPlatform(() => {
      throw new TypeError('fetch failed');
    });
    expect(await probeRoom(platform, link)).toEqual({ ok: false, reason: 'unreachable' });
  });
});
