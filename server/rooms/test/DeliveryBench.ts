// A delivery service with Peers that write down what they hear.
import { createHash } from 'node:crypto';
import type { PeerId } from '#protocol/ids';
import type { NotificationInput, NotificationName } from '#protocol/notifications';
import { DeliveryService } from '../DeliveryService.ts';

export const peer = (name: string) => name.padEnd(16, '_') as PeerId;
export const hashOf = (commit: Uint8Array) => new Uint8Array(createHash('sha256').update(commit).digest());
export const bytes = (...values: number[]) => new Uint8Array(values);
export const GROUP = new Uint8Array(16).fill(7);
export const OTHER_GROUP = new Uint8Array(16).fill(9);
export const BEACON = bytes(1, 2, 3);
export const [ANA, BEN, CLO, DAN] = ['ana', 'ben', 'clo', 'dan'].map(peer) as [PeerId, PeerId, PeerId, PeerId];

interface Heard {
  to: PeerId;
  name: NotificationName;
  payload: unknown;
}

export class Bench {
  readonly heard: Heard[] = [];
  readonly away = new Set<PeerId>();
  nowMs = 1_000;
  readonly service = new DeliveryService(
    {
      notify: <Name extends NotificationName>(to: PeerId, name: Name, payload: NotificationInput<Name>) => {
        this.heard.push({ to, name, payload });
      },
      isConnected: (peerId) => !this.away.has(peerId),
    },
    { now: () => this.nowMs },
  );

  of<Name extends NotificationName>(to: PeerId, name: Name): NotificationInput<Name>[] {
    return this.heard.filter((one) => one.to === to && one.name === name).map((one) => one.payload as never);
  }

  last<Name extends NotificationName>(to: PeerId, name: Name): NotificationInput<Name> | undefined {
    return this.of(to, name).at(-1);
  }

  create(by: PeerId) {
    return this.service.create(by, { groupId: GROUP, beacon: BEACON });
  }

  submit(by: PeerId, sealed = bytes(5)) {
    return this.service.submitKeyPackage(by, { groupId: GROUP, sealed });
  }

  commit(
    by: PeerId,
    change: { epoch?: number; added?: PeerId[]; removed?: PeerId[]; commit?: Uint8Array<ArrayBuffer> },
    may = false,
  ) {
    const { added = [], removed = [], epoch = this.service.group?.epoch ?? 0, commit = bytes(1) } = change;
    const welcome = added.length > 0 ? { welcome: bytes(2) } : {};
    return this.service.commit(by, { groupId: GROUP, epoch, commit, added, removed, ...welcome }, may);
  }

  nack(by: PeerId, epoch: number, commit = bytes(1)) {
    this.service.nack(by, { groupId: GROUP, epoch, commitHash: hashOf(commit), reason: 'removedNotGone' });
  }

  beat(by: PeerId, epoch: number) {
    this.service.heartbeat(by, { groupId: GROUP, epoch, heartbeat: bytes(3) });
  }

  ready(by: PeerId, epoch = this.service.group?.epoch ?? 0) {
    this.service.ready(by, { groupId: GROUP, epoch });
  }

  /** A group of these, the first having made it. */
  group(first: PeerId, ...others: PeerId[]) {
    this.create(first);
    for (const other of others) this.submit(other);
    if (others.length > 0) this.commit(first, { added: others });
    this.heard.length = 0;
  }
}
