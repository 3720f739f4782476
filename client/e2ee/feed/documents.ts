// What viewers are told beside the media: JSON with a signature behind it, sealed for who holds the watch link (SPEC E-152).
import { concatBytes, utf8 } from '../util/bytes.ts';
import { openWith, sealWith } from './sealing.ts';
import { documentKey, type DocumentKind, type ViewRoot } from './viewKeys.ts';

const SIGNATURE_BYTES = 64;

export interface SignedDocument {
  /** As it was signed. */
  json: Uint8Array;
  /** Ed25519. */
  signature: Uint8Array;
}

/** json || signature. */
export async function signDocument(
  privateKey: CryptoKey,
  label: Uint8Array,
  json: Uint8Array,
): Promise<Uint8Array<ArrayBuffer>> {
  const signature = await crypto.subtle.sign('Ed25519', privateKey, concatBytes(label, json));
  return concatBytes(json, new Uint8Array(signature));
}

/** Reads without checking the signature. */
export function takeDocumentApart(signed: Uint8Array): SignedDocument | undefined {
  if (signed.length <= SIGNATURE_BYTES) return undefined;
  return { json: signed.subarray(0, -SIGNATURE_BYTES), signature: signed.subarray(-SIGNATURE_BYTES) };
}

/** AAD: "cc1 stage " || kind 0x00 roomId. */
function boundTo(kind: DocumentKind, roomId: string): Uint8Array<ArrayBuffer> {
  return concatBytes(utf8(`cc1 stage ${kind}`), new Uint8Array(1), utf8(roomId));
}

export async function sealDocument(
  root: ViewRoot,
  kind: DocumentKind,
  roomId: string,
  signed: Uint8Array,
): Promise<Uint8Array<ArrayBuffer>> {
  return sealWith(await documentKey(root, kind), boundTo(kind, roomId), signed);
}

/** Undefined where it is of another link, kind or Room. Never throws. */
export async function openDocument(
  root: ViewRoot,
  kind: DocumentKind,
  roomId: string,
  sealed: Uint8Array,
): Promise<Uint8Array<ArrayBuffer> | undefined> {
  return openWith(await documentKey(root, kind), boundTo(kind, roomId), sealed);
}
