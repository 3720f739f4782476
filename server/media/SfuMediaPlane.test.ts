// The media plane on real Workers: what each Peer is told, what flows and when, and what a Worker's death leaves.
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { ConsumerId, PeerId, type ProducerId, type TransportId } from '#protocol/ids';
import * as v from 'valibot';
import type { SfuMediaPlane } from './SfuMediaPlane.ts';
import { eventually, newRoomId, openTestPlane, standStill, TestRoom } from './test/mediaTestBed.ts';
import { opusParameters, vp8Parameters, vp9Parameters } from './test/rtpSamples.ts';

let plane: SfuMediaPlane;
beforeAll(async () => {
  plane = await openTestPlane(1);
});
afterAll(() => plane?.close());

const PEER = v.parse(PeerId, 'p'.repeat(16));

const openRoom = (): Promise<TestRoom> => new TestRoom(plane).open();

/** Long enough for the Worker to have said whatever it would say. */
const settled = (): Promise<void> => new Promise((resolve) => setTimeout(resolve, 100));
const shown = (consumerId: ConsumerId, width: number, height: number) => [{ consumerId, visible: true, width, height }];

describe('capabilities', () => {
  it('offers Opus with NACK and VP8 first of four video codecs with their feedback, and no abs-capture-time', async () => {
    const room = await openRoom();
    const { codecs, headerExtensions } = room.capabilities;
    const withoutRtx = codecs!.filter(({ mimeType }) => mimeType !== 'video/rtx');
    expect(withoutRtx.map(({ mimeType }) => mimeType.toLowerCase())).toEqual([
      'audio/opus',
      'video/vp8',
      'video/vp9',
      'video/h264',
      'video/av1',
    ]);
    expect(codecs!.length - withoutRtx.length).toBe(4);
    expect(codecs![0]).toMatchObject({ clockRate: 48_000, channels: 2, parameters: { useinbandfec: 1, usedtx: 1 } });
    expect(codecs![0]!.rtcpFeedback!.map(({ type }) => type)).toEqual(['nack', 'transport-cc']);
    for (const { rtcpFeedback } of withoutRtx.slice(1)) {
      expect(rtcpFeedback).toEqual(
        expect.arrayContaining([
          { type: 'nack', parameter: '' },
          { type: 'nack', parameter: 'pli' },
          { type: 'ccm', parameter: 'fir' },
          { type: 'goog-remb', parameter: '' },
          { type: 'transport-cc', parameter: '' },
        ]),
      );
    }
    const uris = headerExtensions!.map(({ uri }) => uri);
    expect(uris).not.toContain('http://www.webrtc.org/experiments/rtp-hdrext/abs-capture-time');
    expect(uris).toContain('urn:ietf:params:rtp-hdrext:ssrc-audio-level');
    room.media.close();
  });
});

describe('openTransports', () => {
  it('gives concurrent callers the same pair, reachable by UDP first and TCP second', async () => {
    const room = await openRoom();
    const peer = room.peer();
    const [one, two] = await Promise.all([peer.media.openTransports(), peer.media.openTransports()]);
    expect(two).toEqual(one);
    expect(one.send.id).not.toBe(one.recv.id);
    const candidates = one.send.iceCandidates as { protocol: string; priority: number }[];
    expect(candidates.map(({ protocol }) => protocol)).toEqual(['udp', 'tcp']);
    expect(candidates[0]!.priority).toBeGreaterThan(candidates[1]!.priority);
    room.media.close();
  });

  it('gives new ICE parameters on a restart, and describes the pair with them from then on', async () => {
    const room = await openRoom();
    const peer = await room.peer().open();
    const { id, iceParameters } = peer.transports!.recv;
    const restarted = await peer.media.restartIce(id);
    expect(restarted['usernameFragment']).not.toBe(iceParameters['usernameFragment']);
    expect((await peer.media.openTransports()).recv.iceParameters).toEqual(restarted);
    room.media.close();
  });

  it('refuses a Peer that has closed, and what needs Transports before there are any', async () => {
    const room = await openRoom();
    const peer = room.peer();
    await expect(peer.media.start({})).rejects.toMatchObject({ code: 'wrong_state' });
    peer.media.close();
    await expect(peer.media.openTransports()).rejects.toMatchObject({ code: 'wrong_state' });
    room.media.close();
  });
});

describe('connect', () => {
  const fingerprints = [{ algorithm: 'sha-256', value: Array.from({ length: 32 }, () => 'AB').join(':') }];

  it('takes DTLS parameters once and refuses a second time, a wrong shape and a foreign Transport', async () => {
    const room = await openRoom();
    const [peer, other] = await Promise.all([room.peer().open(), room.peer().open()]);
    const { id } = peer.transports!.send;
    await expect(peer.media.connect(id, { fingerprints: [] })).rejects.toMatchObject({ code: 'bad_request' });
    await peer.media.connect(id, { role: 'client', fingerprints });
    await expect(peer.media.connect(id, { fingerprints })).rejects.toMatchObject({ code: 'wrong_state' });
    const foreign = other.transports!.send.id;
    await expect(peer.media.connect(foreign, { fingerprints })).rejects.toMatchObject({ code: 'not_found' });
    room.media.close();
  });
});

describe('produce', () => {
  it('refuses a kind that does not fit the stream, an unknown codec and a foreign Transport', async () => {
    const room = await openRoom();
    const peer = await room.peer().open();
    const transportId = peer.transports!.send.id;
    const produce = (more: object) =>
      peer.media.produce({
        transportId,
        kind: 'audio',
        stream: 'mic',
        rtpParameters: opusParameters(),
        paused: false,
        ...more,
      });
    const pcmu = { codecs: [{ mimeType: 'audio/PCMU', payloadType: 0, clockRate: 8_000 }], encodings: [{ ssrc: 1 }] };
    await expect(produce({ stream: 'camera' })).rejects.toMatchObject({ code: 'bad_request' });
    await expect(produce({ rtpParameters: pcmu })).rejects.toMatchObject({ code: 'bad_request' });
    await expect(produce({ transportId: peer.transports!.recv.id })).rejects.toMatchObject({ code: 'not_found' });
    await expect(produce({ transportId: 'nowhere' as TransportId })).rejects.toMatchObject({ code: 'not_found' });
    await expect(produce({})).resolves.toEqual(expect.any(String));
    room.media.close();
  });

  it('allows one Producer a stream, even for two requests at once, and the stream again once it is closed', async () => {
    const room = await openRoom();
    const peer = await room.peer().open();
    const [first, second] = await Promise.allSettled([peer.produce('mic'), peer.produce('mic')]);
    expect(first.status).toBe('fulfilled');
    expect(second).toMatchObject({ status: 'rejected', reason: { code: 'conflict' } });
    peer.media.closeProducer((first as PromiseFulfilledResult<ProducerId>).value);
    peer.media.closeProducer((first as PromiseFulfilledResult<ProducerId>).value);
    await expect(peer.produce('mic')).resolves.toEqual(expect.any(String));
    room.media.close();
  });

  it('P-62 replaces the Producer of a voice that is sent already at once, and tells the others', async () => {
    const room = await openRoom();
    const [sender, receiver] = await Promise.all([room.peer().open(), room.peer().openAndStart()]);
    await sender.produce('mic');
    const first = await receiver.consumerOf('mic');
    const second = await sender.produce('mic');
    await eventually('the second Consumer', () => receiver.consumers().length === 2);
    expect(receiver.consumers()[1]).toMatchObject({ producerId: second, stream: 'mic' });
    expect(receiver.heard('consumer:closed').flatMap(({ consumerIds }) => consumerIds)).toEqual([first.id]);
    room.media.close();
  });

  it('frees the stream again when the parameters were refused', async () => {
    const room = await openRoom();
    const peer = await room.peer().open();
    const taken = opusParameters(42);
    await peer.produce('mic', { rtpParameters: taken });
    // The same SSRC twice on one Transport is refused by the Worker itself.
    await expect(peer.produce('screenAudio', { rtpParameters: taken })).rejects.toMatchObject({ code: 'bad_request' });
    await expect(peer.produce('screenAudio')).resolves.toEqual(expect.any(String));
    room.media.close();
  });

  it('carries all four streams of one Peer', async () => {
    const room = await openRoom();
    const [sender, receiver] = await Promise.all([room.peer().open(), room.peer().openAndStart()]);
    await Promise.all([
      sender.produce('mic'),
      sender.produce('camera'),
      sender.produce('screen'),
      sender.produce('screenAudio'),
    ]);
    await eventually('four Consumers', () => receiver.consumers().length === 4);
    expect(new Set(receiver.consumers().map(({ stream }) => stream))).toEqual(
      new Set(['mic', 'camera', 'screen', 'screenAudio']),
    );
    room.media.close();
  });
});

describe('Consumers', () => {
  it('are announced in one batch to whoever starts, paused on the server, and never for one’s own Producers', async () => {
    const room = await openRoom();
    const [ada, bob] = await Promise.all([room.peer().open(), room.peer().open()]);
    await ada.produce('mic');
    await ada.produce('camera', { paused: true });
    await bob.produce('mic');
    await bob.media.start(room.capabilities);
    const batches = bob.heard('consumer:new');
    expect(batches).toHaveLength(1);
    expect(
      batches[0]!.consumers.map(({ peerId, stream, producerPaused }) => ({ peerId, stream, producerPaused })),
    ).toEqual([
      { peerId: ada.peerId, stream: 'mic', producerPaused: false },
      { peerId: ada.peerId, stream: 'camera', producerPaused: true },
    ]);
    expect(bob.consumers().every((one) => room.serverConsumer(one).paused)).toBe(true);
    room.media.close();
  });

  it('are told of Producers that come later, and only after start', async () => {
    const room = await openRoom();
    const [ada, early, late] = await Promise.all([room.peer().open(), room.peer().openAndStart(), room.peer().open()]);
    await ada.produce('camera');
    await early.consumerOf('camera');
    await settled();
    expect(late.consumers()).toEqual([]);
    expect(ada.consumers()).toEqual([]);
    room.media.close();
  });

  it('give NACK to audio and RTX to video', async () => {
    const room = await openRoom();
    const [ada, bob] = await Promise.all([room.peer().open(), room.peer().openAndStart()]);
    await Promise.all([ada.produce('mic'), ada.produce('camera')]);
    type Codecs = { mimeType: string; rtcpFeedback: { type: string }[] }[];
    const audio = (await bob.consumerOf('mic')).rtpParameters['codecs'] as Codecs;
    const video = (await bob.consumerOf('camera')).rtpParameters['codecs'] as Codecs;
    expect(audio[0]!.rtcpFeedback.map(({ type }) => type)).toContain('nack');
    expect(video.map(({ mimeType }) => mimeType)).toEqual(['video/VP8', 'video/rtx']);
    room.media.close();
  });

  it('are left out for a client that cannot decode them', async () => {
    const room = await openRoom();
    const [ada, deaf] = await Promise.all([room.peer().open(), room.peer().open()]);
    await Promise.all([ada.produce('mic'), ada.produce('camera')]);
    const codecs = room.capabilities.codecs!.filter(({ kind }) => kind === 'video');
    await deaf.media.start({ ...room.capabilities, codecs });
    expect(deaf.consumers().map(({ stream }) => stream)).toEqual(['camera']);
    room.media.close();
  });

  it('flow once the client is ready: audio at once, video in the layer that its view needs', async () => {
    const room = await openRoom();
    const [ada, bob] = await Promise.all([room.peer().open(), room.peer().openAndStart()]);
    await Promise.all([ada.produce('mic'), ada.produce('camera')]);
    const [mic, camera] = await Promise.all([bob.consumerOf('mic'), bob.consumerOf('camera')]);
    await bob.media.view(shown(camera.id, 640, 360));
    expect(room.serverConsumer(camera).paused).toBe(true);
    await bob.media.consumersReady([mic.id, camera.id, v.parse(ConsumerId, 'gone')]);
    expect(room.serverConsumer(mic).paused).toBe(false);
    expect(room.serverConsumer(camera)).toMatchObject({ paused: false, preferredLayers: { spatialLayer: 1 } });
    await bob.media.view(shown(camera.id, 1280, 720));
    expect(room.serverConsumer(camera).preferredLayers).toMatchObject({ spatialLayer: 2 });
    room.media.close();
  });

  it('choose among the layers inside of one VP9 encoding, and leave one without any as it is', async () => {
    const room = await openRoom();
    const [sender, receiver] = [await room.peer().openAndStart(), await room.peer().openAndStart()];
    await sender.produce('camera', { rtpParameters: vp9Parameters('L3T3_KEY') });
    await sender.produce('screen', { rtpParameters: vp9Parameters('L1T3') });
    const [camera, screen] = [await receiver.consumerOf('camera'), await receiver.consumerOf('screen')];
    await receiver.media.consumersReady([camera.id, screen.id]);
    await receiver.media.view(shown(camera.id, 640, 360));
    await eventually('the middle layer', () => room.serverConsumer(camera).preferredLayers?.spatialLayer === 1);
    await receiver.media.view(shown(camera.id, 1280, 720));
    await eventually('the top layer', () => room.serverConsumer(camera).preferredLayers?.spatialLayer === 2);
    expect(room.serverConsumer(camera)).toMatchObject({ type: 'svc', paused: false });
    await eventually('the screen to flow', () => !room.serverConsumer(screen).paused);
    expect(room.serverConsumer(screen).preferredLayers?.spatialLayer).toBe(0);
    room.media.close();
  });

  it('send a ready client without views the lowest layer', async () => {
    const room = await openRoom();
    const [ada, bob] = await Promise.all([room.peer().open(), room.peer().openAndStart()]);
    await ada.produce('camera');
    const camera = await bob.consumerOf('camera');
    await bob.media.consumersReady([camera.id]);
    expect(room.serverConsumer(camera)).toMatchObject({ paused: false, preferredLayers: { spatialLayer: 0 } });
    room.media.close();
  });

  it('stop when hidden, flow when shown again, and end as the last of many quick views says', async () => {
    const room = await openRoom();
    const [ada, bob] = await Promise.all([room.peer().open(), room.peer().openAndStart()]);
    await ada.produce('camera');
    const camera = await bob.consumerOf('camera');
    const server = room.serverConsumer(camera);
    await bob.media.consumersReady([camera.id]);
    const hidden = [{ consumerId: camera.id, visible: false, width: 640, height: 360 }];
    await bob.media.view(hidden);
    expect(server.paused).toBe(true);
    await bob.media.view(shown(camera.id, 640, 360));
    expect(server.paused).toBe(false);
    const many = Array.from({ length: 50 }, (_, index) =>
      bob.media.view(index % 2 === 0 ? hidden : shown(camera.id, index * 30, index * 20)),
    );
    await Promise.all([...many, bob.media.view(shown(camera.id, 1280, 720))]);
    expect(server).toMatchObject({ paused: false, preferredLayers: { spatialLayer: 2 } });
    room.media.close();
  });

  it('give a large tile more priority than a thumbnail, and a screen more than both', async () => {
    const room = await openRoom();
    const [ada, eve, bob] = await Promise.all([room.peer().open(), room.peer().open(), room.peer().openAndStart()]);
    await Promise.all([ada.produce('camera'), ada.produce('screen'), eve.produce('camera')]);
    await eventually('three Consumers', () => bob.consumers().length === 3);
    const all = bob.consumers();
    await bob.media.consumersReady(all.map(({ id }) => id));
    const large = all.find(({ peerId, stream }) => peerId === ada.peerId && stream === 'camera')!;
    const small = all.find(({ peerId }) => peerId === eve.peerId)!;
    const screen = all.find(({ stream }) => stream === 'screen')!;
    await bob.media.view([...shown(large.id, 1280, 720), ...shown(small.id, 160, 90), ...shown(screen.id, 640, 360)]);
    const priority = (one: typeof large): number => room.serverConsumer(one).priority;
    expect(priority(large)).toBeGreaterThan(priority(small));
    expect(priority(screen)).toBeGreaterThan(priority(large));
    room.media.close();
  });

  it('tell of a Producer that is paused and resumed', async () => {
    const room = await openRoom();
    const [ada, bob] = await Promise.all([room.peer().open(), room.peer().openAndStart()]);
    const producerId = await ada.produce('mic');
    const { id: consumerId } = await bob.consumerOf('mic');
    await ada.media.pauseProducer(producerId);
    await ada.media.pauseProducer(producerId);
    await eventually('a pause', () => bob.heard('consumer:paused').length === 1);
    await ada.media.resumeProducer(producerId);
    await eventually('a resume', () => bob.heard('consumer:resumed').length === 1);
    expect(bob.heard('consumer:paused')).toEqual([{ consumerId }]);
    expect(bob.heard('consumer:resumed')).toEqual([{ consumerId }]);
    await expect(bob.media.pauseProducer(producerId)).rejects.toMatchObject({ code: 'not_found' });
    room.media.close();
  });

  it('close together, in one notification, when their Peer leaves', async () => {
    const room = await openRoom();
    const [ada, bob] = await Promise.all([room.peer().open(), room.peer().openAndStart()]);
    await Promise.all([ada.produce('mic'), ada.produce('camera'), ada.produce('screen')]);
    await eventually('three Consumers', () => bob.consumers().length === 3);
    ada.media.close();
    ada.media.close();
    standStill(500);
    await eventually('the end', () => bob.heard('consumer:closed').length > 0);
    await settled();
    expect(bob.heard('consumer:closed')).toHaveLength(1);
    expect(new Set(bob.heard('consumer:closed')[0]!.consumerIds)).toEqual(new Set(bob.consumers().map(({ id }) => id)));
    room.media.close();
  });

  it('are not told to a Peer that closed meanwhile', async () => {
    const room = await openRoom();
    const [ada, bob] = await Promise.all([room.peer().open(), room.peer().openAndStart()]);
    const produced = ada.produce('camera');
    bob.media.close();
    await produced;
    await settled();
    expect(bob.told).toEqual([]);
    room.media.close();
  });

  it('pass key frame requests on at once, then at most every 500 ms, and refuse them for audio', async () => {
    const room = await openRoom();
    const [ada, bob] = await Promise.all([room.peer().open(), room.peer().openAndStart()]);
    await Promise.all([ada.produce('mic'), ada.produce('camera')]);
    const [mic, camera] = await Promise.all([bob.consumerOf('mic'), bob.consumerOf('camera')]);
    await bob.media.consumersReady([mic.id, camera.id]);
    const server = room.serverConsumer(camera);
    const sentAtMs: number[] = [];
    const original = server.requestKeyFrame.bind(server);
    server.requestKeyFrame = () => {
      sentAtMs.push(Date.now());
      return original();
    };
    for (let count = 0; count < 20; count += 1) await bob.media.requestKeyFrame(camera.id);
    expect(sentAtMs).toHaveLength(1);
    await eventually('the merged request', () => sentAtMs.length === 2);
    expect(sentAtMs[1]! - sentAtMs[0]!).toBeGreaterThanOrEqual(490);
    await expect(bob.media.requestKeyFrame(mic.id)).rejects.toMatchObject({ code: 'bad_request' });
    await expect(bob.media.requestKeyFrame(v.parse(ConsumerId, 'gone'))).rejects.toMatchObject({ code: 'not_found' });
    room.media.close();
  });
});

describe('openRoom', () => {
  it('gives a Room that opens anew another Router, which the end of the former one leaves alone', async () => {
    const roomId = newRoomId();
    const events = { onLevels: () => undefined, onActiveSpeaker: () => undefined, onReset: () => undefined };
    const [former, next] = await Promise.all([plane.openRoom(roomId, events), plane.openRoom(roomId, events)]);
    former.close();
    former.close();
    expect(plane.routerOf(roomId)).toMatchObject({ closed: false });
    await expect(next.addPeer(PEER, () => undefined).openTransports()).resolves.toHaveProperty('send');
    expect(() => former.addPeer(PEER, () => undefined)).toThrow('closed');
    next.close();
    expect(plane.routerOf(roomId)).toBeNull();
  });

  it('keeps Peers of different Rooms apart', async () => {
    const [one, two] = await Promise.all([openRoom(), openRoom()]);
    const [ada, bob] = await Promise.all([one.peer().open(), two.peer().openAndStart()]);
    await ada.produce('camera', { rtpParameters: vp8Parameters(1) });
    await settled();
    expect(bob.told).toEqual([]);
    one.media.close();
    two.media.close();
  });
});
