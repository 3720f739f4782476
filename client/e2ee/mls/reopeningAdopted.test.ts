// Commits that half of the members refuse: who followed one comes back, and who was slow is not led astray.
import { afterEach, describe, expect, it } from 'vitest';
import { causes, deceive, expectTogether, requestsOf, untilCommitted } from '../test/refusalScene.ts';
import { inView, viewOf, World } from '../test/World.ts';

const worlds: World[] = [];
function createWorld(): World {
  const world = new World();
  worlds.push(world);
  return world;
}
afterEach(() => {
  for (const world of worlds.splice(0)) world.close();
});

describe('Reopening: a member that was led away', () => {
  it('E-91 forgets the keys of the void epoch, and is back in the epoch that takes its number, without an alarm', async () => {
    const world = createWorld();
    await world.gather('a', 'b', 'c', 'd', 'e', 'f');
    const { groupId, epoch } = world.delivery.group!.ref;
    const e = world.get('e');
    world.delivery.holdRequest = (_, { name }) => name === 'mls:nack';
    await deceive(world, ['a', 'e'], 'c');
    await untilCommitted(world, epoch);
    await world.until(() => inView(e).epoch === epoch + 1, 1_000);
    const voidKey = [...e.keys.keys].find(([name]) => name.endsWith(`/${epoch + 1}`))![1];
    world.delivery.holdRequest = () => false;
    await world.settle();
    expect(viewOf(e)).toEqual({ state: 'resync', cause: 'reopened', attempt: 1 });
    expect(e.keys.sending).toBeNull();
    expect([...e.keys.undone]).toEqual([voidKey]);
    await world.until(() => viewOf(e).state === 'in' && viewOf(world.get('a')).state === 'in', 4_000);
    await world.advance(3_000);
    expectTogether(world, 'a', 'b', 'c', 'd', 'e', 'f');
    expect(inView(e).epoch).toBeLessThanOrEqual(epoch + 2);
    expect([...e.keys.keys.values()]).not.toContain(voidKey);
    for (const person of world.people.values()) {
      expect(causes(person).filter((cause) => !cause.endsWith('reopened'))).toEqual([]);
    }
    expect(groupId).toEqual(world.delivery.group!.ref.groupId);
  });

  it('E-91 a newcomer that it added asks anew, with another key package, and gets in', async () => {
    const world = createWorld();
    await world.gather('a', 'b', 'c', 'd');
    const { groupId, epoch } = world.delivery.group!.ref;
    world.delivery.holdRequest = (peerId, { name }) => name === 'mls:nack' || (name === 'mls:commit' && peerId !== 'a');
    world.delivery.hold('a');
    const e = await world.enter('e');
    await world.settle();
    const [{ sealed } = { sealed: new Uint8Array() }] = requestsOf(world, 'mls:keyPackage', 'e');
    const gone = [{ peerId: 'c', goneForMs: 9_000 }];
    world.get('a').session.deliver({ name: 'mls:queue', groupId, epoch, waiting: [{ peerId: 'e', sealed }], gone });
    await world.settle();
    await untilCommitted(world, epoch);
    world.delivery.unhold('a');
    await world.settle();
    expect(requestsOf(world, 'mls:commit', 'a').at(-1)).toMatchObject({ added: ['e'], removed: ['c'] });
    expect(inView(e).epoch).toBe(epoch + 1);
    world.delivery.holdRequest = () => false;
    await world.settle();
    await world.advance(8_000);
    expectTogether(world, 'a', 'b', 'c', 'd', 'e');
    const asked = requestsOf(world, 'mls:keyPackage', 'e');
    expect(new Set(asked.map(({ sealed }) => sealed.join())).size).toBeGreaterThan(1);
    expect(new Set(causes(e))).toEqual(new Set(['resync reopened']));
  });

  it('E-91 forgets them too where it has lost its place before it hears of it', async () => {
    const world = createWorld();
    await world.gather('a', 'b', 'c', 'd', 'e', 'f');
    const { groupId, epoch } = world.delivery.group!.ref;
    const e = world.get('e');
    world.delivery.holdRequest = (_, { name }) => name === 'mls:nack';
    await deceive(world, ['a', 'e'], 'c');
    await untilCommitted(world, epoch);
    await world.until(() => inView(e).epoch === epoch + 1, 1_000);
    world.delivery.forge('e', { name: 'mls:barred', groupId, epoch });
    await world.settle();
    world.delivery.holdRequest = () => false;
    await world.settle();
    expect(e.keys.undone.size).toBe(1);
    await world.advance(10_000);
    expectTogether(world, 'a', 'b', 'c', 'd', 'e', 'f');
    expect(causes(e)).toEqual(['resync barred', 'resync barred']);
  });

  it('E-91 one that went on by another commit passes over what is said of a void one', async () => {
    const world = createWorld();
    await world.gather('a', 'b', 'c');
    const { groupId, epoch } = world.delivery.group!.ref;
    const b = world.get('b');
    for (const back of [1, 2]) {
      const commitHash = new Uint8Array(32).fill(back);
      // Of `gather`: epoch 1 added b, so that its own history begins there.
      if (epoch - back >= 1)
        world.delivery.forge('b', { name: 'mls:reopened', groupId, epoch: epoch - back, commitHash });
    }
    await world.settle();
    expect(viewOf(b)).toMatchObject({ state: 'in', epoch });
    expect(requestsOf(world, 'mls:nack', 'b')).toEqual([]);
  });
});

describe('Reopening: a member that was slower', () => {
  it('E-92 one that was giving the commit time drops it and says that it does not follow it', async () => {
    const world = createWorld();
    await world.gather('a', 'b', 'c', 'd', 'e');
    const { groupId, epoch } = world.delivery.group!.ref;
    world.delivery.holdRequest = (peerId, { name }) => name === 'mls:commit' && peerId !== 'a';
    world.delivery.hold('d');
    await deceive(world, ['a'], 'c');
    await untilCommitted(world, epoch);
    const gone = [{ peerId: 'c', goneForMs: 0 }];
    world.get('d').session.deliver({ name: 'mls:queue', groupId, epoch, waiting: [], gone });
    world.delivery.unhold('d');
    await world.settle();
    expect(requestsOf(world, 'mls:nack', 'd').map(({ reason }) => reason)).toEqual(['reopened']);
    world.delivery.holdRequest = (_, { name }) => name === 'mls:commit';
    await world.advance(5_500);
    expect(inView(world.get('d')).epoch).toBe(epoch);
    world.delivery.holdRequest = () => false;
    await world.settle();
    await world.advance(10_000);
    expect(causes(world.get('d'))).toEqual([]);
    expectTogether(world, 'a', 'b', 'c', 'd', 'e');
  });

  it('E-92 one that hears it all at once, late, refuses the void commit and follows the one that was taken instead', async () => {
    const world = createWorld();
    await world.gather('a', 'b', 'c', 'd');
    const { epoch } = world.delivery.group!.ref;
    world.delivery.hold('d');
    await deceive(world, ['a'], 'c');
    await untilCommitted(world, epoch);
    await world.advance(2_500);
    world.delivery.unhold('d');
    await world.settle();
    await world.advance(8_000);
    expect(causes(world.get('d'))).toEqual([]);
    expectTogether(world, 'a', 'b', 'c', 'd');
  });

  it('E-93 signs of life from the void epoch, heard before its end, fence nobody', async () => {
    const world = createWorld();
    await world.gather('a', 'b', 'c', 'd', 'e', 'f');
    const { epoch } = world.delivery.group!.ref;
    world.delivery.holdRequest = (_, { name }) => name === 'mls:nack';
    await deceive(world, ['a', 'e'], 'c');
    await untilCommitted(world, epoch);
    await world.until(() => requestsOf(world, 'mls:heartbeat').some((beat) => beat.epoch > epoch), 2_500);
    world.delivery.holdRequest = (_, { name }) => name === 'mls:commit';
    await world.settle();
    await world.advance(6_000);
    expect(inView(world.get('b')).epoch).toBe(epoch);
    world.delivery.holdRequest = () => false;
    await world.settle();
    await world.advance(20_000);
    for (const peerId of ['b', 'c', 'd', 'f']) expect(causes(world.get(peerId))).toEqual([]);
    expectTogether(world, 'a', 'b', 'c', 'd', 'e', 'f');
  });

  it('E-93 a server that undoes a commit for some and not for others raises the alarm on both sides', async () => {
    const world = createWorld();
    await world.gather('a', 'b', 'c', 'd');
    const { epoch } = world.delivery.group!.ref;
    world.delivery.withhold = (peerId, event) => peerId === 'a' && event.name === 'mls:reopened';
    await deceive(world, ['a'], 'c');
    await untilCommitted(world, epoch);
    await world.settle();
    const a = world.get('a');
    expect(inView(a).epoch).toBe(epoch + 1);
    // It serves the other history to this one on its own.
    world.delivery.intercept = (peerId) => (peerId === 'a' ? { outcome: 'answered', data: {} } : undefined);
    await world.enter('e');
    const beatOf = () =>
      ['b', 'd'].flatMap((from) =>
        requestsOf(world, 'mls:heartbeat', from).flatMap((beat) => (beat.epoch === epoch + 1 ? [{ beat, from }] : [])),
      )[0];
    await world.until(() => beatOf() !== undefined, 12_000);
    const { beat, from } = beatOf()!;
    world.delivery.forge('a', { ...beat, from });
    await world.settle();
    expect(a.views.some((view) => view.state === 'fenced' && view.cause === 'split')).toBe(true);
    expect(a.keys.sending).toBeNull();
  });
});
