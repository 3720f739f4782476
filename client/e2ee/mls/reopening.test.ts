// Commits that half of the members refuse: who refuses one stays where it is.
import { afterEach, describe, expect, it } from 'vitest';
import type { ServerEvent, ServerRequest } from '../messages.ts';
import { causes, deceive, expectTogether, listOf, requestsOf, untilCommitted } from '../test/refusalScene.ts';
import { inView, memberIds, viewOf, World } from '../test/World.ts';
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

describe('Reopening: a member that refuses', () => {
  it('E-56 a server that reports somebody gone to one member alone gets a commit, and nobody follows it', async () => {
    const world = createWorld();
    await world.gather('a', 'b', 'c');
    const { epoch } = world.delivery.group!.ref;
    await deceive(world, ['a'], 'c');
    await untilCommitted(world, epoch);
    await world.settle();
    for (const peerId of ['b', 'c']) expect(memberIds(world.get(peerId))).toEqual(['a', 'b', 'c']);
    expect(listOf(world.get('a').views.findLast(({ state }) => state === 'in')!)).toEqual(['a', 'b']);
  });

  it('E-68 who does not follow a commit says which one and why, once, and who made it says nothing', async () => {
    const world = createWorld();
    await world.gather('a', 'b', 'c');
    const { groupId, epoch } = world.delivery.group!.ref;
    await deceive(world, ['a'], 'c');
    await untilCommitted(world, epoch);
    await world.advance(5_000);
    const [commit] = requestsOf(world, 'mls:commit', 'a').filter((one) => one.epoch === epoch);
    const commitHash = new Uint8Array(await crypto.subtle.digest('SHA-256', new Uint8Array(commit!.commit)));
    const nack = { name: 'mls:nack', groupId, epoch, commitHash, reason: 'removedNotGone' };
    expect(requestsOf(world, 'mls:nack', 'b')).toEqual([nack]);
    expect(requestsOf(world, 'mls:nack', 'a')).toEqual([]);
  });

  it('E-68 a refusal that the server did not take is said again', async () => {
    const world = createWorld();
    await world.gather('a', 'b', 'c');
    const { epoch } = world.delivery.group!.ref;
    let lost = 0;
    world.delivery.intercept = (peerId, request) =>
      peerId === 'b' && request.name === 'mls:nack' && lost++ === 0
        ? { outcome: 'failed', code: 'rate_limited' }
        : undefined;
    await deceive(world, ['a'], 'c');
    await untilCommitted(world, epoch);
    await world.advance(2_500);
    expect(requestsOf(world, 'mls:nack', 'b')).toHaveLength(2);
    await world.advance(10_000);
    expectTogether(world, 'a', 'b', 'c');
    expect(causes(world.get('b'))).toEqual([]);
  });

  it('E-68 one whose commits the server takes no more since others refused one asks to be added anew', async () => {
    const world = createWorld();
    await world.gather('a', 'b', 'c');
    const { groupId, epoch } = world.delivery.group!.ref;
    world.delivery.forge('a', { name: 'mls:barred', groupId, epoch });
    await world.settle();
    expect(viewOf(world.get('a'))).toEqual({ state: 'resync', cause: 'barred', attempt: 1 });
    await world.advance(10_000);
    expectTogether(world, 'a', 'b', 'c');
  });

  it('E-90 members that refuse a wrongful removal keep their place and go on sending; only who made it is added anew', async () => {
    const world = createWorld();
    await world.gather('a', 'b', 'c', 'd');
    const { epoch } = world.delivery.group!.ref;
    const seen = new Map([...world.people.values()].map((person) => [person.peerId, person.views.length]));
    let stops = 0;
    await deceive(world, ['a'], 'c');
    for (let passedMs = 0; passedMs < 12_000; passedMs += 100) {
      await world.advance(100);
      for (const peerId of ['b', 'c', 'd']) stops += world.get(peerId).keys.sending === null ? 1 : 0;
    }
    expect(requestsOf(world, 'mls:commit', 'a').some((commit) => commit.epoch === epoch)).toBe(true);
    for (const peerId of ['b', 'c', 'd']) {
      const { views } = world.get(peerId);
      for (const view of views.slice(seen.get(peerId))) expect(listOf(view)).toEqual(['a', 'b', 'c', 'd']);
    }
    expect(stops).toBe(0);
    // Whose removal it was had no say in it, and yet is heard again.
    expect(world.delivery.group!.silent.size).toBe(0);
    expect(causes(world.get('a'))).toEqual(['resync reopened', 'resync reopened']);
    expectTogether(world, 'a', 'b', 'c', 'd');
    expect(world.delivery.group!.ref.epoch).toBe(epoch + 1);
  });

  it('E-90 while it waits a member is heard and hears under its epoch, and commits nothing', async () => {
    const world = createWorld();
    await world.gather('a', 'b', 'c', 'd');
    const { epoch } = world.delivery.group!.ref;
    world.delivery.holdRequest = (_, { name }) => name === 'mls:nack';
    await deceive(world, ['a'], 'c');
    await untilCommitted(world, epoch);
    await world.settle();
    const committed = requestsOf(world, 'mls:commit').length;
    await world.enter('e');
    void world.get('b').session.say(utf8('still here'));
    await world.advance(2_500);
    expect(world.get('d').said.map(({ from, text }) => [from, text])).toEqual([['b', 'still here']]);
    expect(
      requestsOf(world, 'mls:commit')
        .slice(committed)
        .filter(({ epoch: at }) => at === epoch),
    ).toEqual([]);
    for (const peerId of ['b', 'd']) expect(inView(world.get(peerId)).epoch).toBe(epoch);
    world.delivery.holdRequest = () => false;
    await world.settle();
    await world.advance(8_000);
    expectTogether(world, 'a', 'b', 'c', 'd', 'e');
    expect(causes(world.get('b'))).toEqual([]);
    // What was put on top of the refused commit went with it, unread.
    expect(requestsOf(world, 'mls:commit', 'a').filter((commit) => commit.epoch === epoch + 1).length).toBeGreaterThan(
      0,
    );
    expect(requestsOf(world, 'mls:nack', 'b').map((nack) => nack.epoch)).toEqual([epoch]);
  });

  it('E-90 where the commit is not undone within three seconds, who refused it looks for its place: the others have left', async () => {
    const world = createWorld();
    await world.gather('a', 'b', 'c', 'd', 'e', 'f');
    const { epoch } = world.delivery.group!.ref;
    await deceive(world, ['a', 'd', 'e', 'f'], 'c');
    await untilCommitted(world, epoch);
    const b = world.get('b');
    await world.advance(2_700);
    expect(viewOf(b)).toMatchObject({ state: 'in', epoch });
    await world.advance(500);
    expect(viewOf(b)).toEqual({ state: 'resync', cause: 'removedNotGone', attempt: 1 });
    expect(b.keys.sending).toBeNull();
    await world.advance(10_000);
    expect(memberIds(b).toSorted()).toEqual(['a', 'b', 'c', 'd', 'e', 'f']);
  });

  it('E-90 rubbish in place of a commit does not put the three seconds off, and the true commit is still followed', async () => {
    const world = createWorld();
    await world.gather('a', 'b', 'c');
    const b = world.get('b');
    const { groupId, epoch } = world.delivery.group!.ref;
    const rubbish = (at: number): ServerEvent => ({
      name: 'mls:commit',
      groupId,
      epoch,
      from: 'a',
      commit: Uint8Array.of(at),
    });
    world.delivery.hold('b');
    await world.enter('d');
    await world.settle();
    await untilCommitted(world, epoch);
    b.session.deliver(rubbish(1));
    world.delivery.unhold('b');
    await world.settle();
    await world.advance(4_000);
    expect(causes(b)).toEqual([]);
    expectTogether(world, 'a', 'b', 'c', 'd');
    const next = world.delivery.group!.ref.epoch;
    for (let passedMs = 0; passedMs < 3_200; passedMs += 100) {
      world.delivery.forge('b', { ...rubbish(passedMs), epoch: next } as ServerEvent);
      await world.advance(100);
    }
    expect(causes(b)).toEqual(['resync malformed']);
  });

  it.each([
    ['reaches the server once the epoch is open again', 'accepted'],
    ['reached the server after the other', 'stale'],
  ])('E-90 a commit of its own that %s is %s, and its change is made', async (_when, outcome) => {
    const world = createWorld();
    const { delivery } = world;
    await world.gather('a', 'b', 'c', 'd');
    const { epoch } = delivery.group!.ref;
    delivery.holdRequest = (_, { name }) => name === 'mls:nack' || name === 'mls:commit';
    await deceive(world, ['a'], 'c');
    // What the server says of the newcomer reaches the others only: its commit removes, theirs add.
    delivery.hold('a');
    await world.enter('e');
    await world.settle();
    await world.advance(7_000);
    delivery.unhold('a');
    const isCommit = (request: ServerRequest) => request.name === 'mls:commit';
    delivery.holdRequest = (peerId, request) => request.name === 'mls:nack' || (isCommit(request) && peerId !== 'a');
    await world.settle();
    delivery.holdRequest = (_, request) => (outcome === 'stale' ? request.name === 'mls:nack' : isCommit(request));
    await world.settle();
    // Nothing else has to come for a while: who was told that another commit won does not wait for one that is void.
    delivery.holdRequest = (_, request) => outcome === 'stale' && isCommit(request);
    await world.settle();
    await world.advance(5_500);
    delivery.holdRequest = () => false;
    await world.settle();
    const isOwn = (request: ServerRequest) => request.name === 'mls:commit' && request.epoch === epoch;
    const own = delivery.log.filter(({ peerId, request }) => peerId !== 'a' && isOwn(request));
    expect(own[0]?.reply).toMatchObject({ data: { outcome } });
    await world.advance(8_000);
    expectTogether(world, 'a', 'b', 'c', 'd', 'e');
    for (const peerId of ['b', 'c', 'd']) expect(causes(world.get(peerId))).toEqual([]);
  });
});
