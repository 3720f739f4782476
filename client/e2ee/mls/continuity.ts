// That who comes back is who was there: the new leaf's key, signed by the key of the leaf before it (SPEC E-87).
import { signWithLabel, verifyWithLabel } from 'ts-mls/crypto/signature.js';
import { concatBytes, utf8 } from '../util/bytes.ts';
import type { NewIdentity } from './credential.ts';
import type { Suite } from './suite.ts';

const LABEL = 'cc1 again';

/** groupId 0x00 peerId 0x00 new signature key; the key's length is fixed, so the split is unambiguous. */
function signedContent({ groupId, peerId }: NewIdentity, signatureKey: Uint8Array): Uint8Array<ArrayBuffer> {
  const zero = new Uint8Array(1);
  return concatBytes(groupId, zero, utf8(peerId), zero, signatureKey);
}

/** RFC 9420 5.1.2 SignWithLabel, by the private key of the leaf that the device had until now. */
export function signContinuity(
  suite: Suite,
  lastKey: Uint8Array,
  identity: NewIdentity,
  signatureKey: Uint8Array,
): Promise<Uint8Array> {
  return signWithLabel(lastKey, LABEL, signedContent(identity, signatureKey), suite.signature);
}

/** Whether the device at a leaf with `lastKey` vouches for `signatureKey`. Never throws. */
export async function isContinuous(
  suite: Suite,
  lastKey: Uint8Array,
  identity: NewIdentity,
  signatureKey: Uint8Array,
): Promise<boolean> {
  if (identity.again === undefined) return false;
  const content = signedContent(identity, signatureKey);
  return verifyWithLabel(lastKey, LABEL, content, identity.again, suite.signature).catch(() => false);
}
