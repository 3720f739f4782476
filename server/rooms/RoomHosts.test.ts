// Who leads a Room, and what their words do: on a Room with its delivery service, without a wire.
import { beforeEach, describe, expect, test } from 'vitest';
import type { PeerId, ResumeToken, Role, RoomId } from '#protocol/ids';
import { ACCESS_TOKEN_TTL_MS, FORMER_TOKEN_MS, MAX_BANNED_PEERS } from '#protocol/limits';
import { FakeClock } from '../test/FakeClock.ts';
import { FakeMediaPlane } from '../test/FakeMediaPlane.ts';
import { sha256 } from '../util/secrets.ts';
import type { Peer } from './Peer.ts';
import type { Admission } from './ports.ts';
import { Room } from './Room.ts';
import { RoomAccess } from './RoomAccess.ts';
import { Ear } from './test/Ear.ts';

const groupId = new Uint8Array(16).fill(7);
const beacon = (value: number) => new Uint8Array([value]);
const proofOf = (link: string) => sha256(link).toString('base64url');
const verifiersOf = (link: string) => ({ member: sha256(sha256(link)).toString('base64url') });
const keptAccess = { verifiers: verifiersOf('first'), linkGeneration: 0, banned: [] };
const refusal = (code: string) => expect.objectContaining({ code });

let clock: FakeClock;
let plane: FakeMediaPlane;
let room: Room;
beforeEach(() => {
  clock = new FakeClock();
  plane = new FakeMediaPlane();
  const journal = { note: () => undefined, fault: () => undefined };
  room = new Room({
    kept: { id: 'r'.repeat(22) as RoomId, generation: 'g', ...keptAccess, feeds: [] },
    onKeep: () => undefined,
    ports: { clock, media: plane, journal },
    onPeersChanged: () => undefined,
    onAudienceChanged: () => undefined,
    onEnded: (one) => one.close('ended'),
  });
});

interface Seat {
  peer: Peer;
  ear: Ear;
}

const admission = (name: string, role: Role, linkGeneration = room.access.linkGeneration): Admission => ({
  roomId: room.id,
  generation: 'g',
  peerId: name.padEnd(16, '_') as PeerId,
  role,
  linkGeneration,
  expiresAtMs: clock.now() + ACCESS_TOKEN_TTL_MS,
});

async function join(name: string, role: Role = 'member', linkGeneration?: number): Promise<Seat> {
  const ear = new Ear();
  const { peer } = await room.join(admission(name, role, linkGeneration), ear);
  return { peer, ear };
}

let founder = '' as PeerId;
/** Makes these the group, or adds them to it. */
function seal(...seats: Seat[]): void {
  const ids = seats.map(({ peer }) => peer.id);
  const [first, ...others] = room.delivery.group === null ? ids : [founder, ...ids];
  if (first === undefined) return;
  founder = first;
  room.delivery.create(first, { groupId, beacon: beacon(1) });
  for (const id of others) room.delivery.submitKeyPackage(id, { groupId, sealed: beacon(2) });
  const epoch = room.delivery.group?.epoch ?? 0;
  if (others.length === 0) return;
  const change = { groupId, epoch, commit: beacon(epoch), welcome: beacon(3), added: others, removed: [] };
  room.delivery.commit(first, change, false);
}

const nextLink = (link: string, linkGeneration = room.access.linkGeneration + 1) => ({
  groupId,
  linkGeneration,
  beacon: beacon(9),
  verifiers: verifiersOf(link),
});

describe('who leads', () => {
  test('P-100 while a member whose role leads is connected it leads alone; once it is away or gone any member does', async () => {
    const [host, ana, ben] = [await join('host', 'host'), await join('ana'), await join('ben')];
    seal(host, ana, ben);
    expect([host, ana, ben].map(({ peer }) => room.hosts.mayLead(peer))).toEqual([true, false, false]);
    expect(() => room.hosts.kick(ana.peer, { peerId: ben.peer.id })).toThrow(refusal('forbidden'));
    room.connectionLost(host.ear);
    expect(room.hosts.mayLead(ana.peer)).toBe(true);
  });

  test('P-103 a member that leads without the role sends off whom the group does not hold, and nobody else', async () => {
    const [ana, ben, late] = [await join('ana'), await join('ben'), await join('late')];
    seal(ana, ben);
    expect(() => room.hosts.kick(ana.peer, { peerId: ben.peer.id })).toThrow(refusal('forbidden'));
    room.hosts.kick(ana.peer, { peerId: late.peer.id });
    expect([ben, late].map(({ ear }) => ear.released)).toEqual([[], ['ended']]);
  });

  test('P-100 a host that is not in the group leads nobody and stands in nobody’s way', async () => {
    const [ana, ben] = [await join('ana'), await join('ben')];
    seal(ana, ben);
    const host = await join('host', 'host');
    expect(() => room.hosts.kick(host.peer, { peerId: ben.peer.id })).toThrow(refusal('not_sealed'));
    expect(room.hosts.mayLead(ana.peer)).toBe(true);
    seal(host);
    expect(room.hosts.mayLead(ana.peer)).toBe(false);
  });
});

describe('the next link', () => {
  test('P-101 verifiers, generation and beacon change at once, and the same request again is answered again', async () => {
    const host = await join('host', 'host');
    seal(host);
    const change = nextLink('second');
    room.hosts.changeLink(host.peer, change);
    room.hosts.changeLink(host.peer, change);
    expect(room.access.linkGeneration).toBe(1);
    expect(room.delivery.group?.beacon).toEqual(beacon(9));
    expect(room.access.admit('member', proofOf('second'))).toBe('member');
    expect(() => room.access.admit('member', proofOf('first'))).toThrow(refusal('unauthorized'));
  });

  test.each([
    ['of the present generation with other verifiers', () => nextLink('third', 1)],
    ['of the present generation with another beacon', () => ({ ...nextLink('second', 1), beacon: beacon(8) })],
    ['that leaves a generation out', () => nextLink('third', 3)],
    ['of a generation that is past', () => nextLink('first', 0)],
    ['of another group', () => ({ ...nextLink('third'), groupId: new Uint8Array(16) })],
  ])('P-101 a link %s is a conflict and changes nothing', async (_, request) => {
    const host = await join('host', 'host');
    seal(host);
    room.hosts.changeLink(host.peer, nextLink('second'));
    expect(() => room.hosts.changeLink(host.peer, request())).toThrow(refusal('conflict'));
    expect(room.access.linkGeneration).toBe(1);
    expect(room.access.admit('member', proofOf('second'))).toBe('member');
    expect(room.delivery.group?.beacon).toEqual(beacon(9));
  });

  test('P-102 who waits with the former link is sent off, and so are a host and a member that lost its way; members stay', async () => {
    const [ana, ben, lost] = [await join('ana'), await join('ben'), await join('lost')];
    const [late, viewer] = [await join('late'), await join('viewer', 'viewer')];
    seal(ana, ben, lost);
    const host = await join('host', 'host');
    for (const { peer } of [late, lost]) room.delivery.submitKeyPackage(peer.id, { groupId, sealed: beacon(2) });
    room.hosts.changeLink(ana.peer, nextLink('second'));
    for (const { ear, peer } of [late, viewer, lost, host]) {
      expect(ear.of('room:closed')).toEqual([{ reason: 'linkChanged' }]);
      expect(ear.released).toEqual(['ended']);
      expect(ben.ear.of('peer:left')).toContainEqual({ peerId: peer.id });
    }
    for (const { ear, peer } of [ana, ben]) {
      expect(ear.released).toEqual([]);
      expect(peer.linkGeneration).toBe(1);
    }
  });

  test('P-102 a fresh join with a token of the former link is unauthorized, the host’s is not', async () => {
    const ana = await join('ana');
    seal(ana);
    room.hosts.changeLink(ana.peer, nextLink('second'));
    await expect(join('late', 'member', 0)).rejects.toMatchObject({ code: 'unauthorized' });
    await expect(join('ana', 'member', 0)).rejects.toMatchObject({ code: 'unauthorized' });
    expect(ana.peer.state.phase).toBe('joined');
    expect((await join('host', 'host', 0)).peer.isPresent).toBe(true);
    expect((await join('late', 'member', 1)).peer.isPresent).toBe(true);
  });

  test('P-102 a join that was under way when the link changed is unauthorized and leaves no trace', async () => {
    const ana = await join('ana');
    seal(ana);
    let proceed = () => {};
    plane.beforeTransports = () => new Promise((resolve) => (proceed = resolve));
    const joining = join('late');
    await new Promise<void>((resolve) => setImmediate(resolve));
    room.hosts.changeLink(ana.peer, nextLink('second'));
    proceed();
    await expect(joining).rejects.toMatchObject({ code: 'unauthorized' });
    expect(room.peerCount).toBe(1);
    expect(ana.ear.heard).toEqual([]);
  });

  test('P-102 a member that was away meanwhile takes its place back with the token it had', async () => {
    const [ana, ben] = [await join('ana'), await join('ben')];
    seal(ana, ben);
    room.connectionLost(ben.ear);
    room.hosts.changeLink(ana.peer, nextLink('second'));
    const resume = { token: ben.peer.resumeToken, lastSequence: 0 };
    expect(room.resume(admission('ben', 'member', 0), resume, new Ear())?.peer).toBe(ben.peer);
  });
});

describe('sending off', () => {
  test('P-103 the Peer hears why, is let go, and the others hear that it left', async () => {
    const [host, ben] = [await join('host', 'host'), await join('ben')];
    seal(host, ben);
    room.hosts.kick(host.peer, { peerId: ben.peer.id });
    expect(ben.ear.of('room:closed')).toEqual([{ reason: 'removed' }]);
    expect(ben.ear.released).toEqual(['ended']);
    expect(host.ear.of('peer:left')).toEqual([{ peerId: ben.peer.id }]);
  });

  test('P-103 neither its token, nor that of its last resume, nor its resume token brings it back', async () => {
    const [host, ben] = [await join('host', 'host'), await join('ben')];
    seal(host, ben);
    room.connectionLost(ben.ear);
    const resume = { token: ben.peer.resumeToken, lastSequence: 0 };
    room.resume(admission('again', 'member'), resume, new Ear());
    room.hosts.kick(host.peer, { peerId: ben.peer.id });
    for (const name of ['ben', 'again']) {
      await expect(join(name)).rejects.toMatchObject({ code: 'unauthorized' });
      expect(() => room.access.requireWelcome(admission(name, 'member'))).toThrow(refusal('unauthorized'));
    }
    expect(() => room.resume(admission('third', 'member'), resume, new Ear())).toThrow(refusal('forbidden'));
    clock.advance(ACCESS_TOKEN_TTL_MS + FORMER_TOKEN_MS);
    expect((await join('ben')).peer.isPresent).toBe(true);
  });

  test('P-103 a host is sent off by hosts only, nobody sends itself off, and who is not there is not_found', async () => {
    const [host, second, ana] = [await join('host', 'host'), await join('host2', 'host'), await join('ana')];
    seal(host, second, ana);
    room.hosts.setCohosts(host.peer, { peerIds: [ana.peer.id] });
    const kick = (by: Seat, peerId: PeerId) => () => room.hosts.kick(by.peer, { peerId });
    expect(kick(ana, host.peer.id)).toThrow(refusal('forbidden'));
    expect(kick(host, host.peer.id)).toThrow(refusal('bad_request'));
    expect(kick(host, admission('gone', 'member').peerId)).toThrow(refusal('not_found'));
    await expect(join('gone')).rejects.toMatchObject({ code: 'unauthorized' });
    expect([host, second, ana].map(({ ear }) => ear.released)).toEqual([[], [], []]);
    kick(host, second.peer.id)();
    expect(second.ear.of('room:closed')).toEqual([{ reason: 'removed' }]);
  });

  test('P-103 what is remembered of those who were sent off is bounded, and the newest count', () => {
    const access = new RoomAccess({ clock, kept: keptAccess, onChanged: () => undefined });
    const token = (count: number) => String(count) as ResumeToken;
    for (let count = 0; count < MAX_BANNED_PEERS + 5; count += 1) access.ban([token(count)]);
    const kept = Array.from({ length: MAX_BANNED_PEERS + 5 }, (_, count) => access.isBanned(token(count)));
    expect(kept.filter(Boolean)).toHaveLength(MAX_BANNED_PEERS);
    expect(kept.slice(0, 5)).toEqual([false, false, false, false, false]);
  });
});

describe('co-hosts', () => {
  test('P-104 a host names them all: those named lead, those not named any more do not, and all hear it', async () => {
    const [host, ana, ben] = [await join('host', 'host'), await join('ana'), await join('ben', 'speaker')];
    const viewer = await join('viewer', 'viewer');
    seal(host, ana, ben);
    const set = (...seats: Seat[]) => room.hosts.setCohosts(host.peer, { peerIds: seats.map(({ peer }) => peer.id) });
    set(ana, host, viewer);
    expect([host, ana, ben, viewer].map(({ peer }) => peer.role)).toEqual(['host', 'cohost', 'speaker', 'viewer']);
    set(ben);
    expect([ana, ben].map(({ peer }) => peer.role)).toEqual(['member', 'cohost']);
    expect(ana.ear.of('peer:role')).toEqual([
      { peerId: ana.peer.id, role: 'cohost' },
      { peerId: ana.peer.id, role: 'member' },
      { peerId: ben.peer.id, role: 'cohost' },
    ]);
    expect(() => room.hosts.setCohosts(ben.peer, { peerIds: [ana.peer.id] })).toThrow(refusal('forbidden'));
  });

  test('P-104 a co-host takes its place back with the token of either role, and a fresh place is no co-host’s', async () => {
    const [host, ana] = [await join('host', 'host'), await join('ana')];
    seal(host, ana);
    room.hosts.setCohosts(host.peer, { peerIds: [ana.peer.id] });
    for (const role of ['member', 'cohost'] as const) {
      const resume = { token: ana.peer.resumeToken, lastSequence: 0 };
      expect(room.resume(admission('ana', role), resume, new Ear())?.peer.role).toBe('cohost');
    }
    expect((await join('ana', 'cohost')).peer.role).toBe('member');
  });
});

describe('the end for everybody', () => {
  test('P-106 closes every place, that of who asked too, and tells each why', async () => {
    const [host, ana, late] = [await join('host', 'host'), await join('ana'), await join('late')];
    seal(host, ana);
    room.hosts.end(host.peer);
    for (const { ear } of [host, ana, late]) {
      expect(ear.of('room:closed')).toEqual([{ reason: 'ended' }]);
      expect(ear.released).toEqual(['ended']);
    }
    await expect(join('more')).rejects.toMatchObject({ code: 'not_found' });
  });

  test('P-106 is for the role alone: not for a member that leads while no host is there, nor for a host outside the group', async () => {
    const [ana, ben] = [await join('ana'), await join('ben')];
    seal(ana, ben);
    const host = await join('host', 'host');
    expect(room.hosts.mayLead(ana.peer)).toBe(true);
    expect(() => room.hosts.end(ana.peer)).toThrow(refusal('forbidden'));
    expect(() => room.hosts.end(host.peer)).toThrow(refusal('not_sealed'));
    seal(host);
    room.hosts.setCohosts(host.peer, { peerIds: [ben.peer.id] });
    expect(() => room.hosts.end(ana.peer)).toThrow(refusal('forbidden'));
    expect(ana.ear.of('room:closed')).toEqual([]);
    room.hosts.end(ben.peer);
    expect(ana.ear.of('room:closed')).toEqual([{ reason: 'ended' }]);
  });
});

describe('the hint', () => {
  test('P-105 the others hear it once, newcomers with their join, and the next group begins open', async () => {
    const [host, ana] = [await join('host', 'host'), await join('ana')];
    seal(host, ana);
    expect(room.hosts.mode).toBe('open');
    room.hosts.hint(host.peer, { mode: 'approve' });
    room.hosts.hint(host.peer, { mode: 'approve' });
    expect(ana.ear.of('room:hint')).toEqual([{ mode: 'approve' }]);
    expect(host.ear.of('room:hint')).toEqual([]);
    expect(() => room.hosts.hint(ana.peer, { mode: 'open' })).toThrow(refusal('forbidden'));
    const { joined } = await room.join(admission('late', 'member'), new Ear());
    expect(joined).toMatchObject({ mode: 'approve', linkGeneration: 0 });
    for (const { peer } of [host, ana]) room.leave(peer);
    expect(room.delivery.group).toBeNull();
    expect(room.hosts.mode).toBe('open');
  });
});
