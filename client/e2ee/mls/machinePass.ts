// What a machine of a production says of itself in its credential: that it is none's, and by which ticket it comes (SPEC E-94, E-95).
import { concatBytes, source, utf8 } from '../util/bytes.ts';

/** A feed only receives; a hall sends what is seen and heard there. */
export const MACHINE_KINDS = ['feed', 'hall'] as const;
export type MachineKind = (typeof MACHINE_KINDS)[number];

/** Of the ticket, on the machine's own device. */
export interface MachineKey {
  kind: MachineKind;
  /** Raw Ed25519. */
  publicKey: Uint8Array;
  privateKey: CryptoKey;
}

export interface MachinePass {
  kind: MachineKind;
  /** Raw Ed25519 public key of the ticket. */
  ticketKey: Uint8Array;
  signature: Uint8Array;
}

interface Bearer {
  groupId: Uint8Array;
  peerId: string;
}

/** "cc1 machine enters" 0x00 kind 0x00 groupId 0x00 peerId 0x00 signature key; the key's length is fixed, so the split is unambiguous. */
function signedContent(kind: MachineKind, { groupId, peerId }: Bearer, leafKey: Uint8Array): Uint8Array<ArrayBuffer> {
  const zero = new Uint8Array(1);
  return concatBytes(utf8('cc1 machine enters'), zero, utf8(kind), zero, groupId, zero, utf8(peerId), zero, leafKey);
}

export async function signMachinePass(key: MachineKey, bearer: Bearer, leafKey: Uint8Array): Promise<MachinePass> {
  const { kind, publicKey, privateKey } = key;
  const signed = await crypto.subtle.sign('Ed25519', privateKey, signedContent(kind, bearer, leafKey));
  return { kind, ticketKey: publicKey, signature: new Uint8Array(signed) };
}

/** Whether who holds the ticket made it for this leaf; false for whatever is no key or signature. Never throws. */
export async function isMachineEntering(pass: MachinePass, bearer: Bearer, leafKey: Uint8Array): Promise<boolean> {
  try {
    const key = await crypto.subtle.importKey('raw', source(pass.ticketKey), 'Ed25519', false, ['verify']);
    const content = signedContent(pass.kind, bearer, leafKey);
    return await crypto.subtle.verify('Ed25519', key, source(pass.signature), content);
  } catch {
    return false;
  }
}
