// What a client keeps of the Room's safety over lost connections: the alarm, whom the person verified, and that nothing leaves meanwhile.
import { describe, expect, it, vi } from 'vitest';
import { encodePayload, parsePayload } from './talk/payload.ts';
import { FakeTrack } from './test/FakeTrack.ts';
import {
  ANA as ANA_OF_THE_SCENE,
  connect,
  createScene,
  enter,
  joined,
  loseAndReturn,
  ME,
  viewOf,
  type Scene,
} from './test/scene.ts';
import { OTHER_PEER_ID } from './test/wireSamples.ts';

const ANA = { ...ANA_OF_THE_SCENE, keyHash: 'a'.repeat(64) };
const SPLIT = { state: 'fenced', cause: 'split' } as const;
const AGAIN = { ...ME, peerId: 'C'.repeat(16), leafIndex: 2, keyHash: 'another key' };

/** Everything the page had the worker say, by kind. */
const saidBy = (scene: Scene) =>
  scene.workers.flatMap((worker) => worker.callsOf('say').map(({ payload }) => parsePayload(payload)?.t));

/** The server cuts the line of who saw the alarm, and gives a fresh place. */
async function takeFreshPlace(scene: Scene): Promise<void> {
  await loseAndReturn(scene, { ...joined(), peerId: AGAIN.peerId });
  await vi.waitFor(() => expect(scene.workers).toHaveLength(2));
  scene.worker().enterEpoch(9, [AGAIN, ANA]);
}

describe('a split that was seen', () => {
  it('E-66 outlives a fresh place: nothing is sealed as far as people see, and nothing is sent, until they go on', async () => {
    const scene = createScene({ camera: new FakeTrack('video').asTrack() });
    await connect(scene);
    scene.worker().group(SPLIT);
    scene.worker().enterEpoch(1, [ME, ANA]);
    await vi.waitFor(() => expect(scene.client.state.get().phase).toBe('in'));
    expect(viewOf(scene)).toMatchObject({ security: { state: 'held' }, splitSeen: true });
    await takeFreshPlace(scene);
    await vi.waitFor(() => expect(viewOf(scene).security).toMatchObject({ state: 'held', epoch: 9 }));
    scene.client.chat.send('to whom?');
    await new Promise((resolve) => setTimeout(resolve, 50));
    expect(scene.socket.asked).not.toContain('producer:create');
    expect(saidBy(scene)).toEqual([]);
    scene.client.safety.acceptSplit();
    await vi.waitFor(() => expect(viewOf(scene)).toMatchObject({ security: { state: 'sealed' }, splitSeen: false }));
    await vi.waitFor(() => expect(scene.socket.asked).toContain('producer:create'));
    await vi.waitFor(() => expect(saidBy(scene)).toEqual(['chat']));
  });

  it('E-66 is not gone on with from within, and not before there are keys again', async () => {
    const scene = createScene();
    await enter(scene, ANA);
    scene.worker().group(SPLIT);
    await vi.waitFor(() => expect(viewOf(scene).splitSeen).toBe(true));
    scene.client.safety.acceptSplit();
    scene.worker().group({ state: 'resync', cause: 'fault', attempt: 1 });
    await vi.waitFor(() => expect(viewOf(scene).security.state).toBe('resyncing'));
    scene.client.safety.acceptSplit();
    await vi.waitFor(() => expect(viewOf(scene).splitSeen).toBe(true));
  });

  it('E-66 is told by the page that remembers it to a client of the same Room', async () => {
    const scene = createScene({ splitSeen: true, mic: new FakeTrack('audio').asTrack() });
    await enter(scene, ANA);
    expect(viewOf(scene)).toMatchObject({ security: { state: 'held' }, splitSeen: true });
    await new Promise((resolve) => setTimeout(resolve, 50));
    expect(scene.socket.asked).not.toContain('producer:create');
  });

  it('E-66 raises the alarm anew when another is seen after the person went on', async () => {
    const scene = createScene({ splitSeen: true });
    await enter(scene, ANA);
    scene.client.safety.acceptSplit();
    await vi.waitFor(() => expect(viewOf(scene).splitSeen).toBe(false));
    scene.worker().group(SPLIT);
    await vi.waitFor(() => expect(viewOf(scene)).toMatchObject({ security: SPLIT, splitSeen: true }));
  });
});

describe('whom the person verified', () => {
  const digits = (scene: Scene) => {
    const { security } = viewOf(scene);
    return security.state === 'sealed' ? security.safetyCode.digits : [];
  };

  it('E-100 is kept over a fresh place of ours, and told to the group', async () => {
    const scene = createScene();
    await enter(scene, ANA);
    expect(scene.client.safety.confirmCode(digits(scene))).toBe(true);
    await vi.waitFor(() => expect(saidBy(scene)).toEqual(['compared']));
    await takeFreshPlace(scene);
    await vi.waitFor(() => expect(viewOf(scene).security).toMatchObject({ epoch: 9 }));
    expect(viewOf(scene).comparison).toMatchObject({ state: 'compared', names: ['Ana'], came: [] });
    scene.client.safety.forgetComparison();
    await vi.waitFor(() => expect(viewOf(scene).comparison).toEqual({ state: 'none' }));
  });

  it('E-104 is apart from what another says of theirs', async () => {
    const ownKey = '0'.repeat(64);
    const scene = createScene();
    await connect(scene);
    scene.worker().enterEpoch(1, [{ ...ME, keyHash: ownKey }, ANA]);
    await vi.waitFor(() => expect(scene.client.state.get().phase).toBe('in'));
    const payload = encodePayload({ t: 'compared', keys: [ownKey] });
    scene.worker().emit({ type: 'said', from: OTHER_PEER_ID, payload, epoch: 1, self: false });
    const ana = () => viewOf(scene).devices.find(({ peerId }) => peerId === OTHER_PEER_ID);
    await vi.waitFor(() => expect(ana()?.claimedAtMs).toEqual(expect.any(Number)));
    expect(ana()?.verifiedAtMs).toBeNull();
    expect(viewOf(scene).comparison).toEqual({ state: 'none' });
    expect(viewOf(scene).chat).toEqual([]);
  });
});
