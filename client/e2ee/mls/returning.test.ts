// A member that was off the line, or slept, hears all at once what the others did one after the other.
import { afterEach, describe, expect, it } from 'vitest';
import { memberIds, World } from '../test/World.ts';

describe('a member that hears late and all at once', () => {
  let world: World;
  afterEach(() => world.close());

  /** Members leave one by one and are removed one by one, while `peerId` hears nothing. */
  async function missRemovals(peerId: string, ...leavers: string[]): Promise<void> {
    world.delivery.holdRequest = (from, { name }) => from === peerId && name === 'mls:commit';
    world.delivery.hold(peerId);
    for (const leaver of leavers) {
      world.leave(leaver);
      await world.settle();
      await world.advance(6_000);
    }
    expect(memberIds(world.get('a'))).toEqual(['a', peerId]);
    world.delivery.unhold(peerId);
    await world.settle();
  }

  it('E-56 that several were gone and removed, each in a commit of its own, follows them all', async () => {
    world = new World();
    await world.gather('a', 'b', 'c', 'd', 'e');
    await missRemovals('b', 'c', 'd', 'e');
    await world.advance(4_000);
    const b = world.get('b');
    expect(b.views.filter(({ state }) => state === 'resync')).toEqual([]);
    expect(memberIds(b)).toEqual(['a', 'b']);
  });

  it('E-56 that somebody was gone does not let anybody remove them once they asked to be added again', async () => {
    world = new World();
    await world.gather('a', 'b', 'c');
    const { groupId, epoch } = world.delivery.group!.ref;
    const event = { name: 'mls:queue', groupId, epoch } as const;
    const gone = [{ peerId: 'c', goneForMs: 9_000 }];
    // Only `b` is told that `c` was gone, and then that it waits; `a` commits on a word that still says it is gone.
    world.delivery.holdRequest = (from, { name }) => from === 'b' && name === 'mls:commit';
    world.delivery.forge('b', { ...event, waiting: [], gone });
    const waiting = [{ peerId: 'c', sealed: new Uint8Array(40) }];
    world.delivery.forge('b', { ...event, waiting, gone: [] });
    await world.settle();
    world.delivery.forge('a', { ...event, waiting: [], gone });
    await world.settle();
    await world.advance(3_200);
    const refusals = world.delivery.log.flatMap(({ peerId, request }) =>
      peerId === 'b' && request.name === 'mls:nack' ? [request.reason] : [],
    );
    expect(refusals).toEqual(['removedNotGone']);
  });
});
