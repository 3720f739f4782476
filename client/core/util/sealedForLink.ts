// Text sealed for whoever holds the room's present link: for what lies at the server, or on a device, and nobody else is to read there.

const NONCE_BYTES = 12;

export interface SealingLink {
  roomId: string;
  secret: Uint8Array;
}

/** Each purpose has a key of its own. */
export type Purpose = 'feed-label' | 'feed-passes' | 'kept-show' | 'speaker-tag';

const keyOf = async ({ secret, roomId }: SealingLink, purpose: Purpose): Promise<CryptoKey> => {
  const root = await crypto.subtle.importKey('raw', Uint8Array.from(secret), 'HKDF', false, ['deriveKey']);
  const text = new TextEncoder();
  const info = text.encode(`cc1 ${purpose}\0${roomId}`);
  const params = { name: 'HKDF', hash: 'SHA-256', salt: text.encode('cc1 root'), info };
  return crypto.subtle.deriveKey(params, root, { name: 'AES-GCM', length: 128 }, false, ['encrypt', 'decrypt']);
};

/** `nonce || AES-128-GCM(HKDF(link secret, "cc1 root", "cc1 <purpose>" 0x00 roomId), text)` */
export async function sealForLink(text: string, purpose: Purpose, link: SealingLink): Promise<Uint8Array<ArrayBuffer>> {
  const iv = crypto.getRandomValues(new Uint8Array(NONCE_BYTES));
  const key = await keyOf(link, purpose);
  const sealed = await crypto.subtle.encrypt({ name: 'AES-GCM', iv }, key, new TextEncoder().encode(text));
  const out = new Uint8Array(NONCE_BYTES + sealed.byteLength);
  out.set(iv);
  out.set(new Uint8Array(sealed), NONCE_BYTES);
  return out;
}

/** Null for what was sealed under another link or for another purpose, or is none of ours. */
export async function openForLink(sealed: Uint8Array, purpose: Purpose, link: SealingLink): Promise<string | null> {
  try {
    const bytes = Uint8Array.from(sealed);
    const params = { name: 'AES-GCM', iv: bytes.subarray(0, NONCE_BYTES) };
    const opened = await crypto.subtle.decrypt(params, await keyOf(link, purpose), bytes.subarray(NONCE_BYTES));
    return new TextDecoder().decode(opened);
  } catch {
    return null;
  }
}
