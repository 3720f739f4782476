// A host's wishes through whole Sessions: who carries them out, when they are done, and what becomes of them otherwise.
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { ServerRequest } from '../messages.ts';
import { inView, memberIds, viewOf, World, type Person } from '../test/World.ts';

let world: World;
let hostKey: CryptoKeyPair;

const policyOf = (person: Person) => inView(person).policy;

/** The host first, then the others one by one. */
async function meet(...others: string[]): Promise<Person> {
  const host = await world.enter('host', 7, { hostKey });
  await world.settle();
  await world.advance(3_000);
  await world.gather(...others);
  return host;
}

/** What became of a wish after so long. */
async function outcome(wish: Promise<void>, withinMs = 3_000): Promise<string> {
  let now = 'pending';
  wish.then(
    () => (now = 'done'),
    (error: Error) => (now = error.message),
  );
  await world.settle();
  await world.advance(withinMs);
  return now;
}

const commits = (): Extract<ServerRequest, { name: 'mls:commit' }>[] =>
  world.delivery.log.flatMap(({ request }) => (request.name === 'mls:commit' ? [request] : []));

beforeEach(async () => {
  world = new World();
  hostKey = await world.withHost();
});
afterEach(() => world.close());

describe('the host', () => {
  it('E-89 claims its leaf as soon as it is in, and is host for whoever comes later', async () => {
    await meet('a', 'b');
    for (const id of ['host', 'a', 'b']) {
      expect(policyOf(world.get(id))).toMatchObject({ host: 'host', acting: ['host'], mode: 'open', knocks: [] });
    }
  });

  it('E-89 claims once: of two devices of one host the later one is host, and they do not quarrel', async () => {
    await meet('a');
    await world.enter('host2', 7, { hostKey });
    await world.settle();
    await world.advance(10_000);
    const before = commits().length;
    await world.advance(20_000);
    expect(commits()).toHaveLength(before);
    expect(policyOf(world.get('a')).host).toBe('host2');
    world.leave('host2');
    await world.advance(10_000);
    expect(policyOf(world.get('a')).host).toBe('host');
  });

  it('E-89 who is none is told so, and nothing is committed', async () => {
    await meet('a', 'b');
    const before = commits().length;
    expect(await outcome(world.get('a').session.host({ name: 'setMode', mode: 'locked' }), 1_000)).toBe('notActing');
    expect(await outcome(world.get('host').session.host({ name: 'kick', peerId: 'nobody' }), 1_000)).toBe('notThere');
    expect(await outcome(world.get('a').session.host({ name: 'setCohosts', peerIds: ['b'] }), 1_000)).toBe('notActing');
    expect(commits()).toHaveLength(before);
  });

  it('E-89 a wish that nobody can carry out ends after its time', async () => {
    const host = await meet('a');
    world.delivery.holdRequest = (_peerId, { name }) => name === 'mls:commit';
    expect(await outcome(host.session.host({ name: 'setMode', mode: 'locked' }), 14_000)).toBe('pending');
    await world.advance(2_000);
    expect(await outcome(host.session.host({ name: 'setMode', mode: 'locked' }), 16_000)).toBe('timeout');
  });

  it('E-89 brings the mode it chose last into a group that has heard no host', async () => {
    await world.gather('a', 'b');
    await world.enter('host', 7, { hostKey, hostMode: 'approve' });
    await world.settle();
    await world.advance(5_000);
    expect(policyOf(world.get('b'))).toMatchObject({ host: 'host', mode: 'approve' });
  });
});

describe('a group that begins anew', () => {
  it('E-89 has those for co-hosts again whom the host had named, each as soon as they are there, and nobody else', async () => {
    await world.gather('a', 'stranger');
    await world.enter('host', 7, { hostKey, hostCohosts: ['a', 'b'] });
    await world.settle();
    await world.advance(5_000);
    expect(policyOf(world.get('a'))).toMatchObject({ host: 'host', cohosts: ['a'] });
    await world.enter('b');
    await world.settle();
    await world.advance(5_000);
    expect(policyOf(world.get('stranger')).cohosts.toSorted()).toEqual(['a', 'b']);
  });

  it('E-89 a group that has heard a host keeps whom that one named', async () => {
    const host = await meet('a', 'b');
    expect(await outcome(host.session.host({ name: 'setCohosts', peerIds: ['a'] }))).toBe('done');
    await world.enter('host2', 7, { hostKey, hostCohosts: ['b'] });
    await world.settle();
    await world.advance(5_000);
    expect(policyOf(world.get('b'))).toMatchObject({ host: 'host2', cohosts: ['a'] });
  });
});

describe('newcomers', () => {
  it('E-84 knock where the host approves each, are seen by name where somebody may let them in, and come in when let', async () => {
    const host = await meet('a', 'b');
    expect(await outcome(host.session.host({ name: 'setMode', mode: 'approve' }))).toBe('done');
    const dana = await world.enter('dana');
    await world.settle();
    await world.advance(5_000);
    expect(viewOf(dana).state).toBe('waitWelcome');
    expect(policyOf(host).knocks).toMatchObject([{ peerId: 'dana', displayName: 'Name of dana' }]);
    expect(policyOf(world.get('a')).knocks).toEqual([]);
    expect(await outcome(host.session.host({ name: 'admit', peerIds: ['dana'] }))).toBe('done');
    expect(memberIds(dana)).toContain('host');
    expect(policyOf(dana)).toEqual({ ...policyOf(host), knocks: [] });
    expect(policyOf(host).knocks).toEqual([]);
  });

  it('E-85 wait for nothing where the room is locked, and come in once it is opened', async () => {
    const host = await meet('a');
    await outcome(host.session.host({ name: 'setMode', mode: 'locked' }));
    const dana = await world.enter('dana');
    await world.settle();
    await world.advance(8_000);
    expect(viewOf(dana).state).toBe('waitWelcome');
    expect(policyOf(host).knocks).toEqual([]);
    expect(await outcome(host.session.host({ name: 'setMode', mode: 'open' }))).toBe('done');
    await world.advance(5_000);
    expect(memberIds(dana)).toHaveLength(3);
  });
});

describe('members', () => {
  it('E-88 who is kicked is out in the same commit, for all, holds no key and asks for none', async () => {
    const host = await meet('a', 'b');
    const ben = world.get('b');
    const before = inView(host).epoch;
    expect(await outcome(host.session.host({ name: 'kick', peerId: 'b' }), 500)).toBe('done');
    expect(inView(host).epoch).toBe(before + 1);
    for (const id of ['host', 'a']) expect(memberIds(world.get(id))).toEqual(['host', 'a']);
    expect(viewOf(ben)).toEqual({ state: 'removed' });
    expect(ben.keys.sending).toBeNull();
    const asked = world.delivery.log.length;
    await world.advance(8_000);
    expect(world.delivery.log.slice(asked).filter(({ peerId }) => peerId === 'b')).toEqual([]);
    expect([...world.get('a').keys.keys.values()].at(-1)).not.toBe([...ben.keys.keys.values()].at(-1));
  });

  it('E-87 find back into a locked group by themselves', async () => {
    const host = await meet('a', 'b');
    await outcome(host.session.host({ name: 'setMode', mode: 'locked' }));
    const ana = world.get('a');
    world.delivery.withhold = (peerId, { name }) => peerId === 'a' && name === 'mls:commit';
    await outcome(host.session.host({ name: 'setCohosts', peerIds: ['b'] }));
    world.delivery.withhold = () => false;
    await world.until(() => viewOf(ana).state !== 'in', 70_000);
    await world.until(() => viewOf(ana).state === 'in', 30_000);
    expect(memberIds(ana).toSorted()).toEqual(['a', 'b', 'host']);
    expect(policyOf(ana).mode).toBe('locked');
  });

  it('E-82 the one present longest acts when the host is gone, and the host again when it returns', async () => {
    const host = await meet('a', 'b');
    await outcome(host.session.host({ name: 'setMode', mode: 'approve' }));
    world.leave('host');
    await world.advance(10_000);
    const ana = world.get('a');
    expect(policyOf(ana)).toMatchObject({ host: null, acting: ['a'], mode: 'approve' });
    const dana = await world.enter('dana');
    await world.settle();
    await world.advance(3_000);
    expect(policyOf(ana).knocks).toMatchObject([{ peerId: 'dana' }]);
    expect(await outcome(ana.session.host({ name: 'admit', peerIds: ['dana'] }))).toBe('done');
    await world.enter('again', 7, { hostKey });
    await world.settle();
    await world.advance(3_000);
    expect(policyOf(dana)).toMatchObject({ host: 'again', acting: ['again'], mode: 'approve' });
  });

  it('E-89 co-hosts act beside the host, also after they lost their way', async () => {
    const host = await meet('a', 'b');
    expect(await outcome(host.session.host({ name: 'setCohosts', peerIds: ['b'] }))).toBe('done');
    expect(policyOf(world.get('a'))).toMatchObject({ host: 'host', cohosts: ['b'], acting: ['host', 'b'] });
    world.delivery.withhold = (peerId, { name }) => peerId === 'b' && name === 'mls:commit';
    await outcome(host.session.host({ name: 'setMode', mode: 'approve' }));
    world.delivery.withhold = () => false;
    const ben = world.get('b');
    await world.until(() => viewOf(ben).state !== 'in', 70_000);
    await world.until(() => viewOf(ben).state === 'in', 30_000);
    await world.advance(5_000);
    expect(policyOf(ben).cohosts).toEqual(['b']);
    expect(await outcome(ben.session.host({ name: 'kick', peerId: 'host' }))).toBe('notActing');
    expect(memberIds(ben)).toContain('host');
    expect(await outcome(ben.session.host({ name: 'kick', peerId: 'a' }))).toBe('done');
  });
});

describe('a new link', () => {
  const secret = () => new Uint8Array(24).fill(9);
  const verifiers = { member: 'V'.repeat(43) };

  it('E-86 reaches every member, then the server, and lets in its holders and nobody else', async () => {
    const host = await meet('a', 'b');
    expect(await outcome(host.session.host({ name: 'rotateLink', secret: secret(), verifiers }))).toBe('done');
    for (const id of ['host', 'a', 'b']) {
      expect(world.get(id).links).toEqual([{ secret: secret(), linkGeneration: 1 }]);
      expect(policyOf(world.get(id)).linkGeneration).toBe(1);
    }
    const told = world.delivery.log.find(({ request }) => request.name === 'mls:link')?.request;
    expect(told).toMatchObject({ linkGeneration: 1, verifiers });
    const fresh = await world.enter('fresh', 9);
    await world.settle();
    await world.advance(3_000);
    expect(memberIds(fresh)).toEqual(['host', 'a', 'b', 'fresh']);
    const stale = await world.enter('stale', 7);
    await world.settle();
    await world.advance(9_000);
    expect(viewOf(stale).state).not.toBe('in');
    expect(memberIds(host)).not.toContain('stale');
  });

  it('E-86 that the server refuses is said to be untold, and can be announced again: then it lets in its holders', async () => {
    const host = await meet('a');
    world.delivery.intercept = (_peerId, { name }) =>
      name === 'mls:link' ? { outcome: 'failed', code: 'forbidden' } : undefined;
    expect(await outcome(host.session.host({ name: 'rotateLink', secret: secret(), verifiers }))).toBe('untold');
    expect(host.links).toEqual([{ secret: secret(), linkGeneration: 1 }]);
    expect(await outcome(host.session.host({ name: 'announceLink', verifiers }))).toBe('untold');
    expect(await outcome(world.get('a').session.host({ name: 'announceLink', verifiers }))).toBe('notActing');
    world.delivery.intercept = () => undefined;
    expect(await outcome(host.session.host({ name: 'announceLink', verifiers }))).toBe('done');
    expect(world.delivery.linkGeneration).toBe(1);
    const fresh = await world.enter('fresh', 9);
    await world.settle();
    await world.advance(3_000);
    expect(memberIds(fresh)).toEqual(['host', 'a', 'fresh']);
  });

  it('E-86 waits for a removal that was asked for before it', async () => {
    const host = await meet('a', 'b');
    const ben = world.get('b');
    const kick = host.session.host({ name: 'kick', peerId: 'b' });
    const rotation = host.session.host({ name: 'rotateLink', secret: secret(), verifiers });
    expect(await outcome(kick)).toBe('done');
    expect(await outcome(rotation)).toBe('done');
    expect(ben.links).toEqual([]);
    expect(world.get('a').links).toHaveLength(1);
  });

  it('E-86 a member that lost its way under it finds back', async () => {
    const host = await meet('a', 'b');
    await outcome(host.session.host({ name: 'rotateLink', secret: secret(), verifiers }));
    const ana = world.get('a');
    world.delivery.withhold = (peerId, { name }) => peerId === 'a' && name === 'mls:commit';
    await outcome(host.session.host({ name: 'setMode', mode: 'approve' }));
    world.delivery.withhold = () => false;
    await world.until(() => viewOf(ana).state !== 'in', 70_000);
    await world.until(() => viewOf(ana).state === 'in', 30_000);
    expect(policyOf(ana)).toMatchObject({ mode: 'approve', linkGeneration: 1 });
  });
});
