// A node of a cluster of its own, for what needs one and is not about it.
import { LocalCluster, type ClusterNode } from '../cluster/LocalCluster.ts';
import type { NodeId } from '../rooms/ports.ts';
import { FakeClock } from './FakeClock.ts';

/** Its lease runs on a clock that stands still. */
export const localNode = (): Pick<ClusterNode, 'placement' | 'bus'> => {
  const cluster = new LocalCluster(new FakeClock(), (error) => {
    throw error;
  });
  return cluster.join('here' as NodeId);
};
