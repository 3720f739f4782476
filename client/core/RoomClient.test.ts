// A client's way through a Room, from the link to the end, with the server and the keys played by the test.
import { generateRouterRtpCapabilities } from 'mediasoup-client/fakeParameters';
import { afterEach, describe, expect, it, vi } from 'vitest';
import { FakeTrack } from './test/FakeTrack.ts';
import {
  ANA,
  connect,
  createScene,
  enter,
  joined,
  loseAndReturn,
  ME,
  sendTrackIds,
  transports,
  viewOf,
} from './test/scene.ts';
import { OTHER_PEER_ID, resumedAnswer } from './test/wireSamples.ts';

describe('joining', () => {
  afterEach(() => vi.useRealTimers());

  it('goes through admission, connecting and securing, and is in with the first Epoch', async () => {
    const scene = createScene();
    await enter(scene, ANA);
    expect([...new Set(scene.steps)]).toEqual(['admission', 'connecting', 'securing', 'in']);
    expect(viewOf(scene).participants.map(({ displayName }) => displayName)).toEqual(['Ana']);
    expect(viewOf(scene).security).toMatchObject({ state: 'sealed', epoch: 1 });
    expect(viewOf(scene).notices).toEqual([]);
  });

  it('says that it waits for a member when no Welcome comes', async () => {
    const scene = createScene();
    await connect(scene);
    vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'] });
    scene.worker().group({ state: 'waitWelcome', sinceMs: 0 });
    await vi.advanceTimersByTimeAsync(2_900);
    expect(scene.steps.at(-1)).toBe('securing');
    await vi.advanceTimersByTimeAsync(200);
    expect(scene.steps.at(-1)).toBe('waitingForMember');
  });

  it('says that the server is full, and when it is asked again, until there is a place', async () => {
    vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout', 'Date'] });
    const scene = createScene();
    scene.setPlace(undefined);
    void scene.client.join();
    await vi.waitFor(() => expect(scene.socket.attempts).toBe(1));
    scene.socket.accept();
    scene.socket.reject('room:join', 'capacity', 10_000);
    const state = scene.client.state.get();
    expect(state).toMatchObject({ phase: 'joining', step: 'full' });
    const waitMs = state.phase === 'joining' && state.retryAtMs !== undefined ? state.retryAtMs - Date.now() : 0;
    expect(waitMs).toBeGreaterThanOrEqual(10_000);
    await vi.advanceTimersByTimeAsync(waitMs);
    await vi.waitFor(() => expect(scene.socket.attempts).toBe(2));
    scene.setPlace(joined());
    scene.socket.accept();
    await vi.waitFor(() => expect(scene.steps.at(-1)).toBe('securing'));
  });

  it('does not even ask for a token where nothing can be sealed', async () => {
    const scene = createScene();
    scene.platform.support = 'none';
    await scene.client.join();
    expect(scene.steps).toEqual(['ended: cannotSeal']);
    expect(scene.socket.attempts).toBe(0);
  });

  it('E-75 does not ask for a token either where the transforms are there and the algorithms are not', async () => {
    const scene = createScene();
    scene.platform.hasAlgorithms = false;
    await scene.client.join();
    expect(scene.steps.at(-1)).toBe('ended: cannotSeal');
    expect(scene.socket.attempts).toBe(0);
    expect(scene.workers).toHaveLength(0);
  });

  it('E-74 ends as failed when the script of the worker cannot run', async () => {
    const scene = createScene({ silentWorker: true });
    void scene.client.join();
    await vi.waitFor(() => expect(scene.socket.attempts).toBe(1));
    scene.socket.accept();
    await vi.waitFor(() => expect(scene.workers).toHaveLength(1));
    scene.worker().onError();
    expect(scene.steps.at(-1)).toBe('ended: failed');
  });

  it('E-74 is not ended by an error that the worker outlives', async () => {
    const scene = createScene();
    await enter(scene, ANA);
    scene.worker().onError();
    expect(scene.client.state.get().phase).toBe('in');
  });

  it('E-74 ends as failed, lets go of the devices and shows no lock, when the worker is dead', async () => {
    vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'] });
    const mic = new FakeTrack('audio');
    const scene = createScene({ mic: mic.asTrack() });
    const joining = scene.client.join();
    await vi.advanceTimersByTimeAsync(0);
    scene.socket.accept();
    await vi.advanceTimersByTimeAsync(10);
    scene.worker().enterEpoch(1, [ME]);
    await joining;
    await vi.advanceTimersByTimeAsync(60_000);
    expect(viewOf(scene).security.state).toBe('sealed');
    scene.worker().silent = true;
    await vi.advanceTimersByTimeAsync(12_000);
    scene.worker().silent = false;
    await vi.advanceTimersByTimeAsync(60_000);
    expect(viewOf(scene).security.state).toBe('sealed');
    scene.worker().silent = true;
    await vi.advanceTimersByTimeAsync(21_000);
    expect(scene.steps.at(-1)).toBe('ended: failed');
    expect(mic.readyState).toBe('ended');
    expect(scene.worker().terminated).toBe(true);
  });

  it.each(['open', 'enter'])('ends as failed when the worker refuses to %s', async (refusedCall) => {
    const scene = createScene({ refusedCall });
    const settled = scene.client.join();
    await vi.waitFor(() => expect(scene.socket.attempts).toBe(1));
    scene.socket.accept();
    await settled;
    expect(scene.steps.at(-1)).toBe('ended: failed');
  });

  it('hands the group what the server said before it was entered, after it was', async () => {
    const scene = createScene();
    void scene.client.join();
    await vi.waitFor(() => expect(scene.socket.attempts).toBe(1));
    scene.socket.accept();
    await Promise.resolve();
    scene.socket.notify('mls:allReady', { groupId: new Uint8Array(16), epoch: 1 }, 1);
    await vi.waitFor(() => expect(scene.worker().heard.some(({ type }) => type === 'event')).toBe(true));
    const order = scene.worker().heard.map((message) => (message.type === 'call' ? message.call.name : message.type));
    expect(order).toEqual(['open', 'enter', 'event']);
  });
});

describe('losses', () => {
  it('keeps the view while reconnecting, and sends what was typed meanwhile', async () => {
    const scene = createScene();
    await enter(scene, ANA);
    scene.setPlace(resumedAnswer([{ name: 'peer:away', payload: { peerId: OTHER_PEER_ID }, sequence: 1 }]));
    scene.socket.drop();
    await vi.waitFor(() => expect(viewOf(scene).connection).toBe('reconnecting'));
    scene.client.chat.send('hello');
    await vi.waitFor(() => expect(viewOf(scene).chat).toMatchObject([{ text: 'hello', state: 'sending', self: true }]));
    expect(scene.worker().callsOf('say')).toEqual([]);
    await vi.waitFor(() => expect(scene.socket.attempts).toBe(2), { timeout: 2_000 });
    scene.socket.accept();
    await vi.waitFor(() => expect(viewOf(scene).chat).toMatchObject([{ state: 'sent' }]));
    expect(viewOf(scene)).toMatchObject({ connection: 'online', participants: [{ away: true }] });
    expect(viewOf(scene).notices.map(({ kind }) => kind)).toEqual(['reconnected']);
    expect(scene.workers).toHaveLength(1);
  });

  it('E-93 says again what it said under an epoch that was undone, and after no other loss of its keys', async () => {
    const scene = createScene();
    await enter(scene, ANA);
    const says = () =>
      scene
        .worker()
        .callsOf('say')
        .map(({ payload }) => new TextDecoder().decode(payload));
    const chats = () => says().filter((text) => text.includes('"t":"chat"'));
    scene.client.chat.send('hello');
    await vi.waitFor(() => expect(viewOf(scene).chat).toMatchObject([{ state: 'sent' }]));
    scene.worker().group({ state: 'resync', cause: 'gap', attempt: 1 });
    scene.worker().enterEpoch(3, [ME, ANA]);
    scene.client.chat.send('still there');
    await vi.waitFor(() => expect(viewOf(scene).chat).toMatchObject([{ state: 'sent' }, { state: 'sent' }]));
    scene.worker().group({ state: 'resync', cause: 'reopened', attempt: 1 });
    scene.worker().group({ state: 'resync', cause: 'reopened', attempt: 2 });
    expect(chats()).toHaveLength(2);
    scene.worker().enterEpoch(4, [ME, ANA]);
    await vi.waitFor(() => expect(chats()).toHaveLength(4));
    expect(chats().slice(2)).toEqual(chats().slice(0, 2));
    expect(viewOf(scene).chat).toHaveLength(2);
  });

  it('starts over with a new worker when its place is gone, sends the same tracks again and stays in', async () => {
    const mic = new FakeTrack('audio');
    const scene = createScene({ mic: mic.asTrack() });
    await enter(scene, ANA);
    await vi.waitFor(() => expect(scene.socket.asked).toContain('producer:create'));
    await loseAndReturn(scene, joined());
    await vi.waitFor(() => expect(scene.workers).toHaveLength(2));
    expect(scene.workers[0]?.terminated).toBe(true);
    await vi.waitFor(() => expect(viewOf(scene).security).toEqual({ state: 'securing' }));
    expect(viewOf(scene).participants).toHaveLength(1);
    expect(scene.socket.asked).not.toContain('producer:create');
    scene.worker().enterEpoch(1, [ME, ANA]);
    await vi.waitFor(() => expect(scene.socket.asked).toContain('producer:create'));
    expect(mic.readyState).toBe('live');
    expect(viewOf(scene).notices.map(({ kind }) => kind)).toEqual(['reconnected']);
  });

  it('makes its media anew after a reset, with the same tracks and the same keys', async () => {
    const mic = new FakeTrack('audio');
    const scene = createScene({ mic: mic.asTrack() });
    await enter(scene, ANA);
    await vi.waitFor(() => expect(sendTrackIds(scene)).toHaveLength(1));
    scene.socket.notify(
      'media:reset',
      { routerRtpCapabilities: generateRouterRtpCapabilities(), transports: transports() },
      1,
    );
    await vi.waitFor(() => expect(sendTrackIds(scene)).toHaveLength(2));
    expect(new Set(sendTrackIds(scene)).size).toBe(2);
    await vi.waitFor(() => expect(viewOf(scene).notices.map(({ kind }) => kind)).toEqual(['mediaRecovered']));
    expect(mic.readyState).toBe('live');
    expect(scene.workers).toHaveLength(1);
    expect(scene.socket.asked.filter((name) => name === 'media:start')).toHaveLength(2);
  });

  it('makes no new Producer while the group is rejoined, and catches up afterwards', async () => {
    const scene = createScene();
    await enter(scene, ANA);
    scene.worker().group({ state: 'resync', cause: 'split', attempt: 1 });
    await scene.client.setMic(true);
    await new Promise((resolve) => setTimeout(resolve, 30));
    expect(scene.socket.asked).not.toContain('producer:create');
    expect(viewOf(scene).security).toEqual({ state: 'resyncing', cause: 'split' });
    scene.worker().enterEpoch(2, [ME, ANA]);
    await vi.waitFor(() => expect(scene.socket.asked).toContain('producer:create'));
  });

  it('E-67 shows a split as such, sends nothing and keeps everybody in sight', async () => {
    const scene = createScene();
    await enter(scene, ANA);
    scene.worker().group({ state: 'fenced', cause: 'split' });
    await scene.client.setMic(true);
    await new Promise((resolve) => setTimeout(resolve, 30));
    expect(scene.socket.asked).not.toContain('producer:create');
    expect(viewOf(scene).security).toEqual({ state: 'fenced', cause: 'split' });
    expect(viewOf(scene).participants).toHaveLength(1);
  });

  it('tells who joins and who leaves the group', async () => {
    const scene = createScene();
    await enter(scene);
    scene.worker().enterEpoch(2, [ME, ANA]);
    scene.worker().enterEpoch(3, [ME]);
    await vi.waitFor(() =>
      expect(viewOf(scene).notices).toMatchObject([
        { kind: 'joined', displayName: 'Ana' },
        { kind: 'left', displayName: 'Ana' },
      ]),
    );
  });

  it('ends when the Room is closed', async () => {
    const scene = createScene();
    await enter(scene);
    scene.socket.notify('room:closed', { reason: 'ended' }, 1);
    expect(scene.steps.at(-1)).toBe('ended: roomEnded');
    expect(scene.worker().terminated).toBe(true);
  });
});

describe('chat', () => {
  it('shows what others say under their names from the tree', async () => {
    const scene = createScene();
    await enter(scene, ANA);
    const payload = new TextEncoder().encode(JSON.stringify({ t: 'chat', id: 'anas-first', text: 'hi', at: 5 }));
    scene.worker().emit({ type: 'said', from: OTHER_PEER_ID, payload, epoch: 1, self: false });
    await vi.waitFor(() => expect(viewOf(scene).chat).toMatchObject([{ text: 'hi', displayName: 'Ana', self: false }]));
  });

  it('is refused before one is in the Room', async () => {
    const scene = createScene();
    expect(() => scene.client.chat.send('hello')).toThrow('not in the Room');
  });
});

describe('leaving', () => {
  it('says goodbye, stops every track, ends the worker, and may be done twice', async () => {
    const mic = new FakeTrack('audio');
    const scene = createScene({ mic: mic.asTrack() });
    await enter(scene);
    scene.client.leave();
    scene.client.close();
    expect(scene.socket.asked).toContain('room:leave');
    expect(mic.readyState).toBe('ended');
    expect(scene.worker().terminated).toBe(true);
    expect(scene.steps.filter((step) => step.startsWith('ended'))).toEqual(['ended: left']);
  });

  it('stops the tracks of the pre-join screen even when it never joined', () => {
    const camera = new FakeTrack('video');
    const scene = createScene({ camera: camera.asTrack() });
    scene.client.close();
    expect(camera.readyState).toBe('ended');
  });
});
