// What a watch link's secret opens: the keys of the documents for viewers and of each epoch's wrap (SPEC E-150).
import { concatBytes, source, u64, utf8 } from '../util/bytes.ts';

/** HKDF-SHA-256 over the watch secret, salt "cc1 view-root" (SPEC E-7); never extractable. */
export type ViewRoot = CryptoKey;

/** What viewers are told beside the media. */
export type DocumentKind = 'roster' | 'program';

const SALT = utf8('cc1 view-root');
const ZERO = new Uint8Array(1);

/** Takes the watch secret into WebCrypto; the caller wipes its bytes. */
export function importViewRoot(viewSecret: Uint8Array): Promise<ViewRoot> {
  return crypto.subtle.importKey('raw', source(viewSecret), 'HKDF', false, ['deriveKey']);
}

function derive(root: ViewRoot, info: Uint8Array<ArrayBuffer>, bits: 128 | 256): Promise<CryptoKey> {
  const params = { name: 'HKDF', hash: 'SHA-256', salt: SALT, info };
  return crypto.subtle.deriveKey(params, root, { name: 'AES-GCM', length: bits }, false, ['encrypt', 'decrypt']);
}

/** HKDF-Expand(viewRoot, "cc1 wrap" 0x00 groupId u64(epoch), 16). */
export function wrapKey(root: ViewRoot, groupId: Uint8Array, epoch: number): Promise<CryptoKey> {
  return derive(root, wrapInput(groupId, epoch), 128);
}

/** What a wrap is derived and authenticated by. */
export function wrapInput(groupId: Uint8Array, epoch: number): Uint8Array<ArrayBuffer> {
  return concatBytes(utf8('cc1 wrap'), ZERO, groupId, u64(epoch));
}

/** HKDF-Expand(viewRoot, "cc1 stage " || kind, 32). */
export function documentKey(root: ViewRoot, kind: DocumentKind): Promise<CryptoKey> {
  return derive(root, utf8(`cc1 stage ${kind}`), 256);
}
