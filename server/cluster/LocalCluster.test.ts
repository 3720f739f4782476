// The cluster within one process, by the contract of all clusters; and what the Rooms of two nodes make of it.
import { expect, test } from 'vitest';
import type { PeerId, RoomId } from '#protocol/ids';
import { ROOM_IDLE_TTL_MS } from '#protocol/limits';
import type { Clock, NodeId } from '../rooms/ports.ts';
import { RoomDirectory } from '../rooms/RoomDirectory.ts';
import { Ear } from '../rooms/test/Ear.ts';
import { FakeClock } from '../test/FakeClock.ts';
import { FakeMediaPlane } from '../test/FakeMediaPlane.ts';
import { sha256 } from '../util/secrets.ts';
import { LocalCluster } from './LocalCluster.ts';
import { describeCluster } from './test/clusterContract.ts';

const settle = () => new Promise<void>((resolve) => setImmediate(resolve));

describeCluster('a process', () => {
  const clock = new FakeClock();
  /** Nodes whose timers do not run any more. */
  const stalled = new Set<NodeId>();
  let joining = '' as NodeId;
  const clockOf = (): Clock => ({
    now: () => clock.now(),
    after(ms, callback) {
      const nodeId = joining;
      return clock.after(ms, () => {
        joining = nodeId;
        if (!stalled.has(nodeId)) callback();
      });
    },
  });
  const cluster = new LocalCluster(clockOf(), () => undefined);
  const nodes: { close(): void }[] = [];
  return {
    join(nodeId) {
      joining = nodeId;
      const node = cluster.join(nodeId);
      nodes.push(node);
      return { ...node, stall: () => void stalled.add(nodeId) };
    },
    async advance(ms) {
      clock.advance(ms);
    },
    settle,
    close() {
      for (const node of nodes) node.close();
    },
  };
});

const id = 'r'.repeat(22) as RoomId;
const verifiers = { member: sha256('proof').toString('base64url') };

/** The Rooms of two nodes. */
function twoNodes() {
  const clock = new FakeClock();
  const cluster = new LocalCluster(clock, () => undefined);
  const journal = { note: () => undefined, fault: () => undefined };
  const directoryOf = (name: string) => {
    const ports = { clock, media: new FakeMediaPlane(), journal, ...cluster.join(name as NodeId) };
    return new RoomDirectory(ports, { creation: 'open' });
  };
  return { clock, ana: directoryOf('ana'), ben: directoryOf('ben') };
}

test('P-174 a Room of one node can be made on no other, and on any once its time there was over', async () => {
  const { clock, ana, ben } = twoNodes();
  await ana.create(id, verifiers);
  await expect(ben.create(id, verifiers)).rejects.toThrow('another node has a room of this id');
  clock.advance(ROOM_IDLE_TTL_MS);
  await settle();
  expect((await ben.create(id, verifiers)).id).toBe(id);
});

test('P-174 a Room that could not be made leaves its id to others', async () => {
  const { ana, ben } = twoNodes();
  const made = ana.create(id, verifiers);
  ana.drain(1_000, () => undefined);
  await expect(made).rejects.toMatchObject({ code: 'draining' });
  expect((await ben.create(id, verifiers)).id).toBe(id);
});

test('P-175 the id of a Room that was ended on one node is given out on none', async () => {
  const { clock, ana, ben } = twoNodes();
  const room = await ana.create(id, verifiers);
  const peerId = 'host'.padEnd(16, '_') as PeerId;
  const admission = { roomId: id, generation: room.generation, peerId, role: 'host', linkGeneration: 0 } as const;
  const { peer } = await room.join({ ...admission, expiresAtMs: clock.now() + 600_000 }, new Ear());
  room.delivery.create(peer.id, { groupId: new Uint8Array(16), beacon: new Uint8Array(1) });
  room.hosts.end(peer);
  await settle();
  await expect(ben.create(id, verifiers)).rejects.toThrow('a room of this id was ended');
});
