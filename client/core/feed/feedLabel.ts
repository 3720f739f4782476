// What members call a feed, sealed for whoever holds the room's link: the server keeps it and cannot read it.

const NONCE_BYTES = 12;

/** `nonce || AES-128-GCM(HKDF(link secret, "cc1 root", "cc1 feed-label" 0x00 roomId), label)`; `of` is the present link. */
const keyOf = async ({ secret, roomId }: LabelLink): Promise<CryptoKey> => {
  const root = await crypto.subtle.importKey('raw', Uint8Array.from(secret), 'HKDF', false, ['deriveKey']);
  const text = new TextEncoder();
  const info = text.encode(`cc1 feed-label\0${roomId}`);
  const params = { name: 'HKDF', hash: 'SHA-256', salt: text.encode('cc1 root'), info };
  return crypto.subtle.deriveKey(params, root, { name: 'AES-GCM', length: 128 }, false, ['encrypt', 'decrypt']);
};

interface LabelLink {
  roomId: string;
  secret: Uint8Array;
}

export const sealLabel = async (label: string, of: LabelLink): Promise<Uint8Array<ArrayBuffer>> => {
  const iv = crypto.getRandomValues(new Uint8Array(NONCE_BYTES));
  const key = await keyOf(of);
  const sealed = await crypto.subtle.encrypt({ name: 'AES-GCM', iv }, key, new TextEncoder().encode(label));
  const out = new Uint8Array(NONCE_BYTES + sealed.byteLength);
  out.set(iv);
  out.set(new Uint8Array(sealed), NONCE_BYTES);
  return out;
};

/** Null for what was sealed under another link, or is none of ours. */
export const openLabel = async (sealed: Uint8Array, of: LabelLink): Promise<string | null> => {
  try {
    const bytes = Uint8Array.from(sealed);
    const params = { name: 'AES-GCM', iv: bytes.subarray(0, NONCE_BYTES) };
    const opened = await crypto.subtle.decrypt(params, await keyOf(of), bytes.subarray(NONCE_BYTES));
    return new TextDecoder().decode(opened);
  } catch {
    return null;
  }
};
