// How a viewer comes in, what is told while that does not work, and how it comes back: WATCH.md.
import { describe, expect, it, vi } from 'vitest';
import { viewAccessProof } from '#e2ee';
import { FakeHandler } from 'mediasoup-client/handlers/FakeHandler';
import {
  arrive,
  audienceOf,
  consumer,
  createWatchScene,
  KNOWN,
  seeAna,
  stageEvents,
  stateOf,
  watching,
  PROGRAM,
} from '../test/watchScene.ts';
import { ROOM_ID, tokenAnswer } from '../test/wireSamples.ts';
import { PRODUCER_BACK_MS } from './WatchClient.ts';

const BYTES = Uint8Array.of(1, 2, 3);
const GROUP_ID = new Uint8Array(32).fill(9);

describe('coming in', () => {
  it('W-1 trades the proof of the watch secret for a viewer’s token, and asks for no device', async () => {
    const scene = createWatchScene();
    const getMicrophone = vi.spyOn(scene.platform, 'getMicrophone');
    const getCamera = vi.spyOn(scene.platform, 'getCamera');
    await arrive(scene);
    const proof = await viewAccessProof(new Uint8Array(24).fill(7));
    expect(scene.tokens.asked).toEqual([{ path: `/api/rooms/${ROOM_ID}/tokens`, body: { kind: 'viewer', proof } }]);
    expect(stateOf(scene)).toMatchObject({ phase: 'watching', connection: { state: 'online' }, viewers: 1 });
    expect([getMicrophone.mock.calls, getCamera.mock.calls]).toEqual([[], []]);
    expect(scene.asked.map(({ name }) => name)).toEqual(['room:join', 'media:start']);
  });

  it('W-1 gives the secret to its worker alone, and what the server holds for viewers behind it', async () => {
    const scene = createWatchScene();
    const keys = { groupId: GROUP_ID, epoch: 4, wrapped: BYTES };
    scene.setPlace(watching({ stage: { roster: BYTES, program: BYTES, keys: [keys] } }));
    await arrive(scene);
    await vi.waitFor(() => expect(stageEvents(scene).map(({ name }) => name)).toHaveLength(3));
    expect(stageEvents(scene).map(({ name }) => name)).toEqual(['stage:roster', 'stage:program', 'stage:keys']);
    const names = scene.worker.heard.map((message) => (message.type === 'call' ? message.call.name : message.type));
    expect(names.indexOf('watch')).toBeLessThan(names.indexOf('stage'));
    expect(scene.worker.callsOf('watch')[0]?.settings).toEqual({
      roomId: ROOM_ID,
      viewSecret: new Uint8Array(24).fill(7),
      hostKeyHash: 'H'.repeat(22),
    });
  });

  it.each([
    ['forbidden', 'badLink'],
    ['version', 'version'],
    ['bad_request', 'failed'],
  ])('W-5 ends where the server answers %s, and says why', async (code, reason) => {
    const scene = createWatchScene();
    scene.refuse(code);
    scene.client.start();
    await vi.waitFor(() => expect(stateOf(scene)).toEqual({ phase: 'ended', reason }));
    expect(scene.worker.terminated).toBe(true);
  });

  it('W-5 ends where the browser cannot open what is sealed, before the server is asked for anything', async () => {
    const scene = createWatchScene();
    scene.platform.hasAlgorithms = false;
    scene.client.start();
    await vi.waitFor(() => expect(stateOf(scene)).toEqual({ phase: 'ended', reason: 'cannotOpen' }));
    expect(scene.tokens.asked).toEqual([]);
    expect(scene.socket.attempts).toBe(0);
  });

  it('W-25 opens the way to the server beside the token, which the handshake waits for', async () => {
    const scene = createWatchScene();
    let release = (): void => undefined;
    scene.tokens.held = new Promise((resolve) => (release = resolve));
    scene.client.start();
    await vi.waitFor(() => expect(scene.socket.attempts).toBe(1));
    await vi.waitFor(() => expect(scene.tokens.asked).toHaveLength(1));
    const told = vi.fn();
    void scene.handshake.auth().then(told);
    await new Promise((resolve) => setTimeout(resolve));
    expect(told).not.toHaveBeenCalled();
    release();
    await vi.waitFor(() => expect(told).toHaveBeenCalledWith(expect.objectContaining({ token: expect.any(String) })));
    expect(scene.platform.prepared).toBe(1);
    scene.client.close();
  });

  it('W-29 says with the handshake what it can receive, where the door told what for, and asks for nothing more', async () => {
    const scene = createWatchScene();
    const createDevice = vi.spyOn(scene.platform, 'createDevice');
    const { routerRtpCapabilities } = watching();
    scene.tokens.answer = {
      status: 200,
      body: { ok: true, data: tokenAnswer({ role: 'viewer', routerRtpCapabilities }) },
    };
    scene.client.start();
    await vi.waitFor(() => expect(scene.socket.attempts).toBe(1));
    const said = await scene.handshake.auth();
    expect(said.join?.rtpCapabilities).toMatchObject({ codecs: expect.any(Array) });
    scene.socket.accept();
    await vi.waitFor(() => expect(stateOf(scene).phase).toBe('watching'));
    scene.socket.notify('consumer:new', { consumers: [consumer('c1')] });
    await vi.waitFor(() => expect(scene.asked.map(({ name }) => name)).toContain('consumer:ready'));
    expect(scene.asked.map(({ name }) => name)).not.toContain('media:start');
    // The same Device serves the place.
    expect(createDevice).toHaveBeenCalledOnce();
    scene.client.close();
  });

  it('W-29 joins all the same where no Device could be made, and says so where it is needed', async () => {
    const scene = createWatchScene();
    scene.platform.createDevice = () => Promise.reject(new Error('unknown browser'));
    const { routerRtpCapabilities } = watching();
    scene.tokens.answer = {
      status: 200,
      body: { ok: true, data: tokenAnswer({ role: 'viewer', routerRtpCapabilities }) },
    };
    scene.client.start();
    await vi.waitFor(() => expect(scene.socket.attempts).toBe(1));
    expect((await scene.handshake.auth()).join).toEqual({});
    scene.socket.accept();
    await vi.waitFor(() => expect(stateOf(scene)).toEqual({ phase: 'ended', reason: 'failed' }));
  });

  it('W-25 gives the way up where the token is refused', async () => {
    const scene = createWatchScene();
    scene.refuse('forbidden');
    scene.client.start();
    await vi.waitFor(() => expect(scene.socket.attempts).toBe(1));
    await expect(scene.handshake.auth()).rejects.toMatchObject({ code: 'forbidden' });
    await vi.waitFor(() => expect(stateOf(scene)).toEqual({ phase: 'ended', reason: 'badLink' }));
  });

  it('W-5 refuses a member’s link', () => {
    const link = { roomId: ROOM_ID, kind: 'member' as const, secret: new Uint8Array(24), hostKeyHash: 'h' };
    const scene = createWatchScene({ link });
    scene.client.start();
    expect(stateOf(scene)).toEqual({ phase: 'ended', reason: 'badLink' });
  });
});

describe('waiting', () => {
  it('W-3 waits for an event that is not open, looks again by itself, and comes in once it is', async () => {
    vi.useFakeTimers({ shouldAdvanceTime: true });
    try {
      const scene = createWatchScene();
      scene.refuse('not_found');
      scene.client.start();
      await vi.waitFor(() => expect(stateOf(scene).phase).toBe('waiting'));
      const waiting = stateOf(scene);
      expect(waiting).toMatchObject({ phase: 'waiting', why: 'notOpen' });
      if (waiting.phase !== 'waiting') return;
      const ms = waiting.retryAtMs - Date.now();
      expect(ms).toBeGreaterThan(7_000);
      expect(ms).toBeLessThanOrEqual(16_000);
      // The first look opened a way beside the token, which was given up; no later one does before there is a token.
      expect(scene.socket.attempts).toBe(1);
      await vi.advanceTimersByTimeAsync(ms);
      await vi.waitFor(() => expect(scene.tokens.asked).toHaveLength(2));
      expect(scene.socket.attempts).toBe(1);
      scene.admit();
      await vi.advanceTimersByTimeAsync(16_000);
      await vi.waitFor(() => expect(scene.socket.attempts).toBe(2));
      scene.socket.accept();
      await vi.waitFor(() => expect(stateOf(scene).phase).toBe('watching'));
    } finally {
      vi.useRealTimers();
    }
  });

  it('W-4 says that it is full, and comes again no sooner than the server said', async () => {
    const scene = createWatchScene();
    scene.refuse('capacity', 60_000);
    scene.client.start();
    await vi.waitFor(() => expect(stateOf(scene)).toMatchObject({ phase: 'waiting', why: 'full' }));
    const state = stateOf(scene);
    expect(state.phase === 'waiting' && state.retryAtMs - Date.now()).toBeGreaterThan(59_000);
  });

  it('W-4 says so too where the place itself is refused, and comes in by itself once there is room', async () => {
    const scene = createWatchScene();
    scene.setPlace(null);
    scene.client.start();
    await vi.waitFor(() => expect(scene.socket.attempts).toBe(1));
    scene.socket.accept();
    const error = { code: 'capacity', message: 'full', retryAfterMs: 60_000 };
    scene.socket.notify('connection:joined', { ok: false, error });
    await vi.waitFor(() => expect(stateOf(scene)).toMatchObject({ phase: 'waiting', why: 'full' }));
    expect((stateOf(scene) as { retryAtMs: number }).retryAtMs - Date.now()).toBeGreaterThan(59_000);
    scene.setPlace(watching());
    scene.client.retryNow();
    await vi.waitFor(() => expect(scene.socket.attempts).toBe(2));
    scene.socket.accept();
    await vi.waitFor(() => expect(stateOf(scene).phase).toBe('watching'));
  });

  it('W-6 tries at once when the person asks, or the network is another', async () => {
    const scene = createWatchScene();
    scene.refuse('not_found');
    scene.client.start();
    await vi.waitFor(() => expect(stateOf(scene).phase).toBe('waiting'));
    scene.client.retryNow();
    await vi.waitFor(() => expect(scene.tokens.asked).toHaveLength(2));
    await vi.waitFor(() => expect(stateOf(scene).phase).toBe('waiting'));
    scene.platform.changeNetwork();
    await vi.waitFor(() => expect(scene.tokens.asked).toHaveLength(3));
  });
});

describe('losing the way', () => {
  it('W-2 joins afresh with a token of its own, and never as one who was there', async () => {
    const scene = createWatchScene();
    await arrive(scene);
    scene.socket.drop();
    await vi.waitFor(() => expect(audienceOf(scene).connection).toMatchObject({ state: 'lost', why: 'network' }));
    await arrive(scene);
    await vi.waitFor(() => expect(audienceOf(scene).connection.state).toBe('online'));
    expect(scene.asked.filter(({ name }) => name === 'room:join').map(({ payload }) => payload)).toEqual([{}, {}]);
    expect(scene.tokens.asked).toHaveLength(2);
    // What is known of the host's list never goes back: the same worker goes on.
    expect(scene.worker.callsOf('watch')).toHaveLength(1);
  });

  it('W-3 who watched and finds the event gone keeps what it saw, is told, and goes on trying', async () => {
    const scene = createWatchScene();
    await seeAna(scene);
    scene.refuse('not_found');
    scene.socket.drop();
    await vi.waitFor(() => expect(audienceOf(scene).connection).toMatchObject({ state: 'lost', why: 'notOpen' }));
    expect(audienceOf(scene)).toMatchObject({ program: KNOWN.program, people: KNOWN.people });
    expect(audienceOf(scene).tracks[0]?.media.state).toBe('playing');
  });

  it.each([['ended'], ['removed'], ['linkChanged']])(
    'W-7 ends where the server closes the room as %s',
    async (reason) => {
      const scene = createWatchScene();
      await arrive(scene);
      scene.socket.notify('room:closed', { reason });
      await vi.waitFor(() => expect(stateOf(scene)).toEqual({ phase: 'ended', reason }));
    },
  );

  it('W-7 waits for a room that the server let go of, since its link may open again', async () => {
    const scene = createWatchScene();
    await arrive(scene);
    scene.refuse('not_found');
    scene.socket.notify('room:closed', { reason: 'expired' });
    await vi.waitFor(() => expect(audienceOf(scene).connection).toMatchObject({ state: 'lost', why: 'notOpen' }));
  });

  it('W-8 renews its token before it ends, and with it the credentials of its Transport', async () => {
    vi.useFakeTimers({ shouldAdvanceTime: true });
    const updated = vi.spyOn(FakeHandler.prototype, 'updateIceServers');
    try {
      const scene = createWatchScene();
      await seeAna(scene);
      const next = { urls: ['turn:a.example'], username: '2:b', credential: 'c' };
      scene.answerTo('token:refresh', {
        token: 't',
        expiresAtMs: 2_140_000,
        iceServers: [{ ...next, ttlMs: 3_600_000 }],
      });
      expect(scene.asked.map(({ name }) => name)).not.toContain('token:refresh');
      await vi.advanceTimersByTimeAsync(600_000 - 60_000);
      expect(scene.asked.map(({ name }) => name)).toContain('token:refresh');
      await vi.waitFor(() => expect(updated.mock.calls).toEqual([[[next]]]));
    } finally {
      updated.mockRestore();
      vi.useRealTimers();
    }
  });

  it('W-9 says that the server is about to restart until it is inside again', async () => {
    const scene = createWatchScene();
    await arrive(scene);
    scene.socket.notify('server:draining', { deadlineMs: 5_000 });
    await vi.waitFor(() => expect(audienceOf(scene).draining).not.toBeNull());
    scene.socket.drop();
    await arrive(scene);
    await vi.waitFor(() =>
      expect(audienceOf(scene)).toMatchObject({ draining: null, connection: { state: 'online' } }),
    );
  });
});

describe('a server that restarted', () => {
  const returned = async (run: string) => {
    const scene = createWatchScene();
    await arrive(scene);
    scene.worker.emit({ type: 'watch', view: KNOWN });
    await vi.waitFor(() => expect(audienceOf(scene).program).not.toBeNull());
    scene.socket.drop();
    scene.setPlace(watching({ run }));
    await arrive(scene);
    await vi.waitFor(() => expect(audienceOf(scene).connection.state).toBe('online'));
    return scene;
  };

  it('W-9 is no end of the show that it does not know of yet; the same one’s word is', async () => {
    expect(audienceOf(await returned('second run'))).toMatchObject({ closed: false, program: PROGRAM });
    expect(audienceOf(await returned('first run')).closed).toBe(true);
  });

  it('W-9 is waited out for a minute: a show whose producer is not back by then is over', async () => {
    const scene = await returned('second run');
    vi.useFakeTimers();
    try {
      scene.socket.drop();
      await vi.advanceTimersByTimeAsync(2_000);
      scene.setPlace(watching({ run: 'third run' }));
      await scene.handshake.auth();
      scene.socket.accept();
      await vi.advanceTimersByTimeAsync(PRODUCER_BACK_MS - 1);
      expect(audienceOf(scene).closed).toBe(false);
      await vi.advanceTimersByTimeAsync(1_000);
      expect(audienceOf(scene).closed).toBe(true);
      scene.socket.notify('stage:program', { program: new Uint8Array([1]) });
      await vi.advanceTimersByTimeAsync(0);
      expect(audienceOf(scene).closed).toBe(false);
    } finally {
      vi.useRealTimers();
    }
  });
});

describe('what is said of the event', () => {
  it('W-11 shows people and program as the worker confirmed them, and what was forged', async () => {
    const scene = createWatchScene();
    await arrive(scene);
    expect(audienceOf(scene)).toMatchObject({ people: [], program: null, fault: null });
    scene.worker.emit({ type: 'watch', view: KNOWN });
    await vi.waitFor(() => expect(audienceOf(scene)).toMatchObject({ people: KNOWN.people, program: KNOWN.program }));
    scene.worker.emit({ type: 'watch', view: { ...KNOWN, fault: 'rosterForged' } });
    await vi.waitFor(() => expect(audienceOf(scene).fault).toBe('rosterForged'));
  });

  it('W-12 hands on what the server says of the stage, in order, and opens none of it', async () => {
    const scene = createWatchScene();
    await arrive(scene);
    scene.socket.notify('stage:keys', { groupId: GROUP_ID, epoch: 5, wrapped: BYTES });
    scene.socket.notify('stage:roster', { roster: BYTES });
    scene.socket.notify('stage:program', { program: BYTES });
    await vi.waitFor(() =>
      expect(stageEvents(scene).map(({ name }) => name)).toEqual(['stage:keys', 'stage:roster', 'stage:program']),
    );
  });

  it('W-12 holds back what the server says of the stage until the worker has the link', async () => {
    const scene = createWatchScene();
    scene.worker.silent = true;
    scene.setPlace(watching({ stage: { roster: BYTES, program: null, keys: [] } }));
    await arrive(scene);
    scene.socket.notify('stage:program', { program: BYTES });
    expect(stageEvents(scene)).toEqual([]);
    for (const message of scene.worker.heard) {
      if (message.type === 'call' && message.call.name === 'watch')
        scene.worker.emit({ type: 'result', id: message.id, ok: true, value: undefined });
    }
    await vi.waitFor(() =>
      expect(stageEvents(scene).map(({ name }) => name)).toEqual(['stage:roster', 'stage:program']),
    );
  });

  it('W-16 says that the host closed the stage, until there is a program again', async () => {
    const scene = createWatchScene();
    await seeAna(scene);
    scene.socket.notify('stage:closed', {});
    await vi.waitFor(() => expect(audienceOf(scene).closed).toBe(true));
    scene.socket.notify('stage:program', { program: BYTES });
    await vi.waitFor(() => expect(audienceOf(scene).closed).toBe(false));
  });

  it('W-17 counts viewers as the server does', async () => {
    const scene = createWatchScene();
    await arrive(scene);
    scene.socket.notify('stage:audience', { viewers: 1_204 });
    await vi.waitFor(() => expect(audienceOf(scene).viewers).toBe(1_204));
  });

  it('W-40 close() ends at once, twice without harm, and leaves nothing running', async () => {
    const scene = createWatchScene();
    await seeAna(scene);
    scene.client.close();
    scene.client.close();
    expect(stateOf(scene)).toEqual({ phase: 'ended', reason: 'left' });
    expect([scene.worker.terminated, scene.socket.connected]).toEqual([true, false]);
    expect(scene.asked.at(-1)?.name).toBe('room:leave');
  });

  it('W-40 ends where its worker cannot start: without keys there is nothing to show', async () => {
    const scene = createWatchScene();
    scene.worker.silent = true;
    await arrive(scene);
    scene.worker.onError();
    await vi.waitFor(() => expect(stateOf(scene)).toEqual({ phase: 'ended', reason: 'failed' }));
  });
});
