// What a dead Worker leaves behind: Rooms that live on elsewhere, and a Worker in its place.
import { createSocket, type Socket } from 'node:dgram';
import { once } from 'node:events';
import { createServer } from 'node:net';
import { afterEach, describe, expect, it } from 'vitest';
import type { SfuMediaPlane } from './SfuMediaPlane.ts';
import { createSfuMediaPlane } from './SfuMediaPlane.ts';
import { eventually, newRoomId, openTestPlane, requireWorkerBin, TestRoom } from './test/mediaTestBed.ts';
import { replacementWaitMs } from './WorkerSeat.ts';

let plane: SfuMediaPlane | null = null;
afterEach(() => {
  plane?.close();
  plane = null;
});

/** A Worker that was told to close takes a moment to give its port back. */
async function eventuallyOpen(open: () => Promise<SfuMediaPlane>, tries = 20): Promise<SfuMediaPlane> {
  try {
    return await open();
  } catch (error) {
    if (tries === 0) throw error;
    await new Promise((resolve) => setTimeout(resolve, 50));
    return await eventuallyOpen(open, tries - 1);
  }
}

/** Whether nobody has that port of the loopback, by TCP or, where it is asked for, by UDP. */
async function isFree(port: number, byUdp: boolean): Promise<boolean> {
  const [tcp, udp] = [createServer(), createSocket('udp4')];
  try {
    await once(tcp.listen(port, '127.0.0.1'), 'listening');
    if (byUdp) await once(udp.bind(port, '127.0.0.1'), 'listening');
    return true;
  } catch {
    return false;
  } finally {
    tcp.close();
    udp.close();
  }
}

/** A UDP port of ours, beside which Workers find theirs free: other tests have sockets too. */
async function takePort(): Promise<Socket> {
  for (;;) {
    const taken = createSocket('udp4');
    await once(taken.bind(0, '127.0.0.1'), 'listening');
    const { port } = taken.address();
    if ((await isFree(port - 1, true)) && (await isFree(port, false))) return taken;
    taken.close();
  }
}

function killWorker(media: SfuMediaPlane): void {
  process.kill(media.workerPids()[0]!, 'SIGKILL');
}

describe('a Worker that dies', () => {
  it('is replaced, and its Room resets without closing Consumers one by one and is usable again', async () => {
    plane = await openTestPlane(1);
    const room = await new TestRoom(plane).open();
    const [ada, bob] = await Promise.all([room.peer().openAndStart(), room.peer().openAndStart()]);
    await ada.produce('camera');
    await bob.consumerOf('camera');
    const before = { transports: bob.transports!, capabilities: room.capabilities };
    bob.told.length = 0;

    killWorker(plane);
    await eventually('a reset', () => room.resets === 1);
    expect(bob.told).toEqual([]);
    expect(plane.status()).toMatchObject({ ready: true, workers: 1, deaths: 1 });
    expect(room.capabilities).toEqual(before.capabilities);
    await expect(bob.media.start({})).rejects.toMatchObject({ code: 'wrong_state' });

    await Promise.all([ada.openAndStart(), bob.openAndStart()]);
    expect(bob.transports!.send.id).not.toBe(before.transports.send.id);
    await ada.produce('camera');
    const camera = await bob.consumerOf('camera');
    await bob.media.consumersReady([camera.id]);
    expect(room.serverConsumer(camera).paused).toBe(false);
  });

  it('while Peers are joining lets them end up on the next Router', async () => {
    plane = await openTestPlane(1);
    const room = await new TestRoom(plane).open();
    const joining = room.peer();
    const opened = joining.media.openTransports();
    killWorker(plane);
    await opened;
    await eventually('a reset', () => room.resets === 1);
    const { send } = await joining.media.openTransports();
    joining.transports = await joining.media.openTransports();
    await expect(joining.produce('mic')).resolves.toEqual(expect.any(String));
    expect(joining.transports.send.id).toBe(send.id);
  });

  it('refuses what was on its way with an error and not with silence', async () => {
    plane = await openTestPlane(1);
    const room = await new TestRoom(plane).open();
    const ada = await room.peer().openAndStart();
    process.kill(plane.workerPids()[0]!, 'SIGSTOP');
    const produced = ada.produce('camera');
    killWorker(plane);
    await expect(produced).rejects.toMatchObject({ name: 'ProtocolError', code: 'internal' });
    await eventually('a reset', () => room.resets === 1);
    await ada.open();
    await expect(ada.produce('camera')).resolves.toEqual(expect.any(String));
  });

  it('takes only its own Rooms with it, and new Rooms go to whoever has less to do', async () => {
    plane = await openTestPlane(2);
    const first = await new TestRoom(plane).open();
    const second = await new TestRoom(plane).open();
    killWorker(plane);
    await eventually('a reset', () => first.resets + second.resets === 1);
    await eventually('both Workers', () => plane!.status().workers === 2);
    expect(first.resets).toBe(1);
    expect(second.resets).toBe(0);
  });

  it('again and again is replaced again and again', async () => {
    plane = await openTestPlane(1);
    const room = await new TestRoom(plane).open();
    for (const deaths of [1, 2, 3]) {
      killWorker(plane);
      await eventually(`reset ${deaths}`, () => room.resets === deaths);
      expect(plane.status().deaths).toBe(deaths);
      await room.peer().openAndStart();
    }
  });

  it('under a Room that closes meanwhile leaves nothing behind', async () => {
    let room: TestRoom | null = null;
    // After the Room heard of its loss, and before any replacement can be up.
    plane = await openTestPlane(1, undefined, () => queueMicrotask(() => room?.media.close()));
    room = await new TestRoom(plane).open();
    const peer = await room.peer().openAndStart();
    killWorker(plane);
    await eventually('the death', () => plane!.status().deaths === 1);
    await eventually('the replacement', () => plane!.status().ready);
    expect(room.resets).toBe(0);
    expect(plane.routerOf(room.roomId)).toBeNull();
    await expect(peer.media.openTransports()).rejects.toMatchObject({ code: 'wrong_state' });
  });
});

describe('replacementWaitMs', () => {
  it('is nothing for a first death, doubles after that and stops at ten seconds', () => {
    expect([0, 1, 2, 3, 4, 5].map(replacementWaitMs)).toEqual([0, 0, 250, 500, 1_000, 2_000]);
    expect(replacementWaitMs(50)).toBe(10_000);
  });
});

describe('createSfuMediaPlane', () => {
  const options = {
    workers: 1,
    listenHost: '127.0.0.1',
    announcedAddress: '127.0.0.1',
    firstPort: 0,
    log: { debug: () => undefined, info: () => undefined, warn: () => undefined, error: () => undefined },
  };

  it('rejects when there is no such binary or no such address', async () => {
    await expect(createSfuMediaPlane({ ...options, workerBin: '/nowhere/worker' })).rejects.toThrow(
      'could not be started',
    );
    const foreign = { ...options, workerBin: requireWorkerBin(), listenHost: '203.0.113.1' };
    await expect(createSfuMediaPlane(foreign)).rejects.toThrow('could not be started');
  });

  it('rejects when a port is taken, and leaves the other Workers’ ports free again', async () => {
    const taken = await takePort();
    const firstPort = taken.address().port - 1;
    const two = { ...options, workerBin: requireWorkerBin(), workers: 2, firstPort };
    await expect(createSfuMediaPlane(two)).rejects.toThrow('could not be started');
    await new Promise<void>((resolve) => taken.close(resolve));
    plane = await eventuallyOpen(() => createSfuMediaPlane(two));
    expect(plane.status().workers).toBe(2);
  });

  it('leaves the signals to the server, and refuses new Rooms once closed', async () => {
    const before = process.listenerCount('SIGTERM');
    plane = await createSfuMediaPlane({ ...options, workerBin: requireWorkerBin() });
    expect(process.listenerCount('SIGTERM')).toBe(before);
    plane.close();
    plane.close();
    expect(plane.status().ready).toBe(false);
    const events = { onLevels: () => undefined, onActiveSpeaker: () => undefined, onReset: () => undefined };
    await expect(plane.openRoom(newRoomId(), events)).rejects.toMatchObject({ code: 'draining' });
  });
});
