// Nodes within one process: who has which Room, and a bus between them. The shape that a cluster over Redis has to have too.
import type { Bus, Clock, NodeId, RoomPlacement } from '../rooms/ports.ts';
import { LocalBus, LocalTopics } from './LocalBus.ts';
import { LocalPlacement, type SharedClaims } from './LocalPlacement.ts';

export interface ClusterNode {
  readonly placement: RoomPlacement;
  readonly bus: Bus;
  /** Both of them. */
  close(): void;
}

export class LocalCluster {
  readonly #clock: Clock;
  readonly #topics: LocalTopics;
  readonly #claims: SharedClaims = { claims: new Map(), leases: new Map() };

  /** @param onFault what a listener threw */
  constructor(clock: Clock, onFault: (error: unknown) => void) {
    this.#clock = clock;
    this.#topics = new LocalTopics(onFault);
  }

  join(nodeId: NodeId): ClusterNode {
    const placement = new LocalPlacement(nodeId, this.#claims, this.#clock);
    const bus = new LocalBus(this.#topics);
    const close = (): void => {
      bus.close();
      placement.close();
    };
    return { placement, bus, close };
  }
}
