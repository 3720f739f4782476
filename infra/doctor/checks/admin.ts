// What the server says of itself to whoever holds its ADMIN_TOKEN, and how it counts whom it hears through the proxy.
import * as v from 'valibot';
import { AdminCaller, AdminStatus } from '#protocol/admin';
import { found, type Finding } from '../findings.ts';
import type { Patient } from '../Patient.ts';

const TIMEOUT_MS = 8_000;
/** Of the addresses that are kept for examples (RFC 5737): nobody comes from it. */
const FORGED = '192.0.2.77';

export async function checkAdmin({ origin, adminToken }: Patient): Promise<Finding[]> {
  if (adminToken === undefined) return [found('admin.off')];
  const { protocol, hostname } = new URL(origin);
  // It would be read on the way.
  if (protocol !== 'https:' && !/^(127\.|localhost$|\[::1\]$)/.test(hostname)) return [found('admin.plain')];
  const status = await ask(`${origin}/api/admin/status`, adminToken, AdminStatus);
  if (status === null) return [found('admin.refused')];
  const caller = await ask(`${origin}/api/admin/caller`, adminToken, AdminCaller, { 'x-forwarded-for': FORGED });
  return [found('admin.ok'), ...(caller === null ? [] : [judgeCaller(caller)]), ...status.findings];
}

/** The caller said that it came from somewhere else; each proxy that the server believes in must have written down where from really. */
export function judgeCaller({ countedAs, forwardedFor, trustedProxies }: v.InferOutput<typeof AdminCaller>): Finding {
  // Some proxies drop what the caller wrote, others write behind it.
  const proxies = forwardedFor[0] === FORGED ? forwardedFor.length - 1 : forwardedFor.length;
  const values = { proxies, trusted: trustedProxies };
  if (countedAs === FORGED || proxies < trustedProxies) return found('trust.high', values);
  return found(proxies > trustedProxies ? 'trust.low' : 'trust.ok', values);
}

async function ask<Schema extends v.GenericSchema>(
  url: string,
  token: string,
  schema: Schema,
  headers: Record<string, string> = {},
): Promise<v.InferOutput<Schema> | null> {
  try {
    const signal = AbortSignal.timeout(TIMEOUT_MS);
    const response = await fetch(url, { headers: { ...headers, authorization: `Bearer ${token}` }, signal });
    const parsed = v.safeParse(v.object({ ok: v.literal(true), data: schema }), await response.json());
    return parsed.success ? (parsed.output.data as v.InferOutput<Schema>) : null;
  } catch {
    return null;
  }
}
