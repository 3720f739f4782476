// A Welcome on its way: the MLS message, and before it the members' policy, sealed under the epoch that it leads into.
import type { ClientState } from 'ts-mls/clientState.js';
import type { Welcome } from 'ts-mls/welcome.js';
import { bytesEqual, concatBytes, u32 } from '../util/bytes.ts';
import { encodeMessage } from './codec.ts';
import { GroupError } from './GroupError.ts';
import { decodePolicy, encodePolicy, linkPskId, verifyClaim, type HostPolicy } from './hostPolicy.ts';
import { openForMembers, sealForMembers, type Reader } from './hostWord.ts';

const LABEL = 'cc1 host policy';

/** u32(length) || sealed policy || MLS Welcome (SPEC E-80). `next` is the state that the Welcome leads into. */
export async function encodeWelcome(
  env: Reader,
  next: { mls: ClientState; policy: HostPolicy },
  welcome: Welcome,
): Promise<Uint8Array<ArrayBuffer>> {
  const sealedPolicy = await sealForMembers(env, next, LABEL, encodePolicy(next.policy));
  const message = encodeMessage({ version: 'mls10', wireformat: 'mls_welcome', welcome });
  return concatBytes(u32(sealedPolicy.length), sealedPolicy, message);
}

/** Throws GroupError. */
export function splitWelcome(bytes: Uint8Array): { sealedPolicy: Uint8Array; message: Uint8Array } {
  const length = bytes.length < 4 ? Infinity : new DataView(bytes.buffer, bytes.byteOffset).getUint32(0);
  if (4 + length > bytes.length) throw new GroupError('malformed');
  return { sealedPolicy: bytes.subarray(4, 4 + length), message: bytes.subarray(4 + length) };
}

/**
 * The members' policy: what the PSK's id is the hash of, and no host's claim in it that the host did not sign.
 * Throws GroupError `welcomeShape`.
 */
export async function openWelcomePolicy(
  env: Reader,
  mls: ClientState,
  sealed: Uint8Array,
  pskId: Uint8Array,
): Promise<HostPolicy> {
  const plain = await openForMembers(env, { mls }, LABEL, sealed);
  const policy = plain && decodePolicy(plain);
  if (policy === undefined || !bytesEqual(await linkPskId(policy), pskId)) throw new GroupError('welcomeShape');
  const { claim } = policy;
  const isSigned = claim === null || (await verifyClaim(claim, mls.groupContext.groupId, env.hostKeyHash));
  if (!isSigned) throw new GroupError('welcomeShape');
  return policy;
}
