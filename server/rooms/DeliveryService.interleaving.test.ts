// Random Peers doing random things: the order of commits holds whatever comes when.
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { PeerId } from '#protocol/ids';
import { ANA, BEACON, BEN, Bench, bytes, CLO, DAN, hashOf } from './test/DeliveryBench.ts';

describe('whatever the interleaving', () => {
  const PEERS = [ANA, BEN, CLO, DAN];
  const often = [
    'commit',
    'commit',
    'commit',
    'commitStale',
    'submit',
    'submit',
    'message',
    'ready',
    'ready',
    'refuse',
  ];
  const seldom = ['create', 'leave', 'rejoin', 'away', 'refuse', 'refuse'];
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
    /** Those of them that were undone. */
    undone: Set<string>;
    /** What led into each epoch of the present group, oldest first, and the tree that it was made in. */
    steps: { epoch: number; entry: string; tree: Set<PeerId> }[];
    groups: number;
    /** How much had been said to anybody when this Peer left or came in afresh: it holds nothing of what was before. */
    leftAt: Map<PeerId, number>;
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
      if (answer.outcome !== 'created') return;
      story.tree = new Set([me]);
      story.steps = [];
    } else if (what === 'submit') world.service.submitKeyPackage(me, { groupId, sealed: bytes(id) });
    else if (what === 'leave') {
      world.service.peerLeft(me);
      story.leftAt.set(me, world.heard.length);
    } else if (what === 'rejoin') {
      world.service.peerJoined(me);
      story.leftAt.set(me, world.heard.length);
    } else if (what === 'ready') world.service.ready(me, { groupId, epoch });
    else if (what === 'message') world.service.message(me, { groupId, epoch, message: bytes(id) });
    else if (what === 'away') {
      if (!world.away.delete(me)) world.away.add(me);
      world.service.connectionChanged();
    } else if (what === 'refuse') refuse(world, me, story);
    else commit(world, me, what === 'commitStale' ? epoch - 1 : epoch, id, story);
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
    const entry = `${groupId.join()}|${attempt.epoch}|${attempt.commit.join()}`;
    if (story.steps.at(-1)?.entry === entry) return;
    story.steps.push({ epoch: attempt.epoch, entry, tree: new Set(story.tree) });
    for (const one of removed) story.tree.delete(one);
    for (const one of added) story.tree.add(one);
    story.accepted.push(entry);
  }

  /** Of the last commit that this Peer heard. */
  function refuse(world: Bench, me: PeerId, story: Story): void {
    const last = world.last(me, 'mls:commit');
    const before = world.service.group;
    if (last === undefined || before === null) return;
    const commitHash = hashOf(last.commit as Uint8Array);
    const told = world.heard.length;
    world.service.nack(me, { groupId: before.groupId, epoch: last.epoch, commitHash, reason: 'invalid' });
    const reopened = world.heard.slice(told).find(({ name }) => name === 'mls:reopened')?.payload as { epoch: number };
    while (reopened !== undefined && (story.steps.at(-1)?.epoch ?? -1) >= reopened.epoch) {
      const step = story.steps.pop()!;
      story.tree = step.tree;
      story.undone.add(step.entry);
    }
  }

  /** Whatever was told to this Peer and undone later it was told so. */
  function expectToldOfUndoing(world: Bench, me: PeerId, story: Story): void {
    const open: { epoch: number; entry: string }[] = [];
    for (const { to, name, payload } of world.heard.slice(story.leftAt.get(me) ?? 0)) {
      const { epoch, groupId, commit } = payload as { epoch: number; groupId: Uint8Array; commit: Uint8Array };
      if (to !== me) continue;
      if (name === 'mls:commit') open.push({ epoch, entry: `${groupId.join()}|${epoch}|${commit.join()}` });
      else if (name === 'mls:reopened') while ((open.at(-1)?.epoch ?? -1) >= epoch) open.pop();
    }
    for (const { entry } of open) expect(story.undone.has(entry)).toBe(false);
  }

  test('each epoch of a group has exactly one commit that stands, and all members hear the same ones in the same order', () => {
    let [taken, undone] = [0, 0];
    fc.assert(
      fc.property(fc.array(act, { minLength: 20, maxLength: 120 }), (acts) => {
        const world = new Bench();
        world.group(ANA, BEN, CLO);
        const story: Story = {
          tree: new Set([ANA, BEN, CLO]),
          accepted: [],
          undone: new Set(),
          steps: [],
          groups: 0,
          leftAt: new Map(),
        };
        for (const one of acts) {
          world.nowMs += 300;
          try {
            perform(world, one, story);
          } catch (error) {
            expect(error).toMatchObject({ name: 'ProtocolError' });
          }
        }
        const unique = new Set(story.accepted);
        taken += unique.size;
        undone += story.undone.size;
        const standing = [...unique].filter((entry) => !story.undone.has(entry));
        const epochs = standing.map((entry) => entry.split('|').slice(0, 2).join('|'));
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
          expectToldOfUndoing(world, me, story);
        }
      }),
      { numRuns: 300 },
    );
    // Else the acts were too random to mean anything.
    expect(taken).toBeGreaterThan(1_000);
    expect(undone).toBeGreaterThan(100);
  });
});
