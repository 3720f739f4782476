// The server's answers to our requests, read defensively: the worker does not know the wire's schemas.
import type { GroupRef } from '../messages.ts';
import { record } from '../util/record.ts';

export type Created = { outcome: 'created' } | { outcome: 'exists'; group: GroupRef };
export type Queued = { outcome: 'queued' } | { outcome: 'wrongGroup'; group: GroupRef | null };
export type Committed = { outcome: 'accepted'; epoch: number } | { outcome: 'stale'; group: GroupRef | null };

export function asBytes(value: unknown): Uint8Array | undefined {
  if (value instanceof Uint8Array) return value;
  return value instanceof ArrayBuffer ? new Uint8Array(value) : undefined;
}

export function isEpoch(value: unknown): value is number {
  return typeof value === 'number' && Number.isSafeInteger(value) && value >= 0;
}

export function parseGroupRef(value: unknown): GroupRef | undefined {
  const { groupId, epoch, beacon } = record(value);
  const [id, mark] = [asBytes(groupId), asBytes(beacon)];
  if (id === undefined || id.length < 16 || id.length > 32 || mark === undefined || !isEpoch(epoch)) return undefined;
  return { groupId: id, epoch, beacon: mark };
}

export function parseCreated(data: unknown): Created | undefined {
  const { outcome, group } = record(data);
  if (outcome === 'created') return { outcome };
  const ref = parseGroupRef(group);
  return outcome === 'exists' && ref !== undefined ? { outcome, group: ref } : undefined;
}

export function parseQueued(data: unknown): Queued | undefined {
  const { outcome, group } = record(data);
  if (outcome === 'queued') return { outcome };
  return outcome === 'wrongGroup' ? { outcome, group: parseGroupRef(group) ?? null } : undefined;
}

export function parseCommitted(data: unknown): Committed | undefined {
  const { outcome, epoch, group } = record(data);
  if (outcome === 'accepted' && isEpoch(epoch)) return { outcome, epoch };
  return outcome === 'stale' ? { outcome, group: parseGroupRef(group) ?? null } : undefined;
}
