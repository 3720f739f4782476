// One node's claims on Rooms, in the memory that the nodes of its process share; they lapse with the node's lease.
import { ProtocolError } from '#protocol/errors';
import type { RoomId } from '#protocol/ids';
import { NODE_LEASE_MS } from '#protocol/limits';
import type { Clock, NodeId, RoomPlacement } from '../rooms/ports.ts';

/** What all nodes of one cluster see. */
export interface SharedClaims {
  readonly claims: Map<RoomId, NodeId>;
  /** Until when each node counts as living. */
  readonly leases: Map<NodeId, number>;
}

/** A node says so often that it lives; three times within its lease, so that one late word costs nothing. */
const NODE_RENEWAL_MS = NODE_LEASE_MS / 3;

export class LocalPlacement implements RoomPlacement {
  readonly nodeId: NodeId;
  readonly #state: SharedClaims;
  readonly #clock: Clock;
  #stopRenewing: () => void = () => undefined;
  #closed = false;

  constructor(nodeId: NodeId, state: SharedClaims, clock: Clock) {
    this.nodeId = nodeId;
    this.#state = state;
    this.#clock = clock;
    this.#renew();
  }

  #renew(): void {
    this.#state.leases.set(this.nodeId, this.#clock.now() + NODE_LEASE_MS);
    this.#stopRenewing = this.#clock.after(NODE_RENEWAL_MS, () => this.#renew());
  }

  async claim(roomId: RoomId): ReturnType<RoomPlacement['claim']> {
    if (this.#closed) throw new ProtocolError('internal', 'this node has left');
    const by = this.#livingHolder(roomId);
    if (by !== null && by !== this.nodeId) return { outcome: 'taken', by };
    this.#state.claims.set(roomId, this.nodeId);
    return { outcome: 'mine' };
  }

  async release(roomId: RoomId): Promise<void> {
    if (this.#state.claims.get(roomId) === this.nodeId) this.#state.claims.delete(roomId);
  }

  async lookup(roomId: RoomId): Promise<NodeId | null> {
    return this.#livingHolder(roomId);
  }

  #livingHolder(roomId: RoomId): NodeId | null {
    const holder = this.#state.claims.get(roomId);
    if (holder === undefined) return null;
    return (this.#state.leases.get(holder) ?? 0) > this.#clock.now() ? holder : null;
  }

  close(): void {
    if (this.#closed) return;
    this.#closed = true;
    this.#stopRenewing();
    this.#state.leases.delete(this.nodeId);
    for (const [roomId, holder] of this.#state.claims) {
      if (holder === this.nodeId) this.#state.claims.delete(roomId);
    }
  }
}
