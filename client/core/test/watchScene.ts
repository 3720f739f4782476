// A WatchClient with the server and the keys played by the test: what every test of its behaviour starts from.
import type { ProgramContent, StageEvent, WatchView } from '#e2ee';
import type { HandshakeInput } from '#protocol/requests';
import {
  generateConsumerRemoteParameters,
  generateRouterRtpCapabilities,
  generateTransportRemoteParameters,
} from 'mediasoup-client/fakeParameters';
import { expect, vi } from 'vitest';
import { createWatchClient } from '../watch/WatchClient.ts';
import type { Audience, WatchClientOptions, WatchState } from '../watch/watchTypes.ts';
import { FakeE2eeWorker } from './FakeE2eeWorker.ts';
import { FakePlatform } from './FakePlatform.ts';
import { FakeSocket, type Sent } from './FakeSocket.ts';
import { OTHER_PEER_ID, PEER_ID, ROOM_ID, tokenAnswer } from './wireSamples.ts';

export const ANA = { peerId: OTHER_PEER_ID, name: 'Ana', title: 'Physicist', role: 'speaker' as const };
export const PROGRAM: ProgramContent = {
  phase: 'live',
  layout: 'solo',
  onAir: [ANA.peerId],
  screen: null,
  labels: true,
  startsAtMs: null,
  event: { name: 'A talk', accent: null, logo: null },
};
export const KNOWN: WatchView = { people: [ANA], program: PROGRAM, hasKey: true, fault: null };

export const watching = (more: Record<string, unknown> = {}) => ({
  outcome: 'watching',
  peerId: PEER_ID,
  role: 'viewer',
  serverTimeMs: 1_000_000,
  routerRtpCapabilities: generateRouterRtpCapabilities(),
  transport: generateTransportRemoteParameters(),
  iceServers: [],
  stage: { roster: null, program: null, keys: [] },
  viewers: 1,
  run: 'first run',
  ...more,
});

export const consumer = (id: string, stream: 'mic' | 'camera' = 'camera', more: Record<string, unknown> = {}) => ({
  ...generateConsumerRemoteParameters({ id, codecMimeType: stream === 'mic' ? 'audio/opus' : 'video/VP8' }),
  peerId: OTHER_PEER_ID,
  stream,
  producerPaused: false,
  ...more,
});

export const CAMERA = { peerId: OTHER_PEER_ID, stream: 'camera' as const, visible: true, width: 1280, height: 720 };

export function createWatchScene(options: Partial<WatchClientOptions> = {}) {
  const socket = new FakeSocket();
  const worker = new FakeE2eeWorker();
  const tokens: { asked: unknown[]; answer: { status: number; body: unknown }; held: Promise<void> } = {
    held: Promise.resolve(),
    asked: [],
    answer: { status: 200, body: { ok: true, data: tokenAnswer({ role: 'viewer' }) } },
  };
  /** What the socket asks for once its way to the server is open, and what it was told last. */
  const handshake: { auth: () => Promise<HandshakeInput>; said: HandshakeInput | null } = {
    auth: () => Promise.reject(new Error()),
    said: null,
  };
  const platform = new FakePlatform({
    fetch: async (path, { body }) => {
      tokens.asked.push({ path, body });
      await tokens.held;
      return tokens.answer;
    },
    createSocket: (auth) => {
      handshake.auth = async () => (handshake.said = await auth());
      return socket;
    },
    createE2eeWorker: (onError) => {
      Object.assign(worker, { onError });
      return { port: worker, terminate: () => (worker.terminated = true) };
    },
  });
  const asked: { name: string; payload: unknown }[] = [];
  let place: unknown = watching();
  const answers = new Map<string, unknown>();
  socket.answerer = ({ name, payload }: Sent) => {
    asked.push({ name, payload });
    if (answers.has(name)) return answers.get(name);
    return name === 'transport:restartIce' ? { iceParameters: {} } : {};
  };
  const accept = socket.accept.bind(socket);
  socket.accept = () => {
    accept();
    const { join: payload = {} } = handshake.said ?? {};
    asked.push({ name: 'room:join', payload });
    const data = { started: payload.rtpCapabilities !== undefined, ...(place as object) };
    queueMicrotask(() => socket.connected && socket.notify('connection:joined', { ok: true, data }));
  };
  const client = createWatchClient({
    platform,
    link: { roomId: ROOM_ID, kind: 'viewer', secret: new Uint8Array(24).fill(7), hostKeyHash: 'H'.repeat(22) },
    ...options,
  });
  const refuse = (code: string, retryAfterMs?: number): void => {
    tokens.answer = { status: 400, body: { ok: false, error: { code, message: 'no', retryAfterMs } } };
  };
  const admit = (): void => {
    tokens.answer = { status: 200, body: { ok: true, data: tokenAnswer({ role: 'viewer' }) } };
  };
  return {
    client,
    socket,
    worker,
    platform,
    tokens,
    handshake,
    asked,
    refuse,
    admit,
    setPlace: (next: unknown) => (place = next),
    answerTo: (name: string, answer: unknown) => answers.set(name, answer),
  };
}

export type WatchScene = ReturnType<typeof createWatchScene>;

export const stateOf = ({ client }: WatchScene): WatchState => client.state.get();

export function audienceOf(scene: WatchScene): Audience {
  const state = stateOf(scene);
  if (state.phase !== 'watching') throw new Error(`not watching: ${state.phase}`);
  return state;
}

/** What the worker was told of the stage, in order. */
export const stageEvents = ({ worker }: WatchScene): StageEvent[] =>
  worker.heard.flatMap((message) => (message.type === 'stage' ? [message.event] : []));

/** The connection is taken; the Device is there and told. */
export async function arrive(scene: WatchScene): Promise<void> {
  const before = scene.asked.filter(({ name }) => name === 'media:start').length;
  const { attempts } = scene.socket;
  if (stateOf(scene).phase === 'idle') scene.client.start();
  await vi.waitFor(() => expect(scene.socket.attempts).toBeGreaterThan(attempts), { timeout: 5_000 });
  await scene.handshake.auth();
  scene.socket.accept();
  await vi.waitFor(() =>
    expect(scene.asked.filter(({ name }) => name === 'media:start').length).toBeGreaterThan(before),
  );
}

/** In, with Ana on air and her camera shown, playing and proven. */
export async function seeAna(scene: WatchScene, id = 'c1'): Promise<void> {
  if (stateOf(scene).phase === 'idle') await arrive(scene);
  scene.worker.emit({ type: 'watch', view: KNOWN });
  scene.client.view([CAMERA]);
  scene.socket.notify('consumer:new', { consumers: [consumer(id)] });
  await vi.waitFor(() => expect(scene.asked.some(({ name }) => name === 'consumer:ready')).toBe(true));
  scene.worker.track(id, { state: 'flowing', proof: 'verified' });
  await vi.waitFor(() => expect(audienceOf(scene).tracks[0]?.media.state).toBe('playing'));
}
