// The first question of a watch page, which a script asks that is there long before the client is: a token for the link in the address.
import { parseFragment } from '#e2ee';
import { proofOf, tokensPath } from '../tokenRequest.ts';
import type { Platform } from '../types.ts';

export interface AskedAhead {
  path: string;
  /** As the Platform's `fetch` gives it. */
  reply: ReturnType<Platform['fetch']>;
}

/** A link that is not quite one is left to `parseLink`. */
const PAGE_PATH = /^\/w\/([A-Za-z0-9_-]{22})\/?$/;

/**
 * Null for what is no watch link, and where the browser has no way to open a frame: then nothing is asked (W-5). What else it needs is found out
 * while the answer is on its way. Never throws.
 */
export function askAhead(
  text: string,
  { fetch, sealSupport }: Pick<Platform, 'fetch' | 'sealSupport'>,
): AskedAhead | null {
  const url = URL.canParse(text) ? new URL(text) : null;
  const roomId = url && PAGE_PATH.exec(url.pathname)?.[1];
  const parsed = parseFragment(url?.hash ?? '');
  if (!roomId || !parsed.ok || parsed.fragment.kind !== 'viewer' || sealSupport() === 'none') return null;
  const path = tokensPath(roomId);
  const reply = proofOf({ ...parsed.fragment, roomId }).then((proof) =>
    fetch(path, { method: 'POST', body: { kind: 'viewer', proof } }),
  );
  reply.catch(() => undefined);
  return { path, reply };
}

/** A Platform's `fetch` whose first question of that kind has its answer already, or on its way. */
export function answering(fetch: Platform['fetch'], asked: AskedAhead | null): Platform['fetch'] {
  let ahead = asked;
  return (path, init) => {
    const reply = ahead?.path === path ? ahead.reply : null;
    if (reply === null) return fetch(path, init);
    ahead = null;
    return reply;
  };
}
