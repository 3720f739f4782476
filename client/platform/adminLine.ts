// How the admin page asks its server: with the token as a bearer, to its own origin, and whatever comes back parsed.
import * as v from 'valibot';
import { AdminStatus } from '#protocol/admin';

export type { AdminStatus, Level, ServerFinding } from '#protocol/admin';
export { SERVER_FINDINGS } from '#protocol/admin';

/** `refused`: not this token · `absent`: this server has no admin page any more · `limited`: too many wrong ones · `lost`: no answer. */
export type Told =
  | { state: 'told'; status: AdminStatus }
  | { state: 'refused' }
  | { state: 'absent' }
  | { state: 'limited' }
  | { state: 'lost' };

const TIMEOUT_MS = 10_000;
const Answer = v.object({ ok: v.literal(true), data: AdminStatus });

/** What may stand in an HTTP header; with anything else fetch throws, and no such token is right. */
const WRITABLE = /^[\x21-\x7e]+$/;

/** Never rejects. */
export async function askStatus(token: string): Promise<Told> {
  if (!WRITABLE.test(token)) return { state: 'refused' };
  try {
    const response = await fetch('/api/admin/status', {
      headers: { authorization: `Bearer ${token}` },
      credentials: 'omit',
      cache: 'no-store',
      signal: AbortSignal.timeout(TIMEOUT_MS),
    });
    if (response.status === 401) return { state: 'refused' };
    if (response.status === 404) return { state: 'absent' };
    if (response.status === 429) return { state: 'limited' };
    const parsed = v.safeParse(Answer, await response.json());
    return parsed.success ? { state: 'told', status: parsed.output.data } : { state: 'lost' };
  } catch {
    return { state: 'lost' };
  }
}
