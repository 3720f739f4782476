// What tests of refused commits share: a server that deceives some members, and what was asked and seen since.
import { expect } from 'vitest';
import type { GroupView, ServerRequest } from '../messages.ts';
import { inView, memberIds, type Person, type World } from './World.ts';

type Request<Name extends ServerRequest['name']> = Extract<ServerRequest, { name: Name }>;
export const causes = ({ views }: Person) =>
  views.flatMap((view) => ('cause' in view ? [`${view.state} ${view.cause}`] : []));
export const listOf = (view: GroupView) =>
  view.state === 'in' ? view.members.map(({ peerId }) => peerId).toSorted() : [];

export function requestsOf<Name extends ServerRequest['name']>(world: World, name: Name, by?: string): Request<Name>[] {
  return world.delivery.log.flatMap(({ peerId, request }) =>
    request.name === name && (by === undefined || peerId === by) ? [request as Request<Name>] : [],
  );
}

export function expectTogether(world: World, ...peerIds: string[]): void {
  const views = peerIds.map((peerId) => inView(world.get(peerId)));
  expect(new Set(views.map(({ safetyCode }) => safetyCode.digits.join(' '))).size).toBe(1);
  for (const peerId of peerIds) {
    expect(memberIds(world.get(peerId)).toSorted()).toEqual(peerIds.toSorted());
    expect(world.get(peerId).keys.sending).not.toBeNull();
  }
}

/** The server tells `deceived` alone that a Peer is gone who is not: one of them will remove it, the others will not follow. */
export async function deceive(world: World, deceived: string[], about: string): Promise<void> {
  const { groupId, epoch } = world.delivery.group!.ref;
  const gone = [{ peerId: about, goneForMs: 9_000 }];
  for (const peerId of deceived) {
    world.delivery.forge(peerId, { name: 'mls:queue', groupId, epoch, waiting: [], gone });
  }
  await world.settle();
}

/** Until the removal that `deceive` brings about was committed. */
export const untilCommitted = (world: World, epoch: number, withinMs = 9_000) =>
  world.until(() => requestsOf(world, 'mls:commit').some((commit) => commit.epoch === epoch), withinMs);
