// How a Peer keeps its way to the server: rules of connecting, resuming, repeating and hearing in order.
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import type { Admission } from '../admission.ts';
import { connect, createScene, join, loseAndReturn } from '../test/signallingScene.ts';
import { joinedAnswer, OTHER_PEER_ID, resumedAnswer, tokenAnswer } from '../test/wireSamples.ts';
import { codeOf, SignallingError, type SignallingCode } from './SignallingError.ts';

const NO_GROUP = { groupId: new Uint8Array(16), epoch: 1 };

const speaker = (peerId: string | null) => ({ name: 'audio:activeSpeaker', payload: { peerId } });
const rejection = (promise: Promise<unknown>): Promise<SignallingCode> => promise.then(() => expect.fail(), codeOf);

describe('SignallingClient', () => {
  beforeEach(() => vi.useFakeTimers({ now: 1_000_000 }));
  afterEach(() => vi.useRealTimers());

  it('sends room:join as the first request of a connection, without a resume token the first time', async () => {
    const scene = createScene();
    await connect(scene);
    expect(scene.socket.sent.map(({ name, payload }) => ({ name, payload }))).toEqual([
      { name: 'room:join', payload: {} },
    ]);
  });

  it('names the last sequence heard when it takes its place again', async () => {
    const scene = createScene();
    await join(scene);
    scene.socket.notify('audio:activeSpeaker', { peerId: null }, 1);
    scene.socket.notify('audio:activeSpeaker', { peerId: null }, 2);
    await loseAndReturn(scene);
    expect(scene.socket.take('room:join').payload).toEqual({ resume: { token: 'T'.repeat(43), lastSequence: 2 } });
  });

  it('hears what was missed in order and before what came since, and nothing twice', async () => {
    const scene = createScene();
    await join(scene);
    scene.socket.notify('audio:activeSpeaker', { peerId: null }, 1);
    await loseAndReturn(scene);
    // A notification that overtook the answer.
    scene.socket.notify('audio:activeSpeaker', { peerId: null }, 3);
    scene.socket.answer(
      'room:join',
      resumedAnswer([
        { ...speaker(null), sequence: 1 },
        { ...speaker(OTHER_PEER_ID), sequence: 2 },
      ]),
    );
    expect(scene.told).toEqual([
      'joined',
      'speaker nobody',
      'lost',
      'resumed',
      `speaker ${OTHER_PEER_ID}`,
      'speaker nobody',
    ]);
  });

  it('takes its place again when a sequence number is missing', async () => {
    const scene = createScene();
    await join(scene);
    scene.socket.notify('audio:activeSpeaker', { peerId: null }, 1);
    scene.socket.notify('audio:activeSpeaker', { peerId: OTHER_PEER_ID }, 3);
    expect(scene.told).toEqual(['joined', 'speaker nobody', 'lost']);
    expect(scene.socket.connected).toBe(false);
  });

  it('repeats what may be repeated after a resume and fails the rest with disconnected', async () => {
    const scene = createScene();
    await join(scene);
    const ready = scene.client.request('mls:ready', NO_GROUP);
    const pause = rejection(scene.client.request('producer:pause', { producerId: 'p1' }));
    await loseAndReturn(scene);
    expect(await pause).toBe('disconnected');
    scene.socket.answer('room:join', resumedAnswer());
    scene.socket.answer('mls:ready', {});
    await expect(ready).resolves.toEqual({});
  });

  it('keeps a repeatable request made while away until it is back, in the order asked', async () => {
    const scene = createScene();
    await join(scene);
    scene.socket.drop();
    void scene.client.request('mls:ready', NO_GROUP).catch(() => undefined);
    void scene.client.request('consumer:view', { views: [] }).catch(() => undefined);
    await vi.advanceTimersByTimeAsync(1_000);
    scene.socket.accept();
    expect(scene.socket.sent.map(({ name }) => name)).toEqual(['room:join']);
    scene.socket.answer('room:join', resumedAnswer());
    expect(scene.socket.sent.map(({ name }) => name)).toEqual(['mls:ready', 'consumer:view']);
  });

  it('abandons what waited when the place is a fresh one', async () => {
    const scene = createScene();
    await join(scene);
    const ready = rejection(scene.client.request('mls:ready', NO_GROUP));
    await loseAndReturn(scene);
    scene.socket.answer('room:join', joinedAnswer());
    expect(await ready).toBe('disconnected');
    expect(scene.told).toEqual(['joined', 'lost', 'joined']);
  });

  it('takes wrong_state for success when transport:connect was asked twice, and for a refusal when once', async () => {
    const scene = createScene();
    await join(scene);
    const input = { transportId: 't1', dtlsParameters: {} };
    const once = rejection(scene.client.request('transport:connect', input));
    scene.socket.reject('transport:connect', 'wrong_state');
    expect(await once).toBe('wrong_state');
    const twice = scene.client.request('transport:connect', input);
    await loseAndReturn(scene);
    scene.socket.answer('room:join', resumedAnswer());
    scene.socket.reject('transport:connect', 'wrong_state');
    await expect(twice).resolves.toEqual({});
  });

  it('asks again after a rate limit has passed', async () => {
    const scene = createScene();
    await join(scene);
    const ready = scene.client.request('mls:ready', NO_GROUP);
    scene.socket.reject('mls:ready', 'rate_limited', 700);
    await vi.advanceTimersByTimeAsync(700);
    scene.socket.answer('mls:ready', {});
    await expect(ready).resolves.toEqual({});
  });

  it('fails a request with timeout when nobody answers, and ignores a late answer', async () => {
    const scene = createScene();
    await join(scene);
    const pause = rejection(scene.client.request('producer:pause', { producerId: 'p1' }));
    const { ack } = scene.socket.take('producer:pause');
    await vi.advanceTimersByTimeAsync(10_000);
    expect(await pause).toBe('timeout');
    expect(() => ack({ ok: true, data: {} })).not.toThrow();
  });

  it('refuses an answer that is not of the wire', async () => {
    const scene = createScene();
    await join(scene);
    const created = rejection(
      scene.client.request('producer:create', {
        transportId: 't1',
        kind: 'audio',
        stream: 'mic',
        rtpParameters: {},
        paused: false,
      }),
    );
    scene.socket.answer('producer:create', { producerId: 7 });
    expect(await created).toBe('internal');
  });

  it('skips notifications it does not know or cannot read, and goes on', async () => {
    const scene = createScene();
    await join(scene);
    scene.socket.notify('poll:new', {}, 1);
    scene.socket.notify('audio:activeSpeaker', { peerId: 7 }, 2);
    scene.socket.notify('audio:activeSpeaker', { peerId: null }, 3);
    expect(scene.told).toEqual(['joined', 'speaker nobody']);
  });

  it('fetches a token anew for each attempt', async () => {
    const scene = createScene();
    await join(scene);
    await loseAndReturn(scene);
    expect(scene.admissions).toHaveBeenCalledTimes(2);
  });

  it('renews its token before it ends', async () => {
    const scene = createScene();
    await join(scene);
    await vi.advanceTimersByTimeAsync(600_000 - 60_000);
    expect(scene.socket.sent.map(({ name }) => name)).toEqual(['token:refresh']);
  });

  it('hands on the ICE servers that come with the next token, and ends nothing for one that is none', async () => {
    const scene = createScene();
    await join(scene);
    const renewWith = async (urls: string, afterMs: number) => {
      await vi.advanceTimersByTimeAsync(afterMs);
      const iceServers = [{ urls, username: '1:a', credential: 'c', ttlMs: 3_600_000 }];
      scene.socket.answer('token:refresh', { token: 'next', expiresAtMs: Date.now() + 600_000, iceServers });
      await vi.advanceTimersByTimeAsync(0);
    };
    await renewWith('turn:a.example', 540_000);
    await renewWith('https://a.example', 540_000);
    await renewWith('turns:a.example', 10_000);
    expect(scene.told).toEqual(['joined', 'ICE servers turn:a.example', 'ICE servers turns:a.example']);
    expect(scene.ended).toEqual([]);
  });

  it.each([
    ['version', 'version'],
    ['not_found', 'roomGone'],
    ['forbidden', 'badLink'],
    ['capacity', 'full'],
  ] as const)('ends when the handshake is refused with %s', async (code, reason) => {
    const scene = createScene();
    scene.client.start();
    await vi.advanceTimersByTimeAsync(0);
    scene.socket.refuse({ code });
    expect(scene.ended).toEqual([reason]);
  });

  it('waits for room on a full server for as long as that says, however often, and comes in by itself', async () => {
    const scene = createScene();
    await connect(scene);
    for (let round = 0; round < 20; round += 1) {
      scene.socket.reject('room:join', 'capacity', 10_000);
      expect(scene.told).toEqual(Array.from({ length: round + 1 }, () => 'full for 10000 ms'));
      await vi.advanceTimersByTimeAsync(9_990);
      expect(scene.socket.sent).toEqual([]);
      await vi.advanceTimersByTimeAsync(10);
      scene.socket.accept();
    }
    scene.socket.answer('room:join', joinedAnswer());
    expect(scene.told.at(-1)).toBe('joined');
    expect(scene.ended).toEqual([]);
  });

  it('waits for room, and keeps what it was, where the server is full when it comes back too late', async () => {
    const scene = createScene();
    await join(scene);
    await loseAndReturn(scene);
    scene.socket.reject('room:join', 'capacity', 10_000);
    await vi.advanceTimersByTimeAsync(10_000);
    scene.socket.accept();
    scene.socket.answer('room:join', joinedAnswer());
    expect(scene.told).toEqual(['joined', 'lost', 'full for 10000 ms', 'joined']);
  });

  it('takes its place back with the token in hand where the link does not open any more', async () => {
    let isReplaced = false;
    const scene = createScene(async () => {
      if (isReplaced) throw new SignallingError('forbidden');
      return tokenAnswer() as Admission;
    });
    await join(scene);
    isReplaced = true;
    await loseAndReturn(scene);
    scene.socket.answer('room:join', resumedAnswer());
    expect(scene.told).toEqual(['joined', 'lost', 'resumed']);
    expect(scene.ended).toEqual([]);
  });

  it('ends as linkChanged where neither the link nor the token in hand opens the Room any more', async () => {
    let isReplaced = false;
    const scene = createScene(async () => {
      if (isReplaced) throw new SignallingError('forbidden');
      return tokenAnswer() as Admission;
    });
    await join(scene);
    isReplaced = true;
    await loseAndReturn(scene);
    scene.socket.reject('room:join', 'unauthorized');
    await vi.advanceTimersByTimeAsync(60_000);
    expect(scene.ended).toEqual(['linkChanged']);
    expect(scene.socket.attempts).toBe(2);
  });

  it('ends as removed where the place that it asks for again was taken away', async () => {
    const scene = createScene();
    await join(scene);
    await loseAndReturn(scene);
    scene.socket.reject('room:join', 'forbidden');
    expect(scene.ended).toEqual(['removed']);
  });

  it('tries again after token_expired', async () => {
    const scene = createScene();
    scene.client.start();
    await vi.advanceTimersByTimeAsync(0);
    scene.socket.refuse({ code: 'token_expired' });
    await vi.advanceTimersByTimeAsync(1_000);
    expect(scene.ended).toEqual([]);
    expect(scene.socket.attempts).toBe(2);
  });

  it('gives a first join up as unreachable after some attempts', async () => {
    const scene = createScene(() => Promise.reject(new SignallingError('disconnected')));
    scene.client.start();
    await vi.advanceTimersByTimeAsync(60_000);
    expect(scene.ended).toEqual(['unreachable']);
    expect(scene.admissions).toHaveBeenCalledTimes(6);
  });

  it('keeps trying for minutes when it had a place', async () => {
    let online = true;
    const scene = createScene(async () => {
      if (!online) throw new SignallingError('disconnected');
      return tokenAnswer() as Admission;
    });
    await join(scene);
    online = false;
    scene.socket.drop();
    await vi.advanceTimersByTimeAsync(5 * 60_000);
    expect(scene.ended).toEqual([]);
    await vi.advanceTimersByTimeAsync(6 * 60_000);
    expect(scene.ended).toEqual(['unreachable']);
  });

  it('tries at once when the network changes', async () => {
    const scene = createScene();
    await join(scene);
    scene.socket.drop();
    scene.client.hurry();
    await vi.advanceTimersByTimeAsync(0);
    expect(scene.socket.attempts).toBe(2);
  });

  it('keeps a connection that answers after the network changed, and drops one that does not', async () => {
    const alive = createScene();
    await join(alive);
    alive.client.hurry();
    alive.socket.answer('token:refresh', { token: 'next', expiresAtMs: 2_000_000 });
    await vi.advanceTimersByTimeAsync(3_000);
    expect(alive.told).toEqual(['joined']);
    const dead = createScene();
    await join(dead);
    dead.client.hurry();
    await vi.advanceTimersByTimeAsync(2_500);
    expect(dead.told).toEqual(['joined', 'lost']);
    await vi.advanceTimersByTimeAsync(1_000);
    dead.socket.accept();
    expect(dead.socket.take('room:join').payload).toEqual({ resume: { token: 'T'.repeat(43), lastSequence: 0 } });
  });

  it('ends without coming back when another connection took its place', async () => {
    const scene = createScene();
    await join(scene);
    scene.socket.notify('connection:replaced', {}, 0);
    await vi.advanceTimersByTimeAsync(60_000);
    expect(scene.ended).toEqual(['replaced']);
    expect(scene.socket.attempts).toBe(1);
  });

  it('says goodbye when closed, fails what waits with closed, and may be closed twice', async () => {
    const scene = createScene();
    await join(scene);
    const ready = rejection(scene.client.request('mls:ready', NO_GROUP));
    scene.client.close();
    scene.client.close();
    expect(await ready).toBe('closed');
    expect(await rejection(scene.client.request('mls:ready', NO_GROUP))).toBe('closed');
    expect(scene.socket.asked.filter((name) => name === 'room:leave')).toHaveLength(1);
    expect(scene.ended).toEqual([]);
  });

  it('disconnects once its goodbye was heard, or soon when it was not', async () => {
    const heard = createScene();
    await join(heard);
    heard.client.close();
    expect(heard.socket.connected).toBe(true);
    heard.socket.answer('room:leave', {});
    expect(heard.socket.connected).toBe(false);
    const unheard = createScene();
    await join(unheard);
    unheard.client.close();
    await vi.advanceTimersByTimeAsync(1_000);
    expect(unheard.socket.connected).toBe(false);
  });
});
