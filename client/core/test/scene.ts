// A RoomClient with the server and the keys played by the test: what every test of its behaviour starts from.
import type { GroupMember } from '#e2ee';
import { generateRouterRtpCapabilities, generateTransportRemoteParameters } from 'mediasoup-client/fakeParameters';
import { expect, vi } from 'vitest';
import { createRoomClient } from '../RoomClient.ts';
import type { RoomClientOptions, RoomState, RoomView } from '../types.ts';
import { FakeE2eeWorker } from './FakeE2eeWorker.ts';
import { FakePlatform } from './FakePlatform.ts';
import { FakeSocket, type Sent } from './FakeSocket.ts';
import { joinedAnswer, OTHER_PEER_ID, PEER_ID, ROOM_ID, tokenAnswer } from './wireSamples.ts';

const member = (peerId: string, displayName: string, leafIndex: number): GroupMember => ({
  peerId,
  displayName,
  leafIndex,
  keyHash: displayName,
  self: peerId === PEER_ID,
});
export const ME = member(PEER_ID, 'Me', 0);
export const ANA = member(OTHER_PEER_ID, 'Ana', 1);

export const transports = () => ({
  send: generateTransportRemoteParameters(),
  recv: generateTransportRemoteParameters(),
});
export const joined = () =>
  joinedAnswer({ routerRtpCapabilities: generateRouterRtpCapabilities(), transports: transports() });

export function createScene({
  refusedCall = null,
  silentWorker = false,
  ...options
}: Partial<RoomClientOptions> & { refusedCall?: string | null; silentWorker?: boolean } = {}) {
  const socket = new FakeSocket();
  const workers: FakeE2eeWorker[] = [];
  const platform = new FakePlatform({
    fetch: async () => ({ status: 200, body: { ok: true, data: tokenAnswer() } }),
    createSocket: () => socket,
    createE2eeWorker: (onError) => {
      const worker = new FakeE2eeWorker(refusedCall);
      Object.assign(worker, { onError, silent: silentWorker });
      workers.push(worker);
      return { port: worker, terminate: () => (worker.terminated = true) };
    },
  });
  let producers = 0;
  let place: unknown = joined();
  socket.answerer = ({ name }: Sent) => {
    if (name === 'room:join') return place;
    if (name === 'producer:create') return { producerId: `producer-${++producers}` };
    if (name === 'transport:restartIce') return { iceParameters: {} };
    return {};
  };
  const client = createRoomClient({
    platform,
    link: { roomId: ROOM_ID, kind: 'member', secret: new Uint8Array(24), hostKeyHash: 'H'.repeat(22) },
    displayName: 'Me',
    ...options,
  });
  const steps: string[] = [];
  client.state.subscribe(() => steps.push(describeState(client.state.get())));
  const worker = () => workers.at(-1) ?? expect.fail('no worker');
  return { client, socket, platform, workers, worker, steps, setPlace: (answer: unknown) => (place = answer) };
}

export type Scene = ReturnType<typeof createScene>;

const describeState = (state: RoomState) =>
  state.phase === 'joining' ? state.step : state.phase === 'ended' ? `ended: ${state.reason}` : state.phase;

export function viewOf({ client }: Scene): RoomView {
  const state = client.state.get();
  if (state.phase !== 'in') throw new Error(`not in: ${describeState(state)}`);
  return state;
}

/** As far as the server's place; the group is still to come. */
export async function connect({ client, socket, workers }: Scene): Promise<void> {
  void client.join();
  await vi.waitFor(() => expect(socket.attempts).toBe(1));
  socket.accept();
  await vi.waitFor(() => expect(workers[0]?.callsOf('enter')).toHaveLength(1));
  await vi.waitFor(() => expect(socket.asked).toContain('media:start'));
}

export async function enter(scene: Scene, ...others: GroupMember[]): Promise<void> {
  await connect(scene);
  scene.worker().enterEpoch(1, [ME, ...others]);
  await vi.waitFor(() => expect(scene.client.state.get().phase).toBe('in'));
}

/** The connection goes and comes again; `place` is what the server answers then. */
export async function loseAndReturn(scene: Scene, place: unknown): Promise<void> {
  scene.setPlace(place);
  scene.socket.drop();
  const { attempts } = scene.socket;
  await vi.waitFor(() => expect(scene.socket.attempts).toBe(attempts + 1), { timeout: 2_000 });
  scene.socket.accept();
}

export const sendTrackIds = ({ platform }: Scene) =>
  platform.attached.flatMap(({ side, trackId }) => (side === 'send' ? [trackId] : []));
