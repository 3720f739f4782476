// What every call to the API passes first: its origin, its address's rate; and how its body is parsed.
import type { Request, RequestHandler } from 'express';
import * as v from 'valibot';
import { ProtocolError } from '#protocol/errors';
import { clientAddress } from '../util/clientAddress.ts';
import { embedderOf, isWelcomeOrigin, type OriginRules } from '../util/origin.ts';
import type { RateLimit } from '../util/RateLimit.ts';

export const addressOf = (request: Request, { trustedProxies }: OriginRules): string =>
  clientAddress(request.socket.remoteAddress ?? 'unknown', request.get('x-forwarded-for'), trustedProxies);

/** Refuses pages of other origins, but for those that may embed ours: their visitors' browsers must not make Rooms here. */
export function requireWelcomeOrigin(rules: OriginRules): RequestHandler {
  return (request, _response, next) => {
    next(isWelcomeOrigin(request.headers, rules) ? undefined : new ProtocolError('forbidden', 'wrong origin'));
  };
}

/** How long a browser may take for granted that it may ask; a day is the most that any of them keeps. */
const PREFLIGHT_SECONDS = 24 * 60 * 60;

/** What pages that may embed ours may send and read beyond what any page may. Source: Fetch, CORS-safelisted headers. */
export interface Sharing {
  methods: string;
  /** Of requests. */
  headers: string;
  /** Of answers. */
  exposed?: string;
}
const API_SHARING: Sharing = { methods: 'GET, POST', headers: 'content-type' };

/** Lets pages that may embed ours read what they ask for, and answers what their browsers ask first. Source: Fetch, CORS protocol. */
export function shareWithEmbedders(
  rules: OriginRules,
  { methods, headers, exposed }: Sharing = API_SHARING,
): RequestHandler {
  return (request, response, next) => {
    if (rules.embedOrigins.length > 0) response.vary('Origin');
    const embedder = embedderOf(request.headers, rules);
    if (embedder === undefined) return next();
    response.set('Access-Control-Allow-Origin', embedder);
    if (exposed !== undefined) response.set('Access-Control-Expose-Headers', exposed);
    if (request.method !== 'OPTIONS') return next();
    response.set({
      'Access-Control-Allow-Methods': methods,
      'Access-Control-Allow-Headers': headers,
      'Access-Control-Max-Age': String(PREFLIGHT_SECONDS),
    });
    return response.status(204).end();
  };
}

/** @throws ProtocolError `rate_limited` */
export async function takePoint(limit: RateLimit, key: string): Promise<void> {
  refuseIfLimited(await limit.take(key));
}

/** @throws ProtocolError `rate_limited` where `waitMs` is not 0 */
export function refuseIfLimited(waitMs: number): void {
  if (waitMs > 0) throw new ProtocolError('rate_limited', 'too many calls from this address', waitMs);
}

/** @throws ProtocolError `bad_request`; it names the field and never what stood in it */
export function parseBody<Schema extends v.GenericSchema>(schema: Schema, body: unknown): v.InferOutput<Schema> {
  const parsed = v.safeParse(schema, body);
  if (parsed.success) return parsed.output;
  const field = v.getDotPath(parsed.issues[0]) ?? 'body';
  throw new ProtocolError('bad_request', `${field} is not right`);
}
