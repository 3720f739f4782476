// Several Sessions around a delivery service that a test can slow down, reorder and lie with.
import { afterEach, describe, expect, it, vi } from 'vitest';
import { inView, memberIds, viewOf, World, type Person } from '../test/World.ts';
import { utf8 } from '../util/bytes.ts';

const worlds: World[] = [];
function createWorld(): World {
  const world = new World();
  worlds.push(world);
  return world;
}
afterEach(() => {
  for (const world of worlds.splice(0)) world.close();
});

function commits(world: World) {
  return world.delivery.log.filter(({ request }) => request.name === 'mls:commit');
}

/** Everybody named sees the same epoch, the same people, the same digits, and sends under that epoch's one key. */
function expectAgreement(world: World, ...peerIds: string[]): void {
  const views = peerIds.map((peerId) => inView(world.get(peerId)));
  const first = views[0]!;
  for (const view of views) {
    expect(view.epoch).toBe(first.epoch);
    expect(view.safetyCode).toEqual(first.safetyCode);
    expect(view.members.map(({ peerId }) => peerId).toSorted()).toEqual([...peerIds].toSorted());
    expect(view.sendEpoch).toBe(view.epoch);
  }
  expect(new Set(peerIds.map((peerId) => currentKey(world.get(peerId)))).size).toBe(1);
}

function currentKey(person: Person): string {
  const key = person.keys.sending === null ? undefined : person.keys.keys.get(person.keys.sending);
  if (key === undefined) throw new Error(`${person.peerId} does not send`);
  return key;
}

describe('Session: coming and going', () => {
  it('E-40 the first one in makes the group, is in it alone, and sends at once', async () => {
    const world = createWorld();
    const a = await world.enter('a');
    await world.settle();
    expect(memberIds(a)).toEqual(['a']);
    expect(inView(a).sendEpoch).toBe(0);
    expect(inView(a).members[0]).toMatchObject({ displayName: 'Name of a', self: true, leafIndex: 0 });
    expect(a.views.map(({ state }) => state)).toEqual(['new', 'in']);
  });

  it('E-41 of two who make a group at once one wins, and the other joins that one', async () => {
    const world = createWorld();
    await world.enter('a');
    await world.enter('b');
    await world.settle();
    await world.advance(3_000);
    expectAgreement(world, 'a', 'b');
    expect(inView(world.get('a')).epoch).toBe(1);
  });

  it('E-42 three who come at once into a quiet room are added by one commit', async () => {
    const world = createWorld();
    await world.gather('a');
    world.delivery.hold('a');
    for (const peerId of ['b', 'c', 'd']) await world.enter(peerId);
    await world.settle();
    world.delivery.lose('a', (event) => event.name === 'mls:queue' && event.waiting.length < 3);
    world.delivery.unhold('a');
    await world.settle();
    expect(commits(world)).toHaveLength(1);
    expectAgreement(world, 'a', 'b', 'c', 'd');
  });

  it('E-43 after a quiet second a change is committed at once, and what follows gathers for half a second', async () => {
    const world = createWorld();
    await world.gather('a');
    await world.enter('b');
    await world.settle();
    expect(commits(world)).toHaveLength(1);
    for (const peerId of ['c', 'd', 'e']) {
      await world.enter(peerId);
      await world.advance(50);
    }
    expect(commits(world)).toHaveLength(1);
    await world.advance(2_000);
    expect(commits(world)).toHaveLength(2);
    expectAgreement(world, 'a', 'b', 'c', 'd', 'e');
  });

  it('E-44 who left is removed two seconds later, not before, and sees no key of what follows', async () => {
    const world = createWorld();
    await world.gather('a', 'b', 'c');
    const left = world.get('c').keys;
    const epoch = inView(world.get('a')).epoch;
    world.leave('c');
    await world.settle();
    await world.advance(1_900);
    expect(inView(world.get('a')).epoch).toBe(epoch);
    await world.advance(4_000);
    expectAgreement(world, 'a', 'b');
    expect([...left.keys.values()]).not.toContain(currentKey(world.get('a')));
  });

  it('E-45 with a Remove sending switches within one second even where somebody never reports ready', async () => {
    const world = createWorld();
    await world.gather('a', 'b', 'c');
    world.leave('c');
    world.delivery.intercept = (peerId, request) =>
      peerId === 'b' && request.name === 'mls:ready' ? { outcome: 'failed', code: 'rate_limited' } : undefined;
    await world.settle();
    await world.advance(2_000);
    const a = world.get('a');
    expect(memberIds(a)).toEqual(['a', 'b']);
    expect(inView(a).sendEpoch).toBe(inView(a).epoch - 1);
    await world.advance(1_000);
    expect(inView(a).sendEpoch).toBe(inView(a).epoch);
  });

  it('E-46 when the last one is gone, the next one makes a new group', async () => {
    const world = createWorld();
    await world.gather('a', 'b');
    world.leave('a');
    world.leave('b');
    await world.settle();
    expect(world.delivery.group).toBeNull();
    const c = await world.enter('c');
    await world.settle();
    expect(memberIds(c)).toEqual(['c']);
  });

  it('E-46 one who waits in a group whose members all go is told, and makes a new one', async () => {
    const world = createWorld();
    await world.gather('a');
    world.delivery.hold('a');
    const b = await world.enter('b');
    await world.settle();
    expect(viewOf(b).state).toBe('waitWelcome');
    world.leave('a');
    await world.settle();
    expect(memberIds(b)).toEqual(['b']);
  });
});

describe('Session: races and losses', () => {
  it('E-47 of two commits for one epoch the first wins, the other is dropped, and both agree', async () => {
    const world = createWorld();
    await world.gather('a', 'b', 'c');
    world.delivery.holdRequest = (_, request) => request.name === 'mls:commit';
    await world.enter('d');
    await world.settle();
    await world.advance(4_000);
    world.delivery.holdRequest = () => false;
    await world.settle();
    const answers = commits(world)
      .slice(-3)
      .map(({ reply }) => (reply.outcome === 'answered' ? reply.data : null));
    expect(answers).toMatchObject([{ outcome: 'accepted' }, { outcome: 'stale' }, { outcome: 'stale' }]);
    await world.advance(3_000);
    expectAgreement(world, 'a', 'b', 'c', 'd');
  });

  it('E-48 the next in line commits when the first does not', async () => {
    const world = createWorld();
    await world.gather('a', 'b', 'c');
    const first = new Set<string>();
    world.delivery.holdRequest = (peerId, request) => {
      if (request.name !== 'mls:commit') return false;
      if (first.size === 0) first.add(peerId);
      return first.has(peerId);
    };
    await world.enter('d');
    await world.settle();
    await world.advance(1_400);
    expect(viewOf(world.get('d')).state).toBe('waitWelcome');
    await world.advance(3_000);
    expectAgreement(world, 'a', 'b', 'c', 'd');
  });

  it('E-49 a member that missed a commit stops sending, asks to be added anew, and is found in the next epoch', async () => {
    const world = createWorld();
    await world.gather('a', 'b', 'c');
    world.delivery.hold('c');
    await world.enter('d');
    await world.advance(4_000);
    world.delivery.lose('c', (event) => event.name === 'mls:commit');
    world.delivery.unhold('c');
    await world.enter('e');
    await world.advance(4_000);
    const c = world.get('c');
    await world.advance(6_000);
    expect(c.views.some((view) => view.state === 'resync' && view.cause === 'gap')).toBe(true);
    await world.advance(12_000);
    expectAgreement(world, 'a', 'b', 'c', 'd', 'e');
  });

  it('E-49 a commit that cannot be read sends its reader into a resync, from which it comes back', async () => {
    const world = createWorld();
    await world.gather('a', 'b');
    const { groupId, epoch } = world.delivery.group!.ref;
    world.delivery.forge('b', { name: 'mls:commit', groupId, epoch, from: 'a', commit: utf8('not a commit') });
    await world.settle();
    await world.advance(3_000);
    expect(viewOf(world.get('b'))).toEqual({ state: 'resync', cause: 'malformed', attempt: 1 });
    expect(world.get('b').keys.sending).toBeNull();
    await world.advance(5_000);
    expectAgreement(world, 'a', 'b');
  });

  it('E-49 finds back also where the first try fails inside', async () => {
    const world = createWorld();
    await world.gather('a', 'b');
    const { groupId, epoch } = world.delivery.group!.ref;
    world.delivery.forge('b', { name: 'mls:commit', groupId, epoch, from: 'a', commit: utf8('not a commit') });
    await world.settle();
    await world.advance(3_000);
    const fails = vi.spyOn(crypto.subtle, 'generateKey').mockRejectedValueOnce(new Error('out of memory'));
    await world.advance(1_500);
    expect(fails).toHaveBeenCalled();
    fails.mockRestore();
    await world.advance(10_000);
    expectAgreement(world, 'a', 'b');
  });

  it('E-49 keeps receive keys for a minute while nobody lets it back, and for ten seconds when the group is over', async () => {
    const world = createWorld();
    await world.gather('a', 'b');
    const { groupId, epoch } = world.delivery.group!.ref;
    world.delivery.forge('b', { name: 'mls:commit', groupId, epoch, from: 'a', commit: utf8('not a commit') });
    await world.settle();
    await world.advance(3_000);
    expect(world.get('b').keys.retirements).toEqual([60_000]);
    world.delivery.intercept = () => ({ outcome: 'failed', code: 'internal' });
    world.delivery.forge('a', { name: 'mls:ended', groupId });
    await world.settle();
    expect(world.get('a').keys.retirements).toEqual([10_000]);
    expect(viewOf(world.get('a')).state).toBe('new');
  });

  it('E-46 shows no lock from the moment that the group is over, whatever comes of the next one', async () => {
    const world = createWorld();
    await world.gather('a', 'b');
    const { groupId } = world.delivery.group!.ref;
    const fails = vi.spyOn(crypto.subtle, 'generateKey').mockRejectedValue(new Error('out of memory'));
    world.delivery.forge('a', { name: 'mls:ended', groupId });
    await world.settle();
    expect(fails).toHaveBeenCalled();
    fails.mockRestore();
    expect(viewOf(world.get('a')).state).toBe('new');
    expect(world.get('a').keys.sending).toBeNull();
    await world.advance(15_000);
    expectAgreement(world, 'a', 'b');
  });

  it('E-50 a commit whose reply was lost is asked for again with the same bytes, and taken once', async () => {
    const world = createWorld();
    await world.gather('a');
    let lost = 0;
    world.delivery.intercept = (_, request) =>
      request.name === 'mls:commit' && lost++ === 0 ? { outcome: 'failed', code: 'timeout' } : undefined;
    await world.enter('b');
    await world.settle();
    await world.advance(3_000);
    const [first, second] = commits(world);
    expect(second!.request).toEqual(first!.request);
    expectAgreement(world, 'a', 'b');
  });

  it('E-51 without a Welcome the newcomer asks again every three seconds', async () => {
    const world = createWorld();
    await world.gather('a');
    world.delivery.hold('a');
    const b = await world.enter('b');
    await world.settle();
    await world.advance(10_000);
    const asked = world.delivery.log.filter(
      ({ peerId, request }) => peerId === 'b' && request.name === 'mls:keyPackage',
    );
    expect(asked).toHaveLength(4);
    world.delivery.unhold('a');
    await world.settle();
    await world.advance(1_000);
    expect(memberIds(b)).toEqual(['a', 'b']);
  });

  it('E-52 the room rekeys after five minutes without a path, by an empty commit', async () => {
    const world = createWorld();
    await world.gather('a', 'b');
    const { epoch, safetyCode } = inView(world.get('a'));
    await world.advance(5 * 60_000 + 5_000);
    expect(inView(world.get('a')).epoch).toBe(epoch + 1);
    expect(inView(world.get('a')).safetyCode).not.toEqual(safetyCode);
    const last = commits(world).at(-1)!.request;
    expect(last).toMatchObject({ added: [], removed: [] });
    expectAgreement(world, 'a', 'b');
  });

  it('E-53 a fresh join with the same worker starts over under a new epoch, and its old leaf goes in the same commit', async () => {
    const world = createWorld();
    await world.gather('a', 'b', 'c');
    const b = world.get('b');
    const before = currentKey(b);
    void b.session.enter(world.delivery.group!.ref);
    await world.settle();
    await world.advance(4_000);
    expectAgreement(world, 'a', 'b', 'c');
    expect(currentKey(b)).not.toBe(before);
    expect(commits(world).at(-1)!.request).toMatchObject({ added: ['b'], removed: ['b'] });
  });
});

describe('Session: who does not get in', () => {
  it('E-54 a Peer with a token but without the secret never becomes a member, and keeps nobody else waiting', async () => {
    const world = createWorld();
    await world.gather('a', 'b');
    const ghost = await world.enter('ghost', 8);
    const d = await world.enter('d');
    await world.settle();
    await world.advance(15_000);
    expect(ghost.keys.keys.size).toBe(0);
    expect(ghost.views.every(({ state }) => state !== 'in')).toBe(true);
    expect(memberIds(d)).toEqual(['a', 'b', 'd']);
  });

  it('E-12 nobody asks to join a group whose beacon is not of this link', async () => {
    const world = createWorld();
    await world.gather('a');
    const b = await world.person('b');
    const ref = world.delivery.group!.ref;
    void b.session.enter({ ...ref, beacon: ref.beacon.with(0, ref.beacon[0]! ^ 1) });
    await world.settle();
    await world.advance(20_000);
    expect(viewOf(b)).toMatchObject({ state: 'resync', cause: 'beacon' });
    expect(world.delivery.log.some(({ peerId }) => peerId === 'b')).toBe(false);
  });

  it('E-54 a key package without the secret behind it is skipped by every committer', async () => {
    const world = createWorld();
    await world.gather('a', 'b');
    const ghost = await world.person('ghost', 8);
    const { groupId } = world.delivery.group!.ref;
    void world.delivery.request('ghost', {
      name: 'mls:keyPackage',
      groupId,
      sealed: crypto.getRandomValues(new Uint8Array(600)),
    });
    await world.enter('d');
    await world.settle();
    await world.advance(8_000);
    expect(memberIds(world.get('a'))).toEqual(['a', 'b', 'd']);
    expect(ghost.keys.keys.size).toBe(0);
  });

  it('E-39 closing wipes the link’s PSK and every secret of the group', async () => {
    const world = createWorld();
    await world.gather('a', 'b');
    const { keys } = world.get('a');
    const psk = world.get('a').psk;
    expect(psk.some((byte) => byte !== 0)).toBe(true);
    world.get('a').session.close();
    expect(psk.every((byte) => byte === 0)).toBe(true);
    expect(keys.sending).toBeNull();
    expect(viewOf(world.get('a'))).toEqual({ state: 'closed' });
  });

  it('E-55 a newcomer holds no key of any epoch before its own', async () => {
    const world = createWorld();
    await world.gather('a', 'b');
    const before = new Set(world.get('a').keys.keys.values());
    await world.gather('c');
    const own = [...world.get('c').keys.keys.values()];
    expect(own).toHaveLength(1);
    expect(own.some((key) => before.has(key))).toBe(false);
  });

  it('E-56 a member that hears late and all at once that somebody is gone and removed waits a moment instead of losing its way', async () => {
    const world = createWorld();
    await world.gather('a', 'b', 'c');
    const b = world.get('b');
    world.delivery.holdRequest = (peerId, { name }) => peerId === 'b' && name === 'mls:commit';
    world.delivery.hold('b');
    world.leave('c');
    await world.settle();
    await world.advance(5_000);
    expect(memberIds(world.get('a'))).toEqual(['a', 'b']);
    world.delivery.unhold('b');
    await world.settle();
    expect(memberIds(b)).toEqual(['a', 'b', 'c']);
    await world.advance(3_000);
    expectAgreement(world, 'a', 'b');
    expect(b.views.some(({ state }) => state === 'resync')).toBe(false);
  });
});
