// Key packages: made for one join each, sealed for the way across the server, checked before they are committed.
import {
  generateKeyPackageWithKey,
  verifyKeyPackage,
  type KeyPackage,
  type PrivateKeyPackage,
} from 'ts-mls/keyPackage.js';
import { verifyLeafNodeSignatureKeyPackage } from 'ts-mls/leafNode.js';
import { defaultLifetime } from 'ts-mls/lifetime.js';
import type { LinkKeys } from '../link/secrets.ts';
import { concatBytes, source, utf8 } from '../util/bytes.ts';
import { decodeKeyPackage, encodeMessage } from './codec.ts';
import { signContinuity } from './continuity.ts';
import { createCredential, verifyCredential, type Identity, type NewIdentity } from './credential.ts';
import { GroupError } from './GroupError.ts';
import { signPass } from './hostPass.ts';
import { signMachinePass, type MachineKey } from './machinePass.ts';
import { SUITE_NAME, type Suite } from './suite.ts';

const NONCE_BYTES = 12;

/** What speaks for a newcomer where not everybody may come in. */
export interface Vouchers {
  /** Private key of the leaf that this device had in the group. */
  lastKey?: Uint8Array;
  /** On the host's device. */
  hostKey?: CryptoKeyPair;
  /** On a machine of a production. */
  machine?: MachineKey;
}

export interface OwnKeyPackage {
  publicPackage: KeyPackage;
  privatePackage: PrivateKeyPackage;
}

/**
 * RFC 9420 10. A new signature key each time. The lifetime is unlimited, since the library would hold it against the
 * local wall clock; what ages is the credential, on the server's time (SPEC E-22).
 */
export async function createKeyPackage(
  suite: Suite,
  keys: LinkKeys,
  identity: NewIdentity,
  { lastKey, hostKey, machine: ticket }: Vouchers = {},
): Promise<OwnKeyPackage> {
  const pair = await suite.signature.keygen();
  const again = lastKey && (await signContinuity(suite, lastKey, identity, pair.publicKey));
  const hostPass = hostKey && (await signPass(hostKey, identity, pair.publicKey));
  const machine = ticket && (await signMachinePass(ticket, identity, pair.publicKey));
  const whole = { ...identity, ...(again && { again }), ...(hostPass && { hostPass }), ...(machine && { machine }) };
  const credential = await createCredential(whole, pair.publicKey, keys);
  return generateKeyPackageWithKey(
    credential,
    { versions: ['mls10'], ciphersuites: [SUITE_NAME], extensions: [], proposals: [], credentials: ['basic'] },
    defaultLifetime,
    [],
    pair,
    suite,
  );
}

function aad(groupId: Uint8Array, peerId: string): Uint8Array<ArrayBuffer> {
  const zero = new Uint8Array(1);
  return concatBytes(utf8('cc1 key package'), zero, utf8(peerId), zero, groupId);
}

/** nonce(12) || AES-256-GCM under K("lobby"); bound to the group and to the Peer (SPEC E-14). */
export async function sealKeyPackage(
  { suite, keys }: { suite: Suite; keys: LinkKeys },
  keyPackage: KeyPackage,
  groupId: Uint8Array,
  peerId: string,
): Promise<Uint8Array<ArrayBuffer>> {
  const plain = encodeMessage({ version: 'mls10', wireformat: 'mls_key_package', keyPackage });
  const iv = source(suite.rng.randomBytes(NONCE_BYTES));
  const params = { name: 'AES-GCM', iv, additionalData: aad(groupId, peerId) };
  return concatBytes(iv, new Uint8Array(await crypto.subtle.encrypt(params, keys.lobby, plain)));
}

/**
 * Opens and checks what a waiting Peer sent: seal, both signatures, MAC, group, Peer. Throws GroupError.
 * The tree-dependent rest (age, key and Peer not yet there) is the policy's.
 */
export async function openKeyPackage(
  suite: Suite,
  keys: LinkKeys,
  sealed: Uint8Array,
  groupId: Uint8Array,
  peerId: string,
): Promise<{ keyPackage: KeyPackage; identity: Identity }> {
  const params = {
    name: 'AES-GCM',
    iv: source(sealed.subarray(0, NONCE_BYTES)),
    additionalData: aad(groupId, peerId),
  };
  let plain: ArrayBuffer;
  try {
    plain = await crypto.subtle.decrypt(params, keys.lobby, source(sealed.subarray(NONCE_BYTES)));
  } catch {
    throw new GroupError('malformed');
  }
  const keyPackage = decodeKeyPackage(new Uint8Array(plain));
  const { leafNode } = keyPackage;
  const signed =
    keyPackage.cipherSuite === SUITE_NAME &&
    (await verifyKeyPackage(keyPackage, suite.signature).catch(() => false)) &&
    (await verifyLeafNodeSignatureKeyPackage(leafNode, suite.signature).catch(() => false));
  if (!signed) throw new GroupError('invalid');
  const identity = await verifyCredential(leafNode.credential, leafNode.signaturePublicKey, groupId, keys);
  const isOfPresentLink = identity?.linkGeneration === keys.linkGeneration;
  if (identity === undefined || identity.peerId !== peerId || !isOfPresentLink) throw new GroupError('addedCredential');
  return { keyPackage, identity };
}
