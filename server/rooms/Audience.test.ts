// The life of viewers in a Room: let in, counted, let go of; and what of the Room lives as long as they do.
import { beforeEach, describe, expect, test } from 'vitest';
import type { PeerId, RoomId, TransportId } from '#protocol/ids';
import { MAX_VIEWERS_PER_ROOM, ROOM_IDLE_TTL_MS } from '#protocol/limits';
import { FakeClock } from '../test/FakeClock.ts';
import { localNode } from '../test/localNode.ts';
import { FakeMediaPlane } from '../test/FakeMediaPlane.ts';
import { sha256 } from '../util/secrets.ts';
import type { Admission } from './ports.ts';
import type { Room } from './Room.ts';
import { RoomDirectory } from './RoomDirectory.ts';
import { Ear } from './test/Ear.ts';

const ROOM_ID = 'r'.repeat(22) as RoomId;
const verifiers = { member: sha256('proof').toString('base64url') };

let clock: FakeClock;
let plane: FakeMediaPlane;
let directory: RoomDirectory;
let room: Room;
const faults: string[] = [];
beforeEach(async () => {
  clock = new FakeClock();
  plane = new FakeMediaPlane();
  faults.length = 0;
  const journal = { note: () => undefined, fault: (event: string) => void faults.push(event) };
  directory = new RoomDirectory({ clock, media: plane, journal, ...localNode() }, { creation: 'open' });
  room = await directory.create(ROOM_ID, verifiers);
});

const admission = (name: string, role: 'viewer' | 'member' = 'viewer'): Admission => ({
  roomId: ROOM_ID,
  generation: room.generation,
  peerId: name.padEnd(16, '_') as PeerId,
  role,
  linkGeneration: room.access.linkGeneration,
  expiresAtMs: clock.now() + 600_000,
});

async function watch(name: string) {
  const ear = new Ear();
  const { viewer, watched } = await room.audience.join(admission(name), ear);
  return { ear, viewer, watched };
}

const settle = () => new Promise<void>((resolve) => setImmediate(resolve));
const names = ({ heard }: Ear) => heard.map(({ name }) => name);

describe('viewers', () => {
  test('P-133 are as many as MAX_VIEWERS_PER_ROOM, beside any number of Peers; one more finds no place', async () => {
    for (let count = 0; count < MAX_VIEWERS_PER_ROOM; count += 1) await watch(String(count));
    await expect(watch('one more')).rejects.toMatchObject({ code: 'capacity' });
    await room.join(admission('ana', 'member'), new Ear());
    expect(directory.counts()).toEqual({ rooms: 1, peers: 1, viewers: MAX_VIEWERS_PER_ROOM });
    room.audience.sendOff('ended');
    expect(plane.rooms.get(ROOM_ID)?.viewers.size).toBe(0);
    await watch('one more');
  });

  test('P-132 keep no Room alive that nobody else is in, and hear that it expired', async () => {
    const { ear } = await watch('vi');
    clock.advance(ROOM_IDLE_TTL_MS / 2);
    await watch('later');
    clock.advance(ROOM_IDLE_TTL_MS / 2);
    expect(names(ear).at(-1)).toBe('room:closed');
    expect(ear.heard.at(-1)?.payload).toEqual({ reason: 'expired' });
    expect(ear.released).toEqual(['ended']);
    expect(directory.counts()).toEqual({ rooms: 0, peers: 0, viewers: 0 });
    expect(clock.pending).toBe(0);
    await expect(watch('late')).rejects.toMatchObject({ code: 'not_found' });
  });

  test('P-130 keep the Room’s media open while no Peer is there, and it closes with the last of both', async () => {
    const { ear, viewer } = await watch('vi');
    const { peer } = await room.join(admission('ana', 'member'), new Ear());
    room.leave(peer);
    expect(plane.rooms.has(ROOM_ID)).toBe(true);
    room.audience.leave(viewer);
    expect(plane.rooms.has(ROOM_ID)).toBe(false);
    expect(room.audience.connectionLost(ear)).toBe(false);
  });

  test('P-130 whose Connection is lost while they join leave nothing behind', async () => {
    const ear = new Ear();
    let goOn = (): void => undefined;
    plane.beforeTransports = () => new Promise((resolve) => void (goOn = resolve));
    const joining = room.audience.join(admission('vi'), ear);
    await settle();
    room.connectionLost(ear);
    goOn();
    await expect(joining).rejects.toMatchObject({ code: 'wrong_state' });
    expect(room.audience.size).toBe(0);
    expect(plane.rooms.has(ROOM_ID)).toBe(false);
  });

  test('P-144 are given a Transport of another Worker when theirs dies, also while they join; one that gets none is let go', async () => {
    const { ear, watched } = await watch('vi');
    plane.killWorker();
    await settle();
    const reset = ear.heard.find(({ name }) => name === 'stage:reset')?.payload as { transport: { id: string } };
    expect(reset.transport.id).not.toBe(watched.transport.id);

    // Between the making of its Transport and its use.
    let killed = false;
    plane.beforeTransports = async () => {
      if (!killed) queueMicrotask(() => queueMicrotask(() => plane.killWorker()));
      killed = true;
    };
    const late = await watch('late');
    expect(names(late.ear)).not.toContain('stage:reset');
    await expect(late.viewer.media?.restartIce(late.watched.transport.id as TransportId)).resolves.toBeTruthy();

    plane.beforeTransports = () => Promise.reject(new Error('no worker'));
    plane.killWorker();
    await settle();
    expect(ear.released).toEqual(['failed']);
    expect(faults).toHaveLength(2);
    expect(room.audience.size).toBe(0);
  });
});
