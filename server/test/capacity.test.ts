// A server whose Workers are all full: who is refused and how soon, and who is not.
import { afterEach, describe, expect, test } from 'vitest';
import { RESUME_GRACE_MS } from '#protocol/limits';
import { connect, enter, makeRoom, watch } from './testServer.ts';
import { useTestServer } from './useTestServer.ts';

const bed = useTestServer();
afterEach(() => {
  bed.media.isFull = false;
});

describe('who is new', () => {
  test('P-168 finds no place as a Peer, nor as a viewer, and hears when to ask again', async () => {
    const room = await makeRoom(bed.url);
    await enter(bed.url, room);
    bed.media.isFull = true;
    for (const kind of ['member', 'host', 'viewer'] as const) {
      const late = await connect(bed.url, room, kind);
      const reply = await late.send('room:join', {});
      expect(reply).toMatchObject({ ok: false, error: { code: 'capacity', retryAfterMs: 10_000 } });
    }
    bed.media.isFull = false;
    await enter(bed.url, room);
    await watch(bed.url, room);
  });

  test('P-168 makes a Room all the same, and finds no place in it; nothing was made for that', async () => {
    bed.media.isFull = true;
    const rooms = bed.media.rooms.size;
    const room = await makeRoom(bed.url);
    const first = await connect(bed.url, room);
    expect(await first.code('room:join', {})).toBe('capacity');
    expect(bed.media.rooms.size).toBe(rooms);
  });

  test('P-168 may ask again over the same Connection, and is let in once there is room', async () => {
    const room = await makeRoom(bed.url);
    bed.media.isFull = true;
    const late = await connect(bed.url, room);
    expect(await late.code('room:join', {})).toBe('capacity');
    bed.media.isFull = false;
    expect(await late.code('room:join', {})).toBe('ok');
  });
});

describe('who is inside', () => {
  test('P-169 resumes, restarts ICE, and gets new Transports after a Worker’s death', async () => {
    const room = await makeRoom(bed.url);
    const ana = await enter(bed.url, room);
    bed.media.isFull = true;
    ana.client.loseConnection();
    const again = await connect(bed.url, room);
    const answer = await again.request('room:join', { resume: { token: ana.answer.resumeToken, lastSequence: 0 } });
    expect(answer.outcome).toBe('resumed');
    const { id: transportId } = ana.answer.transports.recv;
    expect(await again.code('transport:restartIce', { transportId })).toBe('ok');
    bed.media.killWorker();
    await again.hear('media:reset');
  });

  test('P-169 is let in afresh where the resume comes too late to lose nothing, though not where its place is gone', async () => {
    const room = await makeRoom(bed.url);
    const [ana, ben] = [await enter(bed.url, room), await enter(bed.url, room)];
    bed.media.isFull = true;
    const again = await connect(bed.url, room);
    const answer = await again.request('room:join', { resume: { token: ana.answer.resumeToken, lastSequence: 1e6 } });
    expect(answer.outcome).toBe('joined');

    ben.client.loseConnection();
    await ana.client.untilDisconnected();
    await again.until(() => again.of('peer:away').length > 0, 'that Ben is away');
    bed.clock.advance(RESUME_GRACE_MS + 1);
    await again.hear('peer:left');
    const late = await connect(bed.url, room);
    const resume = { token: ben.answer.resumeToken, lastSequence: 0 };
    expect(await late.code('room:join', { resume })).toBe('capacity');
  });

  test('P-169 takes its own place anew by the same token', async () => {
    const room = await makeRoom(bed.url);
    const token = await room.token();
    const open = async () => {
      const client = await connect(bed.url, { ...room, token: () => Promise.resolve(token) } as typeof room);
      return { client, answer: await client.request('room:join', {}) };
    };
    const first = await open();
    bed.media.isFull = true;
    const second = await open();
    expect(second.answer.peerId).toBe(first.answer.peerId);
  });
});
