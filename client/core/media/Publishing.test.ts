// Going over to another codec: the old Producer goes on until the new one had time to be seen, and nothing real leaves unconfirmed.
import { generateRouterRtpCapabilities, generateTransportRemoteParameters } from 'mediasoup-client/fakeParameters';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import type { TransformOptions, VideoCodec } from '#e2ee';
import { createPacketlessDevice } from '../../platform/node/packetlessDevice.ts';
import { FakeTrack } from '../test/FakeTrack.ts';
import { Publishing } from './Publishing.ts';

beforeEach(() => void vi.useFakeTimers());
afterEach(() => void vi.useRealTimers());
const pass = (ms: number) => vi.advanceTimersByTimeAsync(ms);

/** A camera that is sent in VP8 and sealed. */
async function sending() {
  const device = createPacketlessDevice();
  await device.load({ routerRtpCapabilities: generateRouterRtpCapabilities() });
  const transport = device.createSendTransport(generateTransportRemoteParameters());
  transport.on('connect', (_parameters, done) => done());
  const asked: string[] = [];
  const attached: TransformOptions[] = [];
  const dropped: string[] = [];
  const state = { codec: 'vp8' as VideoCodec, refuses: false };
  let producers = 0;
  const publishing = new Publishing({
    device,
    transport,
    ask: async (name, input) => {
      const air = 'onAir' in input ? ` ${input.onAir}` : '';
      asked.push('producerId' in input ? `${name} ${String(input.producerId)}${air}` : name);
      if (state.refuses) throw new Error('refused');
      return (name === 'producer:create' ? { producerId: `p${++producers}` } : {}) as never;
    },
    videoCodec: () => state.codec,
    attach: (_sender, options) => void attached.push(options),
    dropTrack: (trackId) => void dropped.push(trackId),
    onSealed: () => undefined,
    onFailed: () => undefined,
  });
  const camera = new FakeTrack('video');
  const want = (track: FakeTrack | null) =>
    publishing.want(track ? [{ stream: 'camera', track: track.asTrack(), paused: false }] : []);
  publishing.setGate('open');
  want(camera);
  await pass(0);
  const trackId = (index: number) => attached[index]?.trackId ?? '';
  const seal = (index: number) => publishing.handleTrack(trackId(index), { state: 'flowing' });
  seal(0);
  const goOver = async () => {
    state.codec = 'vp9';
    publishing.reconcile();
    await pass(0);
  };
  return { publishing, asked, attached, dropped, camera, want, seal, goOver, trackId, state };
}

describe('going over to another codec', () => {
  it('P-62 tells nobody of the new Producer, and leaves the old one alone, before a frame of the new one was sealed', async () => {
    const { asked, attached, dropped, camera, seal, goOver } = await sending();
    await goOver();
    expect(attached.map(({ codec }) => codec)).toEqual(['vp8', 'vp9']);
    expect([asked, dropped, camera.enabled]).toEqual([['producer:create'], [], true]);
    // What the new one is made with is black until its sealing is confirmed.
    expect(camera.clones.map(({ enabled }) => enabled)).toEqual([false]);
    seal(1);
    await pass(0);
    expect(camera.clones.map(({ enabled }) => enabled)).toEqual([true]);
    expect(asked).toEqual(['producer:create', 'producer:create']);
  });

  it('P-62 closes the old one four seconds later, and sends the track itself from then on', async () => {
    const { asked, dropped, camera, seal, goOver, trackId, publishing } = await sending();
    await goOver();
    seal(1);
    await pass(3_999);
    expect([dropped, camera.enabled, publishing.isSealed('camera')]).toEqual([[], true, true]);
    await pass(1);
    expect(dropped).toEqual([trackId(0)]);
    expect(asked.at(-1)).toBe('producer:close p1');
    expect([camera.clones[0]?.readyState, camera.readyState, camera.enabled]).toEqual(['ended', 'live', true]);
  });

  it('P-62 goes on after two seconds without a sealed frame, black until there is one', async () => {
    const { asked, camera, seal, goOver } = await sending();
    await goOver();
    await pass(2_000);
    expect([asked.length, camera.clones[0]?.enabled]).toEqual([2, false]);
    seal(1);
    expect(camera.clones[0]?.enabled).toBe(true);
  });

  it('P-62 keeps the old one where the server refuses the new one', async () => {
    const { dropped, camera, seal, goOver, trackId, state } = await sending();
    state.refuses = true;
    await goOver();
    seal(1);
    await pass(0);
    expect([dropped, camera.enabled, camera.clones[0]?.readyState]).toEqual([[trackId(1)], true, 'ended']);
  });

  it('lets the camera’s light go out at once when it is switched off meanwhile', async () => {
    const { asked, camera, seal, goOver, want, dropped } = await sending();
    await goOver();
    seal(1);
    await pass(0);
    want(null);
    expect(camera.clones[0]?.readyState).toBe('ended');
    await pass(10_000);
    expect(dropped).toHaveLength(2);
    expect(asked.slice(2)).toEqual(['producer:close p2']);
  });

  it('lets it go out as well when it is switched off before anything was sealed', async () => {
    const { camera, goOver, want } = await sending();
    await goOver();
    want(null);
    expect(camera.clones[0]?.readyState).toBe('ended');
  });

  it('ends the old one at once when another camera is taken meanwhile', async () => {
    const { camera, seal, goOver, want, dropped, trackId } = await sending();
    await goOver();
    seal(1);
    await pass(0);
    const other = new FakeTrack('video');
    want(other);
    await pass(0);
    expect(dropped).toEqual([trackId(0)]);
    expect([camera.clones[0]?.readyState, other.enabled]).toEqual(['ended', true]);
  });

  it('tells the server of nothing once it is closed, though a frame was waited for', async () => {
    const { asked, camera, goOver, publishing } = await sending();
    await goOver();
    publishing.close();
    await pass(10_000);
    expect([asked, camera.clones[0]?.readyState]).toEqual([['producer:create'], 'ended']);
  });

  it('ends everything when it is closed', async () => {
    const { camera, seal, goOver, publishing, dropped } = await sending();
    await goOver();
    seal(1);
    await pass(0);
    publishing.close();
    expect([dropped.length, camera.clones[0]?.readyState]).toEqual([2, 'ended']);
    expect(vi.getTimerCount()).toBe(0);
  });
});

describe('what viewers get', () => {
  it('E-186 tells the server of each Producer on air, of one that takes its place too, and of the old one’s end before it goes', async () => {
    const { publishing, asked, seal, goOver } = await sending();
    await publishing.setAir(['camera', 'mic']);
    await publishing.setAir(['camera', 'mic']);
    expect(asked.splice(0)).toEqual(['producer:create', 'producer:air p1 true']);
    await goOver();
    seal(1);
    await pass(0);
    expect(asked.splice(0)).toEqual(['producer:create', 'producer:air p2 true']);
    await publishing.setAir([]);
    expect(asked).toEqual(['producer:air p2 false', 'producer:air p1 false']);
  });

  it('E-186 takes back what the server may or may not have heard', async () => {
    const { publishing, asked, state } = await sending();
    state.refuses = true;
    await expect(publishing.setAir(['camera'])).rejects.toThrow('refused');
    state.refuses = false;
    await publishing.setAir([]);
    expect(asked.slice(1)).toEqual(['producer:air p1 true', 'producer:air p1 false']);
  });
});
