// A Room with more people in it than a client builds Consumers for: what it builds, lets go of, and asks for anew.
import { generateConsumerRemoteParameters } from 'mediasoup-client/fakeParameters';
import { describe, expect, it, vi } from 'vitest';
import { SPARE_CONSUMERS } from './media/buildPlan.ts';
import { createScene, enter, type Scene } from './test/scene.ts';

const PEOPLE = 40;
const peerId = (number: number) => `peer${String(number).padStart(12, '0')}`;
const member = (number: number) => ({
  peerId: peerId(number),
  displayName: `Person ${number}`,
  leafIndex: number + 1,
  keyHash: peerId(number),
  self: false,
});
const consumer = (number: number, stream: 'camera' | 'mic', more: Record<string, unknown> = {}) => ({
  ...generateConsumerRemoteParameters({
    id: `${stream}-${number}`,
    codecMimeType: stream === 'mic' ? 'audio/opus' : 'video/VP8',
  }),
  peerId: peerId(number),
  stream,
  producerPaused: false,
  ...more,
});
const numbers = Array.from({ length: PEOPLE }, (_, index) => index);
const attachedOf = ({ platform }: Scene, stream: string) =>
  platform.attached.flatMap(({ side, trackId }) => (side === 'receive' && trackId.startsWith(stream) ? [trackId] : []));
const tile = (number: number) => ({
  peerId: peerId(number),
  stream: 'camera' as const,
  visible: true,
  width: 320,
  height: 180,
});
const ready = async (scene: Scene, times: number) =>
  vi.waitFor(() => expect(scene.socket.asked.filter((name) => name === 'consumer:ready')).toHaveLength(times));

async function largeRoom() {
  const scene = createScene();
  await enter(scene, ...numbers.map(member));
  const asked: { name: string; payload: unknown }[] = [];
  const before = scene.socket.answerer;
  scene.socket.answerer = (sent) => {
    asked.push({ name: sent.name, payload: sent.payload });
    return before(sent);
  };
  scene.socket.notify('audio:heard', { peerIds: [peerId(30), peerId(31)] }, 1);
  const consumers = numbers.flatMap((number) => [consumer(number, 'camera'), consumer(number, 'mic')]);
  scene.socket.notify('consumer:new', { consumers }, 2);
  await ready(scene, 1);
  const payloadsOf = (name: string) => asked.filter((one) => one.name === name).map(({ payload }) => payload);
  return { scene, payloadsOf };
}

describe('a client in a Room of many', () => {
  it('builds the spare and no more of what nobody looks at, and the microphones that are forwarded', async () => {
    const { scene } = await largeRoom();
    expect(attachedOf(scene, 'camera')).toHaveLength(SPARE_CONSUMERS.video);
    expect(attachedOf(scene, 'mic')).toHaveLength(SPARE_CONSUMERS.audio);
    expect(attachedOf(scene, 'mic')).toEqual(expect.arrayContaining(['mic-30', 'mic-31']));
  });

  it('builds what is turned to at once, and lets go of as many for it, which the server is told are hidden', async () => {
    const { scene, payloadsOf } = await largeRoom();
    scene.client.view([tile(35), tile(36)]);
    await ready(scene, 2);
    expect(attachedOf(scene, 'camera').slice(-2)).toEqual(['camera-35', 'camera-36']);
    const dropped = scene.worker().callsOf('dropTrack');
    expect(dropped).toHaveLength(2);
    expect(payloadsOf('consumer:view')[0]).toEqual({
      views: dropped.map(({ trackId: consumerId }) => ({ consumerId, visible: false, width: 0, height: 0 })),
    });
  });

  it('asks once for another of one that it let go of, and builds that in its place', async () => {
    const { scene, payloadsOf } = await largeRoom();
    scene.client.view([tile(35)]);
    await ready(scene, 2);
    const [released] = scene.worker().callsOf('dropTrack');
    const id = released?.name === 'dropTrack' ? released.trackId : '';
    const number = Number(id.slice('camera-'.length));
    scene.client.view([tile(number)]);
    scene.client.view([tile(number), tile(35)]);
    await vi.waitFor(() => expect(payloadsOf('consumer:renew')).toEqual([{ consumerIds: [id] }]));
    expect(attachedOf(scene, 'camera').filter((one) => one === id)).toHaveLength(1);
    const next = { ...consumer(number, 'camera'), id: 'camera-again', replaces: id };
    scene.socket.notify('consumer:new', { consumers: [next] }, 3);
    scene.socket.notify('consumer:closed', { consumerIds: [id] }, 4);
    await ready(scene, 3);
    expect(attachedOf(scene, 'camera').at(-1)).toBe('camera-again');
    expect(payloadsOf('consumer:ready').at(-1)).toEqual({ consumerIds: ['camera-again'] });
  });

  it('builds the microphone of who begins to be forwarded, and shows nobody as muted for not being forwarded', async () => {
    const { scene } = await largeRoom();
    expect(attachedOf(scene, 'mic')).not.toContain('mic-39');
    scene.socket.notify('audio:heard', { peerIds: [peerId(39)] }, 3);
    await ready(scene, 2);
    expect(attachedOf(scene, 'mic').at(-1)).toBe('mic-39');
    const state = scene.client.state.get();
    if (state.phase !== 'in') throw new Error(state.phase);
    expect(state.participants).toHaveLength(PEOPLE);
    expect(state.participants.filter(({ mic }) => mic.state === 'muted' || mic.state === 'off')).toEqual([]);
  });
});
