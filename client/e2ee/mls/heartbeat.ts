// A member's sign of life: which epoch it stands in and by which history it got there, signed by its leaf.
import { signWithLabel, verifyWithLabel } from 'ts-mls/crypto/signature.js';
import { concatBytes, u32, u64 } from '../util/bytes.ts';
import { groupIdOf, selfLeafOf, type Group, type GroupEnv } from './group.ts';

const LABEL = 'cc1 heartbeat';
const HASH_BYTES = 32;
const SIGNATURE_BYTES = 64;
const BODY_BYTES = 4 + 4 + HASH_BYTES;

export interface Heartbeat {
  epoch: number;
  leafIndex: number;
  /** Grows with each of this leaf in this epoch: one that is played again counts for nothing. */
  count: number;
  /** RFC 9420 8.2: equal exactly for those who went through the same commits. */
  transcriptHash: Uint8Array;
  signature: Uint8Array;
}

/** u8(length) || groupId || u64(epoch) || u32(leaf) || u32(count) || confirmed transcript hash (SPEC E-61). */
function signedContent(groupId: Uint8Array, epoch: number, body: Uint8Array): Uint8Array {
  return concatBytes(Uint8Array.of(groupId.length), groupId, u64(epoch), body);
}

function bodyOf({ leafIndex, count, transcriptHash }: Omit<Heartbeat, 'epoch' | 'signature'>): Uint8Array {
  return concatBytes(u32(leafIndex), u32(count), transcriptHash);
}

export function transcriptHashOf(group: Group): Uint8Array {
  return group.mls.groupContext.confirmedTranscriptHash;
}

/** For the present epoch: u32(leaf) || u32(count) || hash || signature, 104 bytes; RFC 9420 5.1.2 SignWithLabel. */
export async function createHeartbeat(env: GroupEnv, group: Group, count: number): Promise<Uint8Array<ArrayBuffer>> {
  const body = bodyOf({ leafIndex: selfLeafOf(group), count, transcriptHash: transcriptHashOf(group) });
  const content = signedContent(groupIdOf(group), Number(group.mls.groupContext.epoch), body);
  const signature = await signWithLabel(group.mls.signaturePrivateKey, LABEL, content, env.suite.signature);
  return concatBytes(body, signature);
}

/** What it says of itself; undefined where the bytes are none. Believe it only after `verifyHeartbeat`. */
export function readHeartbeat(epoch: number, bytes: Uint8Array): Heartbeat | undefined {
  if (bytes.length !== BODY_BYTES + SIGNATURE_BYTES) return undefined;
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.length);
  return {
    epoch,
    leafIndex: view.getUint32(0),
    count: view.getUint32(4),
    transcriptHash: bytes.slice(8, BODY_BYTES),
    signature: bytes.slice(BODY_BYTES),
  };
}

/** Whether `signatureKey`, the one at its leaf of our tree, signed it. Never throws. */
export function verifyHeartbeat(
  env: GroupEnv,
  group: Group,
  signatureKey: Uint8Array,
  heartbeat: Heartbeat,
): Promise<boolean> {
  const content = signedContent(groupIdOf(group), heartbeat.epoch, bodyOf(heartbeat));
  const { signature } = env.suite;
  return verifyWithLabel(signatureKey, LABEL, content, heartbeat.signature, signature).catch(() => false);
}
