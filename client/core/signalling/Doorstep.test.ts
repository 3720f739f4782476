// What stands ready before anybody goes in, and what becomes of it: taken once, given up, or cut meanwhile.
import { generateConsumerRemoteParameters, generateRouterRtpCapabilities } from 'mediasoup-client/fakeParameters';
import { afterEach, describe, expect, it, vi } from 'vitest';
import { createScene, joined } from '../test/scene.ts';
import { FakeE2eeWorker } from '../test/FakeE2eeWorker.ts';
import { FakePlatform } from '../test/FakePlatform.ts';
import { FakeSocket } from '../test/FakeSocket.ts';
import { OTHER_PEER_ID, ROOM_ID, tokenAnswer } from '../test/wireSamples.ts';
import { Doorstep } from './Doorstep.ts';

const LINK = { roomId: ROOM_ID, kind: 'member' as const, secret: new Uint8Array(24), hostKeyHash: 'H'.repeat(22) };

function stepUp({ status = 200, body = { ok: true, data: tokenAnswer() } as unknown } = {}) {
  const sockets: FakeSocket[] = [];
  const tokens: Promise<{ token: string }>[] = [];
  const workers: { onError: () => void; terminated: boolean }[] = [];
  const calls: string[] = [];
  const platform = new FakePlatform({
    fetch: async (path) => {
      calls.push(path);
      return { status, body };
    },
    createSocket: (auth) => {
      const socket = new FakeSocket();
      socket.answerer = ({ name }) =>
        name === 'room:look' ? { routerRtpCapabilities: generateRouterRtpCapabilities() } : undefined;
      const { accept } = socket;
      socket.accept = () => {
        tokens.push(auth());
        accept.call(socket);
      };
      sockets.push(socket);
      return socket;
    },
    createE2eeWorker: (onError) => {
      const worker = { onError, terminated: false };
      workers.push(worker);
      return { port: new FakeE2eeWorker(null), terminate: () => (worker.terminated = true) };
    },
  });
  const [doorstep, [socket]] = [new Doorstep({ platform, link: LINK }), sockets];
  return { doorstep, platform, socket: socket ?? expect.fail('no socket'), workers, tokens, calls };
}

/** As far as a Device that knows what it can receive. */
async function ready(scene: ReturnType<typeof stepUp>): Promise<void> {
  await scene.doorstep.probe();
  scene.doorstep.warm();
  scene.socket.accept();
  await vi.waitFor(() => expect(scene.platform.devices).toBe(1));
  await new Promise((resolve) => setImmediate(resolve));
}

const authorize = async () => ({ version: 1, token: 'later' });

describe('Doorstep', () => {
  afterEach(() => vi.useRealTimers());

  it('says how many are in, and connects only once it has a token', async () => {
    const { doorstep, socket } = stepUp();
    doorstep.warm();
    expect(socket.attempts).toBe(0);
    expect(await doorstep.probe()).toEqual({ ok: true, peersInRoom: 2, mode: 'open' });
    doorstep.warm();
    doorstep.warm();
    expect(socket.attempts).toBe(1);
  });

  it('says why there is no way in, and connects nowhere', async () => {
    const gone = { ok: false, error: { code: 'not_found', message: 'no' } };
    const { doorstep, socket } = stepUp({ status: 404, body: gone });
    expect(await doorstep.probe()).toEqual({ ok: false, reason: 'roomGone' });
    doorstep.warm();
    expect(socket.attempts).toBe(0);
  });

  it('asks for no place: it looks, makes a Device of what it is told, and starts the worker without a word to it', async () => {
    const scene = stepUp();
    await ready(scene);
    expect(scene.socket.asked).toEqual(['room:look']);
    expect(scene.workers).toHaveLength(1);
    const taken = scene.doorstep.take(authorize);
    expect(taken.device()?.loaded).toBe(true);
    expect(taken.isConnecting()).toBe(false);
    expect(taken.socket).toBe(scene.socket);
  });

  it('has no Device where nobody is in', async () => {
    const { doorstep, socket, platform } = stepUp();
    socket.answerer = () => ({ routerRtpCapabilities: null });
    await doorstep.probe();
    doorstep.warm();
    socket.accept();
    await new Promise((resolve) => setImmediate(resolve));
    expect([platform.devices, doorstep.take(authorize).device()]).toEqual([0, null]);
  });

  it('connects once more after it was cut, when it is asked to, and never twice at once', async () => {
    const scene = stepUp();
    await ready(scene);
    scene.socket.drop();
    expect(scene.socket.attempts).toBe(1);
    scene.doorstep.warm();
    scene.doorstep.warm();
    expect(scene.socket.attempts).toBe(2);
    expect(scene.workers).toHaveLength(1);
  });

  it('does not try a token again that was refused', async () => {
    const { doorstep, socket } = stepUp();
    await doorstep.probe();
    doorstep.warm();
    socket.refuse({ code: 'unauthorized' });
    doorstep.warm();
    expect([socket.attempts, doorstep.takeAdmission()]).toEqual([1, null]);
  });

  it('gives its token once, counted from now, and none that is about to end', async () => {
    vi.useFakeTimers({ toFake: ['Date'], now: 5_000_000 });
    const { doorstep } = stepUp();
    await doorstep.probe();
    vi.setSystemTime(5_100_000);
    expect(doorstep.takeAdmission()).toMatchObject({ token: 'token', expiresAtMs: 1_600_000, serverTimeMs: 1_100_000 });
    expect(doorstep.takeAdmission()).toBeNull();
    await doorstep.probe();
    vi.setSystemTime(5_100_000 + 541_000);
    expect(doorstep.takeAdmission()).toBeNull();
  });

  it('connects by another token from when it was taken', async () => {
    const { doorstep, socket, tokens } = stepUp();
    await doorstep.probe();
    doorstep.warm();
    socket.accept();
    doorstep.take(authorize);
    socket.accept();
    expect((await Promise.all(tokens)).map(({ token }) => token)).toEqual(['token', 'later']);
  });

  it('hands an attempt on that is under way, once, and none that has failed', async () => {
    const scene = stepUp();
    await scene.doorstep.probe();
    scene.doorstep.warm();
    const taken = scene.doorstep.take(authorize);
    expect([taken.isConnecting(), taken.isConnecting()]).toEqual([true, false]);
    const failed = stepUp();
    await failed.doorstep.probe();
    failed.doorstep.warm();
    const other = failed.doorstep.take(authorize);
    failed.socket.refuse();
    expect(other.isConnecting()).toBe(false);
  });

  it('ends what was not taken, and leaves alone what was', async () => {
    const left = stepUp();
    await ready(left);
    left.doorstep.close();
    left.doorstep.close();
    expect([left.socket.connected, left.workers[0]?.terminated]).toEqual([false, true]);
    left.doorstep.warm();
    expect(left.socket.attempts).toBe(1);

    const taken = stepUp();
    await ready(taken);
    taken.doorstep.take(authorize);
    expect(taken.doorstep.takeWorker(() => undefined)).not.toBeNull();
    taken.doorstep.close();
    expect([taken.socket.connected, taken.workers[0]?.terminated]).toEqual([true, false]);
  });

  it('E-74 does not hand on a worker that broke, and tells its new owner of one that breaks later', async () => {
    const broken = stepUp();
    await ready(broken);
    broken.workers[0]?.onError();
    expect([broken.doorstep.takeWorker(() => undefined), broken.workers[0]?.terminated]).toEqual([null, true]);

    const later = stepUp();
    await ready(later);
    const told = vi.fn();
    later.doorstep.takeWorker(told);
    later.workers[0]?.onError();
    expect([told.mock.calls.length, later.doorstep.takeWorker(told)]).toEqual([1, null]);
  });
});

describe('a client that was waited for at the door', () => {
  it('P-191 joins by the token, the Connection and the Device that are there, with one request', async () => {
    const door = stepUp();
    await ready(door);
    const { client, platform } = createScene({ doorstep: door.doorstep });
    void client.join();
    await vi.waitFor(() => expect(door.socket.asked).toContain('room:join'));
    const { payload } = door.socket.take('room:join');
    expect(Object.keys(payload as object)).toEqual(['rtpCapabilities']);
    expect(door.calls).toHaveLength(1);
    expect(platform.devices).toBe(0);
    client.close();
    expect(door.socket.connected).toBe(false);
  });

  it('P-191 asks for no media:start, and makes its worker of the one that was started', async () => {
    const door = stepUp();
    await ready(door);
    const scene = createScene({ doorstep: door.doorstep });
    void scene.client.join();
    await vi.waitFor(() => expect(door.socket.asked).toContain('room:join'));
    door.socket.answer('room:join', joined());
    await new Promise((resolve) => setImmediate(resolve));
    expect(door.socket.asked).not.toContain('media:start');
    expect([door.workers.length, scene.workers.length]).toEqual([1, 0]);
    scene.client.close();
    expect(door.workers[0]?.terminated).toBe(true);
  });

  it.each([
    ['is not told again what the server was told with the join', { connected: true }, []],
    ['tells a server that did not listen', {}, ['transport:connect']],
  ])('P-192 of its end of DTLS it %s', async (_what, more, asked) => {
    const door = stepUp();
    await ready(door);
    const scene = createScene({ doorstep: door.doorstep });
    const dtlsParameters = { role: 'client', fingerprints: [{ algorithm: 'sha-256', value: 'AB:CD' }] };
    scene.platform.dtlsParameters = dtlsParameters;
    void scene.client.join();
    await vi.waitFor(() => expect(door.socket.asked).toContain('room:join'));
    expect(door.socket.sent[0]?.payload).toMatchObject({ rtpCapabilities: {}, dtlsParameters });
    door.socket.answer('room:join', { ...joined(), ...more });
    door.socket.answerer = () => ({});
    const mic = generateConsumerRemoteParameters({ id: 'mic', codecMimeType: 'audio/opus' });
    const consumers = [{ ...mic, peerId: OTHER_PEER_ID, stream: 'mic', producerPaused: false }];
    door.socket.notify('consumer:new', { consumers }, 1);
    await vi.waitFor(() => expect(door.socket.asked).toContain('consumer:ready'));
    expect(door.socket.asked.filter((name) => name === 'transport:connect')).toEqual(asked);
    scene.client.close();
  });

  it('comes in as anybody does where nothing stood ready', async () => {
    const door = stepUp();
    const scene = createScene({ doorstep: door.doorstep });
    void scene.client.join();
    await vi.waitFor(() => expect(door.socket.attempts).toBe(1));
    door.socket.accept();
    expect(door.socket.take('room:join').payload).toEqual({});
    scene.client.close();
  });
});
