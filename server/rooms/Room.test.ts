// The life of Peers in a Room: joining, being away, coming back, leaving, and media that has to be made anew.
import { beforeEach, describe, expect, test } from 'vitest';
import { ProtocolError } from '#protocol/errors';
import { sha256 } from '../util/secrets.ts';
import type { PeerId, ResumeToken, Role, RoomId } from '#protocol/ids';
import { MAX_PEERS_PER_ROOM, RESUME_GRACE_MS, ROOM_IDLE_TTL_MS } from '#protocol/limits';
import { FakeClock } from '../test/FakeClock.ts';
import { localNode } from '../test/localNode.ts';
import { FakeMediaPlane } from '../test/FakeMediaPlane.ts';
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

const admission = (name: string, role: Role = 'member'): Admission => ({
  roomId: ROOM_ID,
  generation: room.generation,
  peerId: name.padEnd(16, '_') as PeerId,
  role,
  linkGeneration: room.access.linkGeneration,
  expiresAtMs: clock.now() + 600_000,
});

async function join(name: string, role?: Role) {
  const ear = new Ear();
  const { peer, joined } = await room.join(admission(name, role), ear);
  return { ear, peer, joined };
}

/** What a Device tells with the join. */
const told = { rtpCapabilities: {} };
const toldAll = { ...told, dtlsParameters: { fingerprints: [] } };

/** Lets promises that are settled already run their course. */
const settle = () => new Promise<void>((resolve) => setImmediate(resolve));

describe('joining', () => {
  test('who joins is told who is there, and those are told who joined', async () => {
    const ana = await join('ana', 'host');
    const ben = await join('ben');
    expect(ana.joined.peers).toEqual([]);
    expect(ben.joined.peers).toEqual([{ peerId: ana.peer.id, role: 'host' }]);
    expect(ana.ear.heard).toEqual([
      { name: 'peer:joined', payload: { peer: { peerId: ben.peer.id, role: 'member' } }, sequence: 1 },
    ]);
    expect(ben.ear.heard).toEqual([]);
  });

  test('a Peer that is still joining is seen by nobody, and one whose Connection is lost meanwhile never joins', async () => {
    const ana = await join('ana');
    let proceed = () => {};
    plane.beforeTransports = () => new Promise((resolve) => (proceed = resolve));
    const ear = new Ear();
    const joining = room.join(admission('ben'), ear);
    await settle();
    expect(room.presentCount).toBe(1);
    room.connectionLost(ear);
    proceed();
    await expect(joining).rejects.toMatchObject({ code: 'wrong_state' });
    expect(ana.ear.heard).toEqual([]);
    expect(room.peerCount).toBe(1);
    expect(plane.rooms.get(ROOM_ID)?.peers.size).toBe(1);
  });

  test('a join whose media fails leaves no trace and may be tried again', async () => {
    plane.isReady = false;
    await expect(join('ana')).rejects.toMatchObject({ code: 'capacity' });
    expect(room.peerCount).toBe(0);
    plane.isReady = true;
    expect((await join('ana')).joined.peers).toEqual([]);
  });

  test('a Worker that dies while Transports are made does not hand out dead ones', async () => {
    await join('ana');
    let calls = 0;
    plane.beforeTransports = async () => {
      calls += 1;
      if (calls === 1) plane.rooms.get(ROOM_ID)?.events.onReset();
    };
    const made = [];
    const fake = plane.rooms.get(ROOM_ID);
    const ben = await join('ben');
    made.push(ben.joined.transports.send.id);
    const peerMedia = fake?.peers.get(ben.peer.id);
    await expect(peerMedia?.connect(ben.joined.transports.send.id)).resolves.toBeUndefined();
    expect(calls).toBeGreaterThan(1);
  });

  test('P-191 a join whose capabilities are refused leaves no trace and may be tried again', async () => {
    const ana = await join('ana');
    plane.beforeStart = () => Promise.reject(new ProtocolError('bad_request', 'no codecs'));
    const ear = new Ear();
    await expect(room.join(admission('ben'), ear, told)).rejects.toMatchObject({ code: 'bad_request' });
    expect([ana.ear.heard, ear.heard, room.peerCount]).toEqual([[], [], 1]);
    plane.beforeStart = () => Promise.resolve();
    await expect(room.join(admission('ben'), ear, told)).resolves.toMatchObject({ joined: { role: 'member' } });
  });

  test('P-192 both Transports are connected with the join, and only with rtpCapabilities beside', async () => {
    const { joined, peer } = await room.join(admission('ana'), new Ear(), toldAll);
    const { send, recv } = joined.transports;
    const media = plane.rooms.get(ROOM_ID)?.peers.get(peer.id);
    expect([joined.connected, [...(media?.connected ?? [])]]).toEqual([true, [send.id, recv.id]]);
    const { dtlsParameters } = toldAll;
    for (const [name, device] of Object.entries({ ben: { dtlsParameters }, clo: told })) {
      const other = await room.join(admission(name), new Ear(), device);
      expect('connected' in other.joined).toBe(false);
      expect(plane.rooms.get(ROOM_ID)?.peers.get(other.peer.id)?.connected.size).toBe(0);
    }
  });

  test('P-192 a join whose end of DTLS is refused leaves no trace and may be tried again', async () => {
    const ana = await join('ana');
    plane.beforeConnect = () => Promise.reject(new ProtocolError('bad_request', 'no fingerprint'));
    const ear = new Ear();
    await expect(room.join(admission('ben'), ear, toldAll)).rejects.toMatchObject({ code: 'bad_request' });
    expect([ana.ear.heard, ear.heard, room.peerCount]).toEqual([[], [], 1]);
    await expect(room.join(admission('ben'), ear, told)).resolves.toMatchObject({ joined: { role: 'member' } });
  });

  test('P-191 a join during which the Worker dies, or the Connection, does not hand out what is gone', async () => {
    await join('ana');
    plane.beforeStart = async () => plane.rooms.get(ROOM_ID)?.events.onReset();
    await expect(room.join(admission('ben'), new Ear(), told)).rejects.toMatchObject({ code: 'internal' });
    const ear = new Ear();
    plane.beforeStart = async () => room.connectionLost(ear);
    await expect(room.join(admission('clo'), ear, told)).rejects.toMatchObject({ code: 'wrong_state' });
    expect(room.peerCount).toBe(1);
  });

  test('a Room that is full answers capacity', async () => {
    for (let index = 0; index < MAX_PEERS_PER_ROOM; index += 1) await join(`p${index}`);
    await expect(join('late')).rejects.toMatchObject({ code: 'capacity' });
  });

  test('a second fresh join of the same Peer replaces the first: its Connection is told, its media ends', async () => {
    const ana = await join('ana');
    const first = await join('ben');
    const second = await join('ben');
    expect(first.ear.released).toEqual(['replaced']);
    expect(first.peer.state.phase).toBe('closed');
    expect(second.peer.state.phase).toBe('joined');
    expect(ana.ear.names()).toEqual(['peer:joined', 'peer:left', 'peer:joined']);
    expect(room.presentCount).toBe(2);
  });

  test('a device that rejoins afresh has to be renewed in the group before it may produce', async () => {
    const groupId = new Uint8Array(16);
    const ana = await join('ana');
    const ben = await join('ben');
    room.delivery.create(ana.peer.id, { groupId, beacon: new Uint8Array(4) });
    room.delivery.submitKeyPackage(ben.peer.id, { groupId, sealed: new Uint8Array(4) });
    const commit = new Uint8Array(1);
    const welcome = new Uint8Array(1);
    room.delivery.commit(ana.peer.id, { groupId, epoch: 0, commit, welcome, added: [ben.peer.id], removed: [] }, false);
    room.delivery.ready(ben.peer.id, { groupId, epoch: 1 });
    expect(room.delivery.isSealed(ben.peer.id)).toBe(true);
    const again = await join('ben');
    expect(room.delivery.isSealed(again.peer.id)).toBe(false);
    expect(again.joined.group).toMatchObject({ epoch: 1 });
  });
});

describe('being away', () => {
  const resume = (token: ResumeToken, lastSequence: number, name = 'ben', role: Role = 'member') => {
    const ear = new Ear();
    const answer = room.resume(admission(name, role), { token, lastSequence }, ear);
    return { ear, answer };
  };

  test('a lost Connection makes a Peer away, and one that returns within the grace hears exactly what it missed', async () => {
    const ana = await join('ana');
    const ben = await join('ben');
    await join('clo');
    room.connectionLost(ben.ear);
    expect(ana.ear.names().at(-1)).toBe('peer:away');
    const dan = await join('dan');
    room.leave(dan.peer);
    clock.advance(RESUME_GRACE_MS - 1);
    const { ear, answer } = resume(ben.peer.resumeToken, 1);
    expect(answer?.peer).toBe(ben.peer);
    expect(answer?.missed.map(({ name, sequence }) => [name, sequence])).toEqual([
      ['peer:joined', 2],
      ['peer:left', 3],
    ]);
    expect(ana.ear.names().at(-1)).toBe('peer:back');
    expect(ben.ear.names()).toEqual(['peer:joined']);
    room.notifyAll('server:draining', { deadlineMs: 1 });
    expect(ear.heard.map(({ sequence }) => sequence)).toEqual([4]);
    clock.advance(RESUME_GRACE_MS * 2);
    expect(ben.peer.state.phase).toBe('joined');
  });

  test('a Peer whose grace ends is gone: the others hear it, its media ends, its token is worth nothing', async () => {
    const ana = await join('ana');
    const ben = await join('ben');
    room.connectionLost(ben.ear);
    clock.advance(RESUME_GRACE_MS);
    expect(ana.ear.names()).toEqual(['peer:joined', 'peer:away', 'peer:left']);
    expect(plane.rooms.get(ROOM_ID)?.peers.has(ben.peer.id)).toBe(false);
    expect(resume(ben.peer.resumeToken, 0).answer).toBeNull();
  });

  test('a wrong resume token takes nobody back, nor does the right one with another role', async () => {
    const ben = await join('ben');
    room.connectionLost(ben.ear);
    expect(resume('x'.repeat(43) as ResumeToken, 0).answer).toBeNull();
    expect(resume(ben.peer.resumeToken, 0, 'ben', 'host').answer).toBeNull();
    expect(ben.peer.state.phase).toBe('away');
  });

  test('a token fetched anew, thus with another Peer id, still takes the old Peer back', async () => {
    const ben = await join('ben');
    room.connectionLost(ben.ear);
    expect(resume(ben.peer.resumeToken, 0, 'other').answer?.peer.id).toBe(ben.peer.id);
  });

  test('a resume while the old Connection still lives replaces it, and the others notice nothing', async () => {
    const ana = await join('ana');
    const ben = await join('ben');
    const { ear } = resume(ben.peer.resumeToken, 0);
    expect(ben.ear.released).toEqual(['replaced']);
    room.connectionLost(ben.ear);
    expect(ben.peer.state.phase).toBe('joined');
    expect(ana.ear.names()).toEqual(['peer:joined']);
    room.notifyAll('server:draining', { deadlineMs: 1 });
    expect(ear.names()).toEqual(['server:draining']);
  });

  test('a number that the server never gave makes the old Peer leave, so that a fresh join can follow', async () => {
    const ana = await join('ana');
    const ben = await join('ben');
    room.connectionLost(ben.ear);
    expect(resume(ben.peer.resumeToken, 99).answer).toBeNull();
    expect(ben.peer.state.phase).toBe('closed');
    expect(ana.ear.names().at(-1)).toBe('peer:left');
  });

  test('levels are for those who listen now; a Peer that is away is not told of them later', async () => {
    const ana = await join('ana');
    const ben = await join('ben');
    room.connectionLost(ben.ear);
    plane.rooms.get(ROOM_ID)?.events.onLevels([{ peerId: ana.peer.id, level: -30 }]);
    expect(ana.ear.names()).toContain('audio:levels');
    expect(resume(ben.peer.resumeToken, 0).answer?.missed).toEqual([]);
  });
});

describe('a Worker that dies', () => {
  test('every Peer, one that is away included, is given new Transports', async () => {
    const ana = await join('ana');
    const ben = await join('ben');
    room.connectionLost(ben.ear);
    plane.killWorker();
    await settle();
    const reset = ana.ear.heard.at(-1);
    expect(reset?.name).toBe('media:reset');
    const { transports } = reset!.payload as { transports: { send: { id: string } } };
    expect(transports.send.id).not.toBe(ana.joined.transports.send.id);
    const missed = room.resume(admission('ben'), { token: ben.peer.resumeToken, lastSequence: 0 }, new Ear())?.missed;
    expect(missed?.map(({ name }) => name)).toEqual(['media:reset']);
  });

  test('of two deaths in a row only the Transports of the second are told', async () => {
    const ana = await join('ana');
    const gates: (() => void)[] = [];
    plane.beforeTransports = () => new Promise((resolve) => gates.push(resolve));
    plane.killWorker();
    plane.killWorker();
    for (const open of gates) open();
    await settle();
    expect(ana.ear.names().filter((name) => name === 'media:reset')).toHaveLength(1);
  });

  test('a Peer whose Transports cannot be made again is let go, the others stay', async () => {
    const ana = await join('ana');
    const ben = await join('ben');
    let calls = 0;
    plane.beforeTransports = async () => {
      calls += 1;
      if (calls === 2) throw new Error('no port');
    };
    plane.killWorker();
    await settle();
    expect(ben.ear.released).toEqual(['failed']);
    expect(ana.ear.names().slice(-2).toSorted()).toEqual(['media:reset', 'peer:left']);
    expect(faults).toEqual(['media could not be reset']);
  });
});

describe('a Room without Peers', () => {
  test('it gives its media back at once, is kept for the idle time, and is then forgotten', async () => {
    const ana = await join('ana');
    expect(plane.rooms.size).toBe(1);
    room.leave(ana.peer);
    expect(plane.rooms.size).toBe(0);
    clock.advance(ROOM_IDLE_TTL_MS - 1);
    expect(directory.get(ROOM_ID)).toBe(room);
    clock.advance(1);
    expect(() => directory.get(ROOM_ID)).toThrow(expect.objectContaining({ code: 'not_found' }));
  });

  test('a Room that somebody is in is not forgotten, however long that takes', async () => {
    await join('ana');
    clock.advance(ROOM_IDLE_TTL_MS * 3);
    expect(directory.get(ROOM_ID)).toBe(room);
  });

  test('a Room of the same id made later is another one: tokens of the first do not fit it', async () => {
    const { generation } = room;
    clock.advance(ROOM_IDLE_TTL_MS);
    const second = await directory.create(ROOM_ID, verifiers);
    expect(second.generation).not.toBe(generation);
    expect(() => directory.get(ROOM_ID, generation)).toThrow(expect.objectContaining({ code: 'not_found' }));
    expect(directory.get(ROOM_ID, second.generation)).toBe(second);
  });
});

describe('the directory', () => {
  test('P-106 forgets a room that its host ended, and gives its id to nobody', async () => {
    const { peer: host } = await join('host', 'host');
    room.delivery.create(host.id, { groupId: new Uint8Array(16), beacon: new Uint8Array(1) });
    room.hosts.end(host);
    expect(() => directory.get(ROOM_ID)).toThrow(expect.objectContaining({ code: 'not_found' }));
    await expect(directory.create(ROOM_ID, verifiers)).rejects.toMatchObject({ code: 'conflict' });
    expect(directory.counts()).toEqual({ rooms: 0, peers: 0, viewers: 0 });
    clock.advance(ROOM_IDLE_TTL_MS);
    await expect(directory.create(ROOM_ID, verifiers)).rejects.toMatchObject({ code: 'conflict' });
  });

  test('an id is taken once, and creation can be closed or at its bound', async () => {
    await expect(directory.create(ROOM_ID, verifiers)).rejects.toMatchObject({ code: 'conflict' });
    const ports = { clock, media: plane, journal: { note: () => undefined, fault: () => undefined }, ...localNode() };
    const closed = new RoomDirectory(ports, { creation: 'closed' });
    await expect(closed.create(ROOM_ID, verifiers)).rejects.toMatchObject({ code: 'forbidden' });
    const full = new RoomDirectory(ports, { creation: 'open', maxRooms: 1 });
    await full.create(ROOM_ID, verifiers);
    const another = 's'.repeat(22) as RoomId;
    await expect(full.create(another, verifiers)).rejects.toMatchObject({ code: 'capacity' });
  });

  test('draining tells everybody, takes no new Room, and ends when the last Peer is gone', async () => {
    const ana = await join('ana');
    let isEmpty = false;
    directory.drain(5_000, () => (isEmpty = true));
    expect(ana.ear.heard.at(-1)).toMatchObject({ name: 'server:draining', payload: { deadlineMs: 5_000 } });
    const another = 's'.repeat(22) as RoomId;
    await expect(directory.create(another, verifiers)).rejects.toMatchObject({ code: 'draining' });
    expect(isEmpty).toBe(false);
    room.leave(ana.peer);
    expect(isEmpty).toBe(true);
  });

  test('draining does not wait for a Peer that is away: it would come back to nothing', async () => {
    const ana = await join('ana');
    let isEmpty = false;
    directory.drain(5_000, () => (isEmpty = true));
    room.connectionLost(ana.ear);
    expect(isEmpty).toBe(true);
  });

  test('P-171 closing tells nobody that a Room ended, lets every Connection go, and leaves no timer', async () => {
    const ana = await join('ana');
    const ben = await join('ben');
    room.connectionLost(ben.ear);
    directory.close();
    directory.close();
    expect(ana.ear.of('room:closed')).toEqual([]);
    expect(ana.ear.released).toEqual(['ended']);
    expect(plane.rooms.size).toBe(0);
    expect(clock.pending).toBe(0);
  });
});
