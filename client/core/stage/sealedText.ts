// A text in a store of this device, sealed for the room's link.
import { fromBase64url, toBase64url } from '../util/base64url.ts';
import { openForLink, sealForLink, type Purpose, type SealingLink } from '../util/sealedForLink.ts';

interface Readable {
  read(): string | null;
}

/** Null where nothing is kept, or nothing of this link and purpose. Never rejects. */
export async function openKept(store: Readable | null, purpose: Purpose, link: SealingLink): Promise<string | null> {
  const text = store?.read() ?? null;
  if (text === null) return null;
  try {
    return await openForLink(fromBase64url(text), purpose, link);
  } catch {
    return null;
  }
}

/** What the store is to hold; null where it cannot be made. Never rejects. */
export const sealToKeep = (text: string, purpose: Purpose, link: SealingLink): Promise<string | null> =>
  sealForLink(text, purpose, link).then(toBase64url, () => null);
