// The host's own way in: its key's word in the credential, so that no mode keeps the host out of its room (SPEC E-84).
import { concatBytes, source, toBase64Url, utf8 } from '../util/bytes.ts';

const HOST_KEY_HASH_BYTES = 16;

export interface HostPass {
  /** Raw Ed25519 public key; its hash stands in the link. */
  hostKey: Uint8Array;
  signature: Uint8Array;
}

export interface Bearer {
  groupId: Uint8Array;
  peerId: string;
}

/** "cc1 host enters" 0x00 groupId 0x00 peerId 0x00 signature key; the key's length is fixed, so the split is unambiguous. */
function signedContent({ groupId, peerId }: Bearer, signatureKey: Uint8Array): Uint8Array<ArrayBuffer> {
  const zero = new Uint8Array(1);
  return concatBytes(utf8('cc1 host enters'), zero, groupId, zero, utf8(peerId), zero, signatureKey);
}

export async function rawHostKey({ publicKey }: CryptoKeyPair): Promise<Uint8Array<ArrayBuffer>> {
  return new Uint8Array(await crypto.subtle.exportKey('raw', publicKey));
}

/** Whether it is the key that the link names. */
export async function isHostKey(hostKey: Uint8Array, hostKeyHash: string): Promise<boolean> {
  const digest = new Uint8Array(await crypto.subtle.digest('SHA-256', source(hostKey)));
  return toBase64Url(digest.subarray(0, HOST_KEY_HASH_BYTES)) === hostKeyHash;
}

/** Ed25519 of the host's key over `content`; false for whatever is no key or signature. Never throws. */
export async function isHostsWord(
  { hostKey, signature }: HostPass,
  content: Uint8Array,
  hostKeyHash: string,
): Promise<boolean> {
  try {
    if (!(await isHostKey(hostKey, hostKeyHash))) return false;
    const key = await crypto.subtle.importKey('raw', source(hostKey), 'Ed25519', false, ['verify']);
    return await crypto.subtle.verify('Ed25519', key, source(signature), source(content));
  } catch {
    return false;
  }
}

export async function signPass(pair: CryptoKeyPair, bearer: Bearer, signatureKey: Uint8Array): Promise<HostPass> {
  const signed = await crypto.subtle.sign('Ed25519', pair.privateKey, signedContent(bearer, signatureKey));
  return { hostKey: await rawHostKey(pair), signature: new Uint8Array(signed) };
}

export async function isHostEntering(
  pass: HostPass | undefined,
  bearer: Bearer,
  signatureKey: Uint8Array,
  hostKeyHash: string,
): Promise<boolean> {
  return pass !== undefined && isHostsWord(pass, signedContent(bearer, signatureKey), hostKeyHash);
}
