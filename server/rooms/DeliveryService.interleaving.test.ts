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

  /** One Peer acts on what it was last told, as a client does. */
  function perform(
    world: Bench,
    { who, what, id }: { who: number; what: string; id: number },
    accepted: string[],
  ): void {
    const me = PEERS[who] ?? ANA;
    const { group } = world.service;
    const groupId = group?.groupId ?? new Uint8Array(16).fill(id);
    const epoch = group?.epoch ?? 0;
    if (what === 'create') world.service.create(me, { groupId: new Uint8Array(16).fill(id), beacon: BEACON });
    else if (what === 'submit') world.service.submitKeyPackage(me, { groupId, sealed: bytes(id) });
    else if (what === 'leave') world.service.peerLeft(me);
    else if (what === 'rejoin') world.service.peerJoined(me);
    else if (what === 'ready') world.service.ready(me, { groupId, epoch });
    else if (what === 'message') world.service.message(me, { groupId, epoch, message: bytes(id) });
    else if (what === 'away') {
      if (!world.away.delete(me)) world.away.add(me);
      world.service.connectionChanged();
    } else {
      const queue = world.last(me, 'mls:queue');
      const added = (queue?.epoch === epoch ? queue.waiting.map(({ peerId }) => peerId) : []).filter(
        (one) => one !== me,
      );
      const removed = (queue?.epoch === epoch ? queue.gone.map(({ peerId }) => peerId) : []) as PeerId[];
      const from = what === 'commitStale' ? Math.max(0, epoch - 1) : epoch;
      const commit = { groupId, epoch: from, commit: bytes(id, who, from), added: added as PeerId[], removed };
      const withWelcome = added.length > 0 ? { ...commit, welcome: bytes(id) } : commit;
      const answer = world.service.commit(me, withWelcome, false);
      if (answer.outcome === 'accepted') accepted.push(`${groupId.join()}|${from}|${commit.commit.join()}`);
    }
  }

  test('each epoch of a group has exactly one accepted commit, and all members hear the same ones in the same order', () => {
    let taken = 0;
    fc.assert(
      fc.property(fc.array(act, { minLength: 20, maxLength: 120 }), (acts) => {
        const world = new Bench();
        world.group(ANA, BEN, CLO);
        const accepted: string[] = [];
        for (const one of acts) {
          try {
            perform(world, one, accepted);
          } catch (error) {
            expect(error).toMatchObject({ name: 'ProtocolError' });
          }
        }
        const unique = new Set(accepted);
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
