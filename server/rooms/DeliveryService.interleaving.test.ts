// Random Peers doing random things: the order of commits holds whatever comes when.
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { PeerId } from '#protocol/ids';
import { ANA, BEACON, BEN, Bench, bytes, CLO, DAN } from './test/DeliveryBench.ts';

describe('whatever the interleaving', () => {
  const PEERS = [ANA, BEN, CLO, DAN];
  const often = ['commit', 'commit', 'commit', 'commitStale', 'submit', 'submit', 'message', 'ready', 'ready'];
  const seldom = ['create', 'leave', 'rejoin', 'away'];
  const act = fc.record({
    who: fc.integer({ min: 0, max: PEERS.length - 1 }),
    what: fc.oneof(
      { weight: 6, arbitrary: fc.constantFrom(...often) },
      { weight: 1, arbitrary: fc.constantFrom(...seldom) },
    ),
    id: fc.integer({ min: 1, max: 255 }),
  });

  /** What a client knows of its tree, and every commit that was taken. */
  interface Story {
    tree: Set<PeerId>;
    accepted: string[];
    groups: number;
  }

  /** One Peer acts on what it was last told, as a client does. */
  function perform(world: Bench, { who, what, id }: { who: number; what: string; id: number }, story: Story): void {
    const me = PEERS[who] ?? ANA;
    const { group } = world.service;
    const groupId = group?.groupId ?? new Uint8Array(16).fill(id);
    const epoch = group?.epoch ?? 0;
    if (what === 'create') {
      // Random in life; here counted, since one of 255 would soon come twice.
      story.groups += 1;
      const fresh = new Uint8Array(16).fill(200);
      fresh[0] = story.groups;
      const answer = world.service.create(me, { groupId: fresh, beacon: BEACON });
      if (answer.outcome === 'created') story.tree = new Set([me]);
    } else if (what === 'submit') world.service.submitKeyPackage(me, { groupId, sealed: bytes(id) });
    else if (what === 'leave') world.service.peerLeft(me);
    else if (what === 'rejoin') world.service.peerJoined(me);
    else if (what === 'ready') world.service.ready(me, { groupId, epoch });
    else if (what === 'message') world.service.message(me, { groupId, epoch, message: bytes(id) });
    else if (what === 'away') {
      if (!world.away.delete(me)) world.away.add(me);
      world.service.connectionChanged();
    } else commit(world, me, what === 'commitStale' ? epoch - 1 : epoch, id, story);
  }

  function commit(world: Bench, me: PeerId, epoch: number, id: number, story: Story): void {
    const groupId = world.service.group?.groupId ?? new Uint8Array(16).fill(id);
    const queue = world.last(me, 'mls:queue');
    const waiting = (queue?.epoch === epoch ? queue.waiting : []).map(({ peerId }) => peerId as PeerId);
    const gone = (queue?.epoch === epoch ? queue.gone : []).map(({ peerId }) => peerId as PeerId);
    const added = waiting.filter((one) => one !== me);
    const removed = [...new Set([...gone, ...added.filter((one) => story.tree.has(one))])];
    const attempt = { groupId, epoch: Math.max(0, epoch), commit: bytes(id, PEERS.indexOf(me)), added, removed };
    const answer = world.service.commit(me, added.length > 0 ? { ...attempt, welcome: bytes(id) } : attempt, false);
    if (answer.outcome !== 'accepted') return;
    for (const one of removed) story.tree.delete(one);
    for (const one of added) story.tree.add(one);
    story.accepted.push(`${groupId.join()}|${attempt.epoch}|${attempt.commit.join()}`);
  }

  test('each epoch of a group has exactly one accepted commit, and all members hear the same ones in the same order', () => {
    let taken = 0;
    fc.assert(
      fc.property(fc.array(act, { minLength: 20, maxLength: 120 }), (acts) => {
        const world = new Bench();
        world.group(ANA, BEN, CLO);
        const story: Story = { tree: new Set([ANA, BEN, CLO]), accepted: [], groups: 0 };
        for (const one of acts) {
          try {
            perform(world, one, story);
          } catch (error) {
            expect(error).toMatchObject({ name: 'ProtocolError' });
          }
        }
        const unique = new Set(story.accepted);
        taken += unique.size;
        const epochs = [...unique].map((entry) => entry.split('|').slice(0, 2).join('|'));
        expect(new Set(epochs).size).toBe(epochs.length);
        for (const me of PEERS) {
          const heard = world.of(me, 'mls:commit').map((one) => {
            const commit = one as { groupId: Uint8Array; epoch: number; commit: Uint8Array };
            return `${commit.groupId.join()}|${commit.epoch}|${commit.commit.join()}`;
          });
          const order = [...unique];
          const places = heard.map((entry) => order.indexOf(entry));
          expect(places).not.toContain(-1);
          expect(places).toEqual([...new Set(places)].toSorted((a, b) => a - b));
        }
      }),
      { numRuns: 300 },
    );
    // Else the acts were too random to mean anything.
    expect(taken).toBeGreaterThan(1_000);
  });
});
