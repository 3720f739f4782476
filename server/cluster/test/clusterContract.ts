// What every cluster of nodes has to do, whatever it is made of: the one in memory now, one over Redis later.
import { describe, expect, test } from 'vitest';
import type { RoomId } from '#protocol/ids';
import { NODE_LEASE_MS } from '#protocol/limits';
import type { Bus, BusMessages, NodeId, RoomPlacement } from '../../rooms/ports.ts';

export interface NodeUnderTest {
  placement: RoomPlacement;
  bus: Bus;
  close(): void;
  /** It says nothing more, as a process that hangs or whose machine lost its power. */
  stall(): void;
}

export interface ClusterUnderTest {
  join(nodeId: NodeId): NodeUnderTest;
  /** Time goes on for all nodes. */
  advance(ms: number): Promise<void>;
  /** Whatever was said has been heard. */
  settle(): Promise<void>;
  close(): void;
}

const ROOM = 'r'.repeat(22) as RoomId;
const closed = (generation: string): BusMessages['room:closed'] => ({ roomId: ROOM, generation, reason: 'ended' });

export function describeCluster(name: string, open: () => ClusterUnderTest): void {
  const opened = async (play: (cluster: ClusterUnderTest, ana: NodeUnderTest, ben: NodeUnderTest) => Promise<void>) => {
    const cluster = open();
    try {
      await play(cluster, cluster.join('ana' as NodeId), cluster.join('ben' as NodeId));
    } finally {
      cluster.close();
    }
  };

  describe(`P-174 the placement of ${name}`, () => {
    test('gives a Room to the first node that claims it, and tells all others who has it', () =>
      opened(async (_cluster, ana, ben) => {
        expect(await ana.placement.lookup(ROOM)).toBeNull();
        expect(await ana.placement.claim(ROOM)).toEqual({ outcome: 'mine' });
        expect(await ben.placement.claim(ROOM)).toEqual({ outcome: 'taken', by: 'ana' });
        expect(await ana.placement.claim(ROOM)).toEqual({ outcome: 'mine' });
        expect([await ana.placement.lookup(ROOM), await ben.placement.lookup(ROOM)]).toEqual(['ana', 'ana']);
      }));

    test('of two that claim at once one has it', () =>
      opened(async (_cluster, ana, ben) => {
        const outcomes = await Promise.all([ana.placement.claim(ROOM), ben.placement.claim(ROOM)]);
        expect(outcomes.map(({ outcome }) => outcome).toSorted()).toEqual(['mine', 'taken']);
      }));

    test('frees what its node releases or closes with, and nothing of another’s', () =>
      opened(async (_cluster, ana, ben) => {
        await ana.placement.claim(ROOM);
        await ben.placement.release(ROOM);
        expect(await ben.placement.lookup(ROOM)).toBe('ana');
        await ana.placement.release(ROOM);
        expect(await ben.placement.claim(ROOM)).toEqual({ outcome: 'mine' });
        ben.close();
        ben.close();
        expect(await ana.placement.claim(ROOM)).toEqual({ outcome: 'mine' });
        await expect(ben.placement.claim(ROOM)).rejects.toMatchObject({ code: 'internal' });
      }));

    test('holds for as long as its node lives, and lapses a lease after it was heard of last', () =>
      opened(async (cluster, ana, ben) => {
        await ana.placement.claim(ROOM);
        await cluster.advance(NODE_LEASE_MS * 3);
        expect(await ben.placement.claim(ROOM)).toEqual({ outcome: 'taken', by: 'ana' });
        ana.stall();
        await cluster.advance(NODE_LEASE_MS);
        expect(await ben.placement.lookup(ROOM)).toBeNull();
        expect(await ben.placement.claim(ROOM)).toEqual({ outcome: 'mine' });
        await ana.placement.release(ROOM);
        expect(await ben.placement.lookup(ROOM)).toBe('ben');
      }));
  });

  describe(`P-175 the bus of ${name}`, () => {
    test('tells all nodes, its own too, later than the call and in the order in which it was said', () =>
      opened(async (cluster, ana, ben) => {
        const heard: string[] = [];
        ana.bus.subscribe('room:closed', ({ generation }) => heard.push(`ana ${generation}`));
        ben.bus.subscribe('room:closed', ({ generation }) => heard.push(`ben ${generation}`));
        for (const generation of ['1', '2', '3']) ana.bus.publish('room:closed', closed(generation));
        expect(heard).toEqual([]);
        await cluster.settle();
        for (const name of ['ana', 'ben']) {
          expect(heard.filter((word) => word.startsWith(name))).toEqual([`${name} 1`, `${name} 2`, `${name} 3`]);
        }
      }));

    test('hands each listener a copy of what was said', () =>
      opened(async (cluster, ana, ben) => {
        const heard: unknown[] = [];
        const spoil = (message: BusMessages['room:closed']) => {
          heard.push({ ...message });
          message.generation = 'spoilt';
        };
        ana.bus.subscribe('room:closed', spoil);
        ben.bus.subscribe('room:closed', spoil);
        const said = closed('1');
        ana.bus.publish('room:closed', said);
        said.generation = 'changed';
        await cluster.settle();
        expect(heard).toEqual([closed('1'), closed('1')]);
      }));

    test('goes on to the others where a listener throws', () =>
      opened(async (cluster, ana, ben) => {
        const heard: string[] = [];
        ana.bus.subscribe('room:closed', () => {
          throw new Error('a fault of a listener');
        });
        ana.bus.subscribe('room:closed', () => heard.push('ana'));
        ben.bus.subscribe('room:closed', () => heard.push('ben'));
        ben.bus.publish('room:closed', closed('1'));
        await cluster.settle();
        expect(heard.toSorted()).toEqual(['ana', 'ben']);
      }));

    test('keeps nothing for who listens later, or no longer', () =>
      opened(async (cluster, ana, ben) => {
        const heard: string[] = [];
        ana.bus.publish('room:closed', closed('early'));
        await cluster.settle();
        const stop = ben.bus.subscribe('room:closed', ({ generation }) => heard.push(generation));
        ana.bus.publish('room:closed', closed('heard'));
        await cluster.settle();
        ana.bus.publish('room:closed', closed('under way'));
        stop();
        stop();
        await cluster.settle();
        expect(heard).toEqual(['heard']);
      }));

    test('says and hears nothing on a node that closed', () =>
      opened(async (cluster, ana, ben) => {
        const heard: string[] = [];
        ana.bus.subscribe('room:closed', () => heard.push('ana'));
        ben.bus.subscribe('room:closed', () => heard.push('ben'));
        ana.bus.close();
        ana.bus.close();
        ana.bus.publish('room:closed', closed('1'));
        ana.bus.subscribe('room:closed', () => heard.push('ana'));
        ben.bus.publish('room:closed', closed('2'));
        await cluster.settle();
        expect(heard).toEqual(['ben']);
      }));
  });
}
