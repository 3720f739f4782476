// What a viewer receives: never without a transform, nothing refused is shown, and no black picture between two places.
import { generateTransportRemoteParameters, generateRouterRtpCapabilities } from 'mediasoup-client/fakeParameters';
import { describe, expect, it, vi } from 'vitest';
import { arrive, audienceOf, CAMERA, consumer, createWatchScene, KNOWN, seeAna } from '../test/watchScene.ts';
import { OTHER_PEER_ID } from '../test/wireSamples.ts';

type Scene = ReturnType<typeof createWatchScene>;
const media = (scene: Scene) => audienceOf(scene).tracks[0]?.media;
const payloadsOf = ({ asked }: Scene, name: string) => asked.flatMap((one) => (one.name === name ? [one.payload] : []));

describe('Consumers', () => {
  it('W-10 lets frames flow only once the transform is there, bound to the speaker’s stream', async () => {
    const scene = createWatchScene();
    await arrive(scene);
    scene.client.view([CAMERA]);
    scene.socket.notify('consumer:new', { consumers: [consumer('c1'), consumer('m1', 'mic')] });
    await vi.waitFor(() => expect(payloadsOf(scene, 'consumer:ready')).toEqual([{ consumerIds: ['c1', 'm1'] }]));
    expect(scene.platform.attached).toEqual([
      { side: 'receive', trackId: 'c1', stream: 'camera', codec: 'vp8', peerId: OTHER_PEER_ID },
      { side: 'receive', trackId: 'm1', stream: 'mic', codec: 'opus', peerId: OTHER_PEER_ID },
    ]);
  });

  it('W-26 takes pictures for seen until the page says what is, and nothing more from then on', async () => {
    const scene = createWatchScene();
    await arrive(scene);
    scene.socket.notify('consumer:new', { consumers: [consumer('c1'), consumer('m1', 'mic')] });
    await vi.waitFor(() => expect(payloadsOf(scene, 'consumer:ready')).toEqual([{ consumerIds: ['c1', 'm1'] }]));
    expect(payloadsOf(scene, 'consumer:view')).toEqual([]);
    scene.client.view([]);
    await vi.waitFor(() =>
      expect(payloadsOf(scene, 'consumer:view')).toEqual([
        { views: [{ consumerId: 'c1', visible: false, width: 0, height: 0 }] },
      ]),
    );
  });

  it('W-27 looks for its way through the network while the server is told of its end', async () => {
    const scene = createWatchScene();
    const { answerer } = scene.socket;
    scene.socket.answerer = (sent) => (sent.name === 'transport:connect' ? undefined : answerer(sent));
    await arrive(scene);
    scene.socket.notify('consumer:new', { consumers: [consumer('c1')] });
    await vi.waitFor(() => expect(payloadsOf(scene, 'consumer:ready')).toEqual([{ consumerIds: ['c1'] }]));
    expect(scene.socket.asked).toContain('transport:connect');
    scene.socket.take('transport:connect').ack({ ok: false, error: { code: 'bad_request', message: 'no' } });
    await vi.waitFor(() => expect(scene.client.state.get()).toEqual({ phase: 'ended', reason: 'failed' }));
  });

  it('W-10 lets nothing flow where the transform is refused, and says so', async () => {
    const scene = createWatchScene();
    await arrive(scene);
    scene.platform.attachError = new Error('no');
    scene.client.view([CAMERA]);
    scene.socket.notify('consumer:new', { consumers: [consumer('c1')] });
    await vi.waitFor(() => expect(media(scene)).toEqual({ state: 'waiting', cause: 'setup' }));
    expect(payloadsOf(scene, 'consumer:ready')).toEqual([]);
  });

  it('W-11 shows each way in which frames fare, and drops what is not on air', async () => {
    const scene = createWatchScene();
    await seeAna(scene);
    expect(media(scene)).toMatchObject({ state: 'playing', proof: 'verified' });
    scene.worker.track('c1', { state: 'flowing', proof: 'unproven' });
    await vi.waitFor(() => expect(media(scene)).toMatchObject({ state: 'playing', proof: 'unproven' }));
    for (const cause of ['unsigned', 'badSignature', 'stale'] as const) {
      scene.worker.track('c1', { state: 'failing', cause });
      await vi.waitFor(() => expect(media(scene)).toEqual({ state: 'refused', cause }));
    }
    scene.worker.track('c1', { state: 'failing', cause: 'authFailed' });
    await vi.waitFor(() => expect(media(scene)).toEqual({ state: 'waiting', cause: 'failing' }));
    scene.worker.track('c1', { state: 'waitingForKey' });
    await vi.waitFor(() => expect(media(scene)).toEqual({ state: 'waiting', cause: 'key' }));
    scene.socket.notify('consumer:paused', { consumerId: 'c1' });
    await vi.waitFor(() => expect(media(scene)).toEqual({ state: 'off' }));
    scene.socket.notify('consumer:closed', { consumerIds: ['c1'] });
    await vi.waitFor(() => expect(audienceOf(scene).tracks).toEqual([]));
    expect(scene.worker.callsOf('dropTrack')).toEqual([{ name: 'dropTrack', trackId: 'c1' }]);
  });

  it('W-11 asks for a key frame when the worker needs one', async () => {
    const scene = createWatchScene();
    await seeAna(scene);
    scene.worker.emit({ type: 'keyFrameNeeded', trackId: 'c1' });
    expect(payloadsOf(scene, 'consumer:keyFrame')).toEqual([{ consumerId: 'c1' }]);
  });

  it('W-20 says what is shown and how large; in a tab that is not seen pictures stop and sound does not', async () => {
    const scene = createWatchScene();
    await seeAna(scene);
    scene.socket.notify('consumer:new', { consumers: [consumer('m1', 'mic')] });
    await vi.waitFor(() =>
      expect(payloadsOf(scene, 'consumer:view')).toEqual([
        { views: [{ consumerId: 'c1', visible: true, width: 1280, height: 720 }] },
      ]),
    );
    scene.client.view([{ ...CAMERA, visible: false }]);
    await vi.waitFor(() =>
      expect(payloadsOf(scene, 'consumer:view').at(-1)).toEqual({
        views: [{ consumerId: 'c1', visible: false, width: 0, height: 0 }],
      }),
    );
    await vi.waitFor(() => expect(payloadsOf(scene, 'consumer:ready').at(-1)).toEqual({ consumerIds: ['m1'] }));
  });
});

describe('from one place to the next', () => {
  it('W-13 what was on screen stays until the new place has it, and its old media is let go then', async () => {
    const scene = createWatchScene();
    await seeAna(scene);
    const before = media(scene);
    scene.socket.drop();
    await arrive(scene);
    await vi.waitFor(() => expect(audienceOf(scene).connection.state).toBe('online'));
    expect(media(scene)).toEqual(before);
    scene.socket.notify('consumer:new', { consumers: [consumer('c2')] });
    await vi.waitFor(() => expect(payloadsOf(scene, 'consumer:ready').at(-1)).toEqual({ consumerIds: ['c2'] }));
    expect(media(scene)).toEqual(before);
    expect(scene.worker.callsOf('dropTrack')).toEqual([]);
    scene.worker.track('c2', { state: 'flowing', proof: 'verified' });
    await vi.waitFor(() => expect(media(scene)).not.toEqual(before));
    expect(media(scene)).toMatchObject({ state: 'playing', proof: 'verified' });
    expect(scene.worker.callsOf('dropTrack')).toEqual([{ name: 'dropTrack', trackId: 'c1' }]);
  });

  it('W-13 what the new place refuses is not covered up by what was seen before', async () => {
    const scene = createWatchScene();
    await seeAna(scene);
    scene.socket.drop();
    await arrive(scene);
    scene.socket.notify('consumer:new', { consumers: [consumer('c2')] });
    await vi.waitFor(() => expect(payloadsOf(scene, 'consumer:ready').at(-1)).toEqual({ consumerIds: ['c2'] }));
    scene.worker.track('c2', { state: 'failing', cause: 'badSignature' });
    await vi.waitFor(() => expect(media(scene)).toEqual({ state: 'refused', cause: 'badSignature' }));
  });

  it('W-13 what does not come again at the new place is let go of after ten seconds', async () => {
    vi.useFakeTimers({ shouldAdvanceTime: true });
    try {
      const scene = createWatchScene();
      await seeAna(scene);
      scene.socket.drop();
      await arrive(scene);
      await vi.advanceTimersByTimeAsync(9_000);
      expect(audienceOf(scene).tracks).toHaveLength(1);
      await vi.advanceTimersByTimeAsync(1_500);
      expect(audienceOf(scene).tracks).toEqual([]);
    } finally {
      vi.useRealTimers();
    }
  });

  it('W-14 takes a new Transport where the media Worker died, in the same place', async () => {
    const scene = createWatchScene();
    await seeAna(scene);
    const before = media(scene);
    scene.socket.notify('stage:reset', {
      routerRtpCapabilities: generateRouterRtpCapabilities(),
      transport: generateTransportRemoteParameters(),
    });
    await vi.waitFor(() => expect(payloadsOf(scene, 'media:start')).toHaveLength(2));
    expect(media(scene)).toEqual(before);
    expect(payloadsOf(scene, 'room:join')).toHaveLength(1);
    scene.socket.notify('consumer:new', { consumers: [consumer('c2')] });
    await vi.waitFor(() => expect(payloadsOf(scene, 'consumer:ready').at(-1)).toEqual({ consumerIds: ['c2'] }));
  });

  it('W-10 keeps Consumers that are announced while the Device is being made', async () => {
    const scene = createWatchScene();
    scene.client.view([CAMERA]);
    scene.client.start();
    await vi.waitFor(() => expect(scene.socket.attempts).toBe(1));
    scene.socket.accept();
    await vi.waitFor(() => expect(scene.client.state.get().phase).toBe('watching'));
    scene.socket.notify('consumer:new', { consumers: [consumer('c1')] });
    await vi.waitFor(() => expect(payloadsOf(scene, 'consumer:ready')).toEqual([{ consumerIds: ['c1'] }]));
    scene.worker.emit({ type: 'watch', view: KNOWN });
    await vi.waitFor(() => expect(audienceOf(scene).people).toEqual(KNOWN.people));
  });
});

describe('a line that is bad, and a page that lags', () => {
  const inbound = (seconds: number, more: Record<string, number>) =>
    new Map([
      [
        'one',
        {
          type: 'inbound-rtp',
          id: 'one',
          packetsReceived: seconds * 50,
          packetsLost: 0,
          jitterBufferDelay: 0,
          jitterBufferEmittedCount: seconds * 50,
          totalFreezesDuration: 0,
          ...more,
        },
      ],
    ]);

  /** The Device moves no packets; what its Transport measures is the test's to say. */
  async function measured(scene: Scene, of: (reading: number) => Record<string, number>): Promise<void> {
    const { createDevice } = scene.platform;
    let reading = 0;
    scene.platform.createDevice = async () => {
      const device = await createDevice.call(scene.platform);
      const create = device.createRecvTransport.bind(device);
      device.createRecvTransport = (options) => {
        const transport = create(options);
        transport.getStats = async () => {
          reading += 1;
          return inbound(reading * 2, of(reading)) as unknown as RTCStatsReport;
        };
        return transport;
      };
      return device;
    };
  }

  it('W-30 asks for smaller pictures than are shown where packets are lost', async () => {
    vi.useFakeTimers({ shouldAdvanceTime: true });
    try {
      const scene = createWatchScene();
      await measured(scene, (reading) => ({ packetsLost: reading * 20 }));
      await seeAna(scene);
      await vi.advanceTimersByTimeAsync(6_500);
      await vi.waitFor(() => expect(audienceOf(scene).eased).toBe(true));
      await vi.waitFor(() =>
        expect(payloadsOf(scene, 'consumer:view').at(-1)).toEqual({
          views: [{ consumerId: 'c1', visible: true, width: 640, height: 360 }],
        }),
      );
    } finally {
      vi.useRealTimers();
    }
  });

  it('W-34 going live takes another place, whose buffers are empty; where nothing is behind it takes none', async () => {
    vi.useFakeTimers({ shouldAdvanceTime: true });
    try {
      const scene = createWatchScene();
      await measured(scene, (reading) => ({ jitterBufferDelay: reading * 100 * 3 }));
      await seeAna(scene);
      const { attempts } = scene.socket;
      scene.client.goLive();
      await vi.advanceTimersByTimeAsync(8_500);
      await vi.waitFor(() => expect(audienceOf(scene).behind).toBe(true));
      expect(scene.socket.attempts).toBe(attempts);
      scene.client.goLive();
      await vi.waitFor(() => expect(scene.socket.attempts).toBe(attempts + 1));
      scene.socket.accept();
      await vi.waitFor(() => expect(payloadsOf(scene, 'room:join')).toHaveLength(2));
      await vi.waitFor(() => expect(audienceOf(scene).behind).toBe(false));
    } finally {
      vi.useRealTimers();
    }
  });
});
