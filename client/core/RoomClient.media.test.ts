// What a client sends and receives: never before an Epoch, never without a transform, and never a silent black tile.
import { generateConsumerRemoteParameters } from 'mediasoup-client/fakeParameters';
import { FakeHandler } from 'mediasoup-client/handlers/FakeHandler';
import { describe, expect, it, vi } from 'vitest';
import { FakeTrack } from './test/FakeTrack.ts';
import { ANA, connect, createScene, enter, loseAndReturn, ME, sendTrackIds, viewOf } from './test/scene.ts';
import { OTHER_PEER_ID, PEER_ID, resumedAnswer } from './test/wireSamples.ts';

const consumer = (id: string, more: Record<string, unknown> = {}) => ({
  ...generateConsumerRemoteParameters({ id, codecMimeType: 'video/VP8' }),
  peerId: OTHER_PEER_ID,
  stream: 'camera',
  producerPaused: false,
  ...more,
});

/** Ana says inside the group what her device can. */
const tellCodecs = (scene: ReturnType<typeof createScene>, ...can: string[]): void => {
  const payload = new TextEncoder().encode(JSON.stringify({ t: 'codecs', can }));
  scene.worker().emit({ type: 'said', from: OTHER_PEER_ID, payload, epoch: 1, self: false });
};

describe('sending', () => {
  it('makes no Producer before the first Epoch', async () => {
    const scene = createScene({ mic: new FakeTrack('audio').asTrack(), camera: new FakeTrack('video').asTrack() });
    await connect(scene);
    await new Promise((resolve) => setTimeout(resolve, 50));
    expect(scene.socket.asked).not.toContain('producer:create');
    scene.worker().enterEpoch(1, [ME]);
    await vi.waitFor(() => expect(scene.socket.asked.filter((name) => name === 'producer:create')).toHaveLength(2));
  });

  it('holds a track disabled until the worker confirmed a sealed frame of it', async () => {
    const mic = new FakeTrack('audio');
    const scene = createScene({ mic: mic.asTrack() });
    await enter(scene);
    expect(mic.enabled).toBe(false);
    await vi.waitFor(() => expect(sendTrackIds(scene)).toHaveLength(1));
    await vi.waitFor(() => expect(scene.socket.asked).toContain('producer:create'));
    expect(mic.enabled).toBe(false);
    expect(viewOf(scene).self.mic).toMatchObject({ state: 'on', sealed: false });
    await vi.waitFor(() => {
      scene.worker().track(sendTrackIds(scene)[0] ?? '', { state: 'flowing' });
      expect(mic.enabled).toBe(true);
    });
    await vi.waitFor(() => expect(viewOf(scene).self.mic).toMatchObject({ state: 'on', sealed: true }));
  });

  it('ends rather than send where a transform is refused', async () => {
    const mic = new FakeTrack('audio');
    const scene = createScene({ mic: mic.asTrack() });
    scene.platform.attachError = new Error('no transforms here');
    await connect(scene);
    scene.worker().enterEpoch(1, [ME]);
    await vi.waitFor(() => expect(scene.steps.at(-1)).toBe('ended: cannotSeal'));
    expect(scene.socket.asked).not.toContain('producer:create');
    expect(mic.readyState).toBe('ended');
  });

  it('mutes at once, tells the server, and unmutes with the same track', async () => {
    const mic = new FakeTrack('audio');
    const scene = createScene({ mic: mic.asTrack() });
    await enter(scene);
    await vi.waitFor(() => {
      scene.worker().track(sendTrackIds(scene)[0] ?? '', { state: 'flowing' });
      expect(mic.enabled).toBe(true);
    });
    const muted = scene.client.setMic(false);
    expect(mic.enabled).toBe(false);
    expect(await muted).toEqual({ ok: true });
    await vi.waitFor(() => expect(scene.socket.asked).toContain('producer:pause'));
    expect(viewOf(scene).self.mic.state).toBe('muted');
    await scene.client.setMic(true);
    expect(mic.enabled).toBe(true);
    await vi.waitFor(() => expect(scene.socket.asked).toContain('producer:resume'));
    expect(mic.readyState).toBe('live');
  });

  it('stops the camera when it is switched off, and closes its Producer', async () => {
    const camera = new FakeTrack('video');
    const scene = createScene({ camera: camera.asTrack() });
    await enter(scene);
    await vi.waitFor(() => expect(scene.socket.asked).toContain('producer:create'));
    await scene.client.setCamera(false);
    expect(camera.readyState).toBe('ended');
    await vi.waitFor(() => expect(scene.socket.asked).toContain('producer:close'));
    expect(viewOf(scene).self.camera).toEqual({ state: 'off' });
  });

  it('follows what a screen is shared for while it is shared, and begins each with sharp text', async () => {
    const scene = createScene();
    await enter(scene);
    scene.client.setScreenPurpose('motion');
    await scene.client.setScreen(true);
    await vi.waitFor(() => expect(viewOf(scene).self.sharing).toEqual({ purpose: 'detail', sound: true }));
    scene.client.setScreenPurpose('motion');
    await vi.waitFor(() => expect(viewOf(scene).self.sharing).toEqual({ purpose: 'motion', sound: true }));
    expect(scene.platform.tracks[0]?.contentHint).toBe('motion');
    await scene.client.setScreen(false);
    await vi.waitFor(() => expect(viewOf(scene).self.sharing).toEqual({ purpose: 'detail', sound: false }));
  });

  it('sends a screen with its sound, and says nothing when it is stopped in the browser’s own bar', async () => {
    const scene = createScene();
    await enter(scene);
    expect(await scene.client.setScreen(true)).toEqual({ ok: true });
    await vi.waitFor(() => expect(scene.socket.asked.filter((name) => name === 'producer:create')).toHaveLength(2));
    expect(scene.platform.attached.map(({ stream }) => stream)).toEqual(['screen', 'screenAudio']);
    scene.platform.tracks[0]?.end();
    await vi.waitFor(() => expect(viewOf(scene).self.screen).toEqual({ state: 'off' }));
    expect(scene.platform.tracks[1]?.readyState).toBe('ended');
    expect(viewOf(scene).notices).toEqual([]);
  });

  it('makes its pictures anew in a codec that everyone has, while the old ones go on', async () => {
    const camera = new FakeTrack('video');
    const scene = createScene({ camera: camera.asTrack() });
    await enter(scene, ANA);
    await vi.waitFor(() => expect(sendTrackIds(scene)).toHaveLength(1));
    expect((await scene.client.diagnostics()).videoCodec).toBe('vp8');
    tellCodecs(scene, 'vp9');
    await vi.waitFor(() => expect(sendTrackIds(scene)).toHaveLength(2));
    expect(scene.platform.attached.map(({ codec }) => codec)).toEqual(['vp8', 'vp9']);
    scene.worker().track(sendTrackIds(scene)[1] ?? '', { state: 'flowing' });
    await vi.waitFor(() => expect(scene.socket.asked.filter((name) => name === 'producer:create')).toHaveLength(2));
    expect(scene.worker().callsOf('dropTrack')).toEqual([]);
    expect(scene.socket.asked).not.toContain('producer:close');
    expect(camera.readyState).toBe('live');
    expect((await scene.client.diagnostics()).videoCodec).toBe('vp9');
    // Whoever told gets an answer, sealed.
    await vi.waitFor(() => expect(scene.worker().callsOf('say')).toHaveLength(1));
  });

  it('says once whose device cannot show our pictures, and on their tile that ours cannot show theirs', async () => {
    const scene = createScene();
    await enter(scene, ANA);
    tellCodecs(scene, 'av1');
    tellCodecs(scene, 'av1');
    await vi.waitFor(() => {
      expect(viewOf(scene).participants[0]?.camera).toEqual({ state: 'waiting', cause: 'codec' });
    });
    expect(viewOf(scene).notices).toMatchObject([{ kind: 'unseen', displayName: 'Ana' }]);
    tellCodecs(scene, 'vp8');
    await vi.waitFor(() => expect(viewOf(scene).participants[0]?.camera).toEqual({ state: 'off' }));
  });

  it('says that a device was lost when it goes by itself', async () => {
    const mic = new FakeTrack('audio');
    const scene = createScene({ mic: mic.asTrack() });
    await enter(scene);
    mic.end();
    await vi.waitFor(() => expect(viewOf(scene).notices.map(({ kind }) => kind)).toEqual(['deviceLost']));
    expect(viewOf(scene).self.mic).toEqual({ state: 'off' });
  });

  it('shows why a device did not come, and nothing when the person changed their mind', async () => {
    const scene = createScene();
    await enter(scene);
    scene.platform.fault = 'busy';
    expect(await scene.client.setCamera(true)).toEqual({ ok: false, fault: 'busy' });
    scene.platform.fault = 'cancelled';
    expect(await scene.client.setScreen(true)).toEqual({ ok: false, fault: 'cancelled' });
    await vi.waitFor(() => expect(viewOf(scene).self.camera).toEqual({ state: 'failed', fault: 'busy' }));
    expect(viewOf(scene).self.screen).toEqual({ state: 'off' });
  });

  it('stops a device that was switched off again while it started', async () => {
    const scene = createScene();
    await enter(scene);
    const starting = scene.client.setCamera(true);
    await scene.client.setCamera(false);
    await starting;
    expect(scene.platform.tracks[0]?.readyState).toBe('ended');
    expect(scene.socket.asked).not.toContain('producer:create');
  });
});

describe('receiving', () => {
  it('attaches the transform bound to the sender before it lets frames flow', async () => {
    const scene = createScene();
    await enter(scene, ANA);
    scene.socket.answerer = (sent) => (sent.name === 'consumer:ready' ? undefined : {});
    scene.socket.notify('consumer:new', { consumers: [consumer('c1'), consumer('c2', { stream: 'screen' })] }, 1);
    await vi.waitFor(() => expect(scene.socket.sent.map(({ name }) => name)).toEqual(['consumer:ready']));
    expect(scene.socket.sent[0]?.payload).toEqual({ consumerIds: ['c1', 'c2'] });
    expect(scene.platform.attached).toEqual([
      { side: 'receive', trackId: 'c1', stream: 'camera', codec: 'vp8', peerId: OTHER_PEER_ID },
      { side: 'receive', trackId: 'c2', stream: 'screen', codec: 'vp8', peerId: OTHER_PEER_ID },
    ]);
  });

  it('lets nothing flow where the transform is refused, and says that it fails', async () => {
    const scene = createScene();
    await enter(scene, ANA);
    scene.platform.attachError = new Error('no');
    scene.socket.notify('consumer:new', { consumers: [consumer('c1')] }, 1);
    await vi.waitFor(() =>
      expect(viewOf(scene).participants[0]?.camera).toEqual({ state: 'waiting', cause: 'failing', why: 'setup' }),
    );
    expect(scene.socket.asked).not.toContain('consumer:ready');
  });

  it('refuses a codec whose clear bytes are not known', async () => {
    const scene = createScene();
    await enter(scene, ANA);
    const rtpParameters = { codecs: [{ mimeType: 'video/H265', payloadType: 101, clockRate: 90_000 }] };
    scene.socket.notify('consumer:new', { consumers: [consumer('c1', { rtpParameters })] }, 1);
    await vi.waitFor(() =>
      expect(viewOf(scene).participants[0]?.camera).toEqual({ state: 'waiting', cause: 'failing', why: 'setup' }),
    );
    expect(scene.platform.attached).toEqual([]);
  });

  it('follows a stream from its announcement to its end', async () => {
    const scene = createScene();
    await enter(scene, ANA);
    const camera = () => viewOf(scene).participants[0]?.camera;
    scene.socket.notify('consumer:new', { consumers: [consumer('c1')] }, 1);
    await vi.waitFor(() => expect(camera()).toEqual({ state: 'waiting', cause: 'firstFrame' }));
    scene.worker().track('c1', { state: 'waitingForKey' });
    await vi.waitFor(() => expect(camera()).toEqual({ state: 'waiting', cause: 'key' }));
    await vi.waitFor(() => expect(scene.socket.asked).toContain('consumer:ready'));
    scene.worker().track('c1', { state: 'flowing' });
    await vi.waitFor(() => expect(camera()?.state).toBe('playing'));
    scene.socket.notify('consumer:paused', { consumerId: 'c1' }, 2);
    await vi.waitFor(() => expect(camera()).toEqual({ state: 'off' }));
    scene.socket.notify('consumer:resumed', { consumerId: 'c1' }, 3);
    await vi.waitFor(() => expect(camera()?.state).toBe('playing'));
    scene.socket.notify('consumer:closed', { consumerIds: ['c1'] }, 4);
    await vi.waitFor(() => expect(camera()).toEqual({ state: 'off' }));
    expect(scene.worker().callsOf('dropTrack')).toEqual([{ name: 'dropTrack', trackId: 'c1' }]);
  });

  it('asks the server for a key frame when the worker needs one, and not twice in a row', async () => {
    const scene = createScene();
    await enter(scene, ANA);
    scene.socket.notify('consumer:new', { consumers: [consumer('c1')] }, 1);
    await vi.waitFor(() => expect(scene.socket.asked).toContain('consumer:ready'));
    scene.worker().emit({ type: 'keyFrameNeeded', trackId: 'c1' });
    scene.worker().emit({ type: 'keyFrameNeeded', trackId: 'c1' });
    expect(scene.socket.asked.filter((name) => name === 'consumer:keyFrame')).toHaveLength(1);
  });

  it('tells what is shown once per change, and that the rest is hidden', async () => {
    const scene = createScene();
    await enter(scene, ANA);
    scene.socket.notify('consumer:new', { consumers: [consumer('c1'), consumer('c2', { stream: 'screen' })] }, 1);
    await vi.waitFor(() => expect(scene.socket.asked).toContain('consumer:ready'));
    const views: unknown[] = [];
    scene.socket.answerer = ({ name, payload }) => {
      if (name === 'consumer:view') views.push(payload);
      return {};
    };
    const tile = { peerId: OTHER_PEER_ID, stream: 'camera' as const, visible: true, width: 320, height: 180 };
    scene.client.view([{ ...tile, width: 100 }]);
    scene.client.view([tile]);
    await vi.waitFor(() => expect(views).toHaveLength(1));
    expect(views[0]).toEqual({
      views: [
        { consumerId: 'c1', visible: true, width: 320, height: 180 },
        { consumerId: 'c2', visible: false, width: 0, height: 0 },
      ],
    });
    scene.client.view([tile]);
    await new Promise((resolve) => setTimeout(resolve, 150));
    expect(views).toHaveLength(1);
  });

  it('shows who speaks and how loud, oneself included', async () => {
    const scene = createScene();
    await enter(scene, ANA);
    const levels = [
      { peerId: OTHER_PEER_ID, level: -10 },
      { peerId: PEER_ID, level: -35 },
    ];
    scene.socket.notify('audio:levels', { levels }, 1);
    scene.socket.notify('audio:activeSpeaker', { peerId: OTHER_PEER_ID }, 2);
    await vi.waitFor(() => expect(viewOf(scene).activeSpeaker).toBe(OTHER_PEER_ID));
    expect(viewOf(scene).participants[0]).toMatchObject({ speaking: true, level: 1 });
    expect(viewOf(scene).self).toMatchObject({ speaking: true, level: 0.5 });
  });
});

describe('the way over a relay', () => {
  const relay = (username: string) => ({ urls: ['turn:a.example'], username, credential: 'c' });
  const told = (username: string) => [{ ...relay(username), ttlMs: 3_600_000 }];

  it('is gathered with the credentials that came with the last token, and after a resume with those of its answer, by both Transports', async () => {
    vi.useFakeTimers({ shouldAdvanceTime: true });
    const updated = vi.spyOn(FakeHandler.prototype, 'updateIceServers');
    try {
      const scene = createScene();
      await enter(scene);
      const { answerer } = scene.socket;
      const token = { token: 't', expiresAtMs: 2_140_000, iceServers: told('2:b') };
      scene.socket.answerer = (sent) => (sent.name === 'token:refresh' ? token : answerer(sent));
      await vi.advanceTimersByTimeAsync(600_000 - 60_000);
      await vi.waitFor(() => expect(updated.mock.calls).toEqual([[[relay('2:b')]], [[relay('2:b')]]]));
      await loseAndReturn(scene, { ...resumedAnswer(), iceServers: told('3:c') });
      await vi.waitFor(() => expect(updated.mock.calls.slice(2)).toEqual([[[relay('3:c')]], [[relay('3:c')]]]));
    } finally {
      updated.mockRestore();
      vi.useRealTimers();
    }
  });
});
