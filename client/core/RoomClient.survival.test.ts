// What a client makes of losses that come at the worst moment: between a request and its answer, between two resets.
import { generateConsumerRemoteParameters, generateRouterRtpCapabilities } from 'mediasoup-client/fakeParameters';
import { describe, expect, it, vi } from 'vitest';
import { FakeTrack } from './test/FakeTrack.ts';
import { ANA, connect, createScene, enter, joined, loseAndReturn, ME, transports, viewOf } from './test/scene.ts';
import { OTHER_PEER_ID, PEER_ID, resumedAnswer } from './test/wireSamples.ts';

const reset = () => ({ routerRtpCapabilities: generateRouterRtpCapabilities(), transports: transports() });
const consumers = (id: string) => ({
  consumers: [
    {
      ...generateConsumerRemoteParameters({ id, codecMimeType: 'video/VP8' }),
      peerId: OTHER_PEER_ID,
      stream: 'camera',
      producerPaused: false,
    },
  ],
});

describe('a lost media Worker', () => {
  it('keeps Consumers that are announced while the Device of the second of two resets is being made', async () => {
    const scene = createScene();
    await enter(scene, ANA);
    scene.socket.notify('media:reset', reset(), 1);
    scene.socket.notify('media:reset', reset(), 2);
    // The first reset's `media:start` reached the server after it had made the second's Transports.
    scene.socket.notify('consumer:new', consumers('c1'), 3);
    scene.socket.notify('consumer:paused', { consumerId: 'c1' }, 4);
    scene.socket.notify('consumer:resumed', { consumerId: 'c1' }, 5);
    await vi.waitFor(() => expect(scene.socket.asked).toContain('consumer:ready'));
    expect(viewOf(scene).participants[0]?.camera).toEqual({ state: 'waiting', cause: 'firstFrame' });
    await vi.waitFor(() => expect(viewOf(scene).notices.map(({ kind }) => kind)).toEqual(['mediaRecovered']));
  });

  it('waits for its reset where the server has no Transports at the moment that media starts', async () => {
    const scene = createScene();
    const { answerer } = scene.socket;
    scene.socket.answerer = (sent) => (sent.name === 'media:start' ? undefined : answerer(sent));
    await connect(scene);
    const start = scene.socket.sent.find(({ name }) => name === 'media:start');
    start?.ack({ ok: false, error: { code: 'wrong_state', message: 'no Transports now' } });
    scene.worker().enterEpoch(1, [ME]);
    scene.socket.answerer = answerer;
    scene.socket.notify('media:reset', reset(), 1);
    await vi.waitFor(() => expect(viewOf(scene).notices.map(({ kind }) => kind)).toEqual(['mediaRecovered']));
  });
});

describe('a lost connection', () => {
  it('leaves no camera on the server that was switched off meanwhile', async () => {
    const scene = createScene({ camera: new FakeTrack('video').asTrack() });
    await enter(scene);
    await vi.waitFor(() => expect(viewOf(scene).self.camera.state).toBe('on'));
    await vi.waitFor(() => expect(scene.socket.asked).toContain('producer:create'));
    await new Promise((resolve) => setTimeout(resolve, 0));
    scene.socket.drop();
    await scene.client.setCamera(false);
    scene.setPlace(resumedAnswer());
    await vi.waitFor(() => expect(scene.socket.attempts).toBe(2), { timeout: 2_000 });
    scene.socket.accept();
    await vi.waitFor(() => expect(scene.socket.asked).toContain('producer:close'));
  });

  it('learns the name of a Producer whose answer was lost, so that it can be closed', async () => {
    const scene = createScene({ camera: new FakeTrack('video').asTrack() });
    const { answerer } = scene.socket;
    scene.socket.answerer = (sent) => (sent.name === 'producer:create' ? undefined : answerer(sent));
    await enter(scene);
    await vi.waitFor(() => expect(scene.socket.asked).toContain('producer:create'));
    await scene.client.setCamera(false);
    scene.socket.answerer = answerer;
    await loseAndReturn(scene, resumedAnswer());
    await vi.waitFor(() => expect(scene.socket.asked).toContain('producer:create'));
    await vi.waitFor(() => expect(scene.socket.asked).toContain('producer:close'));
  });

  it('shows nobody the leaf that was left behind by oneself', async () => {
    const scene = createScene();
    await enter(scene, ANA);
    await loseAndReturn(scene, { ...joined(), peerId: 'C'.repeat(16) });
    await vi.waitFor(() => expect(scene.workers).toHaveLength(2));
    const again = { ...ME, peerId: 'C'.repeat(16), leafIndex: 2, keyHash: 'another key' };
    scene.worker().enterEpoch(5, [{ ...ME, peerId: PEER_ID, self: false }, ANA, again]);
    await vi.waitFor(() => expect(viewOf(scene).security.state).toBe('sealed'));
    expect(viewOf(scene).participants.map(({ displayName }) => displayName)).toEqual(['Ana']);
    scene.worker().enterEpoch(6, [ANA, again]);
    await vi.waitFor(() => expect(viewOf(scene).security).toMatchObject({ epoch: 6 }));
    expect(viewOf(scene).notices.map(({ kind }) => kind)).toEqual(['reconnected']);
  });

  it('P-172 after a restart names whom it awaits while it has the new group to itself, and nobody once they are there', async () => {
    const scene = createScene();
    await enter(scene, ANA);
    await loseAndReturn(scene, { ...joined(), run: 'second run' });
    await vi.waitFor(() => expect(scene.workers).toHaveLength(2));
    scene.worker().enterEpoch(1, [ME]);
    await vi.waitFor(() => expect(viewOf(scene).participants).toEqual([]));
    expect(viewOf(scene)).toMatchObject({ connection: 'online', retryAtMs: null, awaited: ['Ana'] });
    scene.worker().enterEpoch(2, [ME, ANA]);
    await vi.waitFor(() => expect(viewOf(scene).participants).toHaveLength(1));
    expect(viewOf(scene).awaited).toEqual([]);
  });

  it('says when it is tried again, and that it is while it is', async () => {
    const scene = createScene();
    await enter(scene, ANA);
    const told: (number | null)[] = [];
    scene.client.state.subscribe(() => {
      const { connection, retryAtMs } = viewOf(scene);
      if (connection === 'reconnecting' && retryAtMs !== told.at(-1)) told.push(retryAtMs);
    });
    const lostAtMs = Date.now();
    scene.socket.drop();
    await vi.waitFor(() => expect(told).toHaveLength(2), { timeout: 20_000 });
    expect(told).toEqual([expect.any(Number), null]);
    expect(told[0]).toBeGreaterThanOrEqual(lostAtMs);
  });
});
