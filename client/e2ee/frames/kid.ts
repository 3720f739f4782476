// The 24-bit KID of `cc1`: who sealed a frame, of which stream, in which epoch.
import { STREAM_NAMES, type StreamName } from '../messages.ts';

/** Leaves a KID can name; the group's hard limit (250) is well below. */
export const LEAF_LIMIT = 1 << 10;
/** Incarnations a KID can name: an e2eeWorker that restarts more often within one epoch needs a new epoch. */
export const INCARNATION_LIMIT = 1 << 3;
/** Epochs told apart. 64 at 2 epochs a second are 32 s, three times as long as old keys are kept. */
export const EPOCH_MODULUS = 1 << 6;
const KID_LIMIT = 1 << 24;

/** 0 room, 1 stage. */
export type Domain = 0 | 1;

/** SPEC F-2. ctx: incarnation(3) | domain(1) | stream(4); KID: ctx(8) | leaf(10) | epoch mod 64 (6). */
export interface Kid {
  incarnation: number;
  domain: Domain;
  /** Index in STREAM_NAMES; numbers above it are not given out yet. */
  stream: number;
  leaf: number;
  /** Epoch mod 64. */
  epochBits: number;
}

export function streamNumber(stream: StreamName): number {
  return STREAM_NAMES.indexOf(stream);
}

/** Throws RangeError where a field does not fit: a cut-off leaf would name another member. */
export function packKid(kid: Kid): number {
  const { incarnation, domain, stream, leaf, epochBits } = kid;
  const fits =
    isBelow(incarnation, INCARNATION_LIMIT) &&
    isBelow(domain, 2) &&
    isBelow(stream, 16) &&
    isBelow(leaf, LEAF_LIMIT) &&
    isBelow(epochBits, EPOCH_MODULUS);
  if (!fits) throw new RangeError('a field of the KID is out of range');
  return (((incarnation << 5) | (domain << 4) | stream) << 16) | (leaf << 6) | epochBits;
}

/** Null where the value has more than 24 bits. */
export function unpackKid(value: bigint | number): Kid | null {
  if (value < 0 || value >= KID_LIMIT) return null;
  const bits = Number(value);
  return {
    incarnation: bits >>> 21,
    domain: ((bits >>> 20) & 1) as Domain,
    stream: (bits >>> 16) & 0b1111,
    leaf: (bits >>> 6) & (LEAF_LIMIT - 1),
    epochBits: bits & (EPOCH_MODULUS - 1),
  };
}

function isBelow(value: number, limit: number): boolean {
  return Number.isInteger(value) && value >= 0 && value < limit;
}
