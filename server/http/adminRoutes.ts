// GET /api/admin/*: what the server tells whoever holds ADMIN_TOKEN; without one there is nothing here.
import { Router, type RequestHandler } from 'express';
import type { AdminCaller, AdminStatus } from '#protocol/admin';
import { ProtocolError } from '#protocol/errors';
import { BAD_ADMIN_TOKENS_PER_ADDRESS } from '#protocol/limits';
import type { OriginRules } from '../util/origin.ts';
import { RateLimit } from '../util/RateLimit.ts';
import { equalInConstantTime } from '../util/secrets.ts';
import { addressOf, refuseIfLimited } from './apiGuards.ts';

/** What the composition root lets whoever runs the server see. */
export interface AdminAccess {
  token: string;
  status(): Promise<AdminStatus>;
  /** Tells how many proxies each request came through; never from where. */
  noteRequest(remote: string, hops: number): void;
}

const PREFIX = '/api/admin';

const hopsOf = (forwardedFor: string | undefined): string[] =>
  (forwardedFor ?? '')
    .split(',')
    .map((hop) => hop.trim())
    .filter((hop) => hop !== '');

/** Whoever runs the server may write what they like into the header: it is how they find out who believes it. */
export function noteProxies({ noteRequest }: AdminAccess): RequestHandler {
  return (request, _response, next) => {
    const isOwn = request.path.startsWith(PREFIX);
    if (!isOwn) noteRequest(request.socket.remoteAddress ?? '', hopsOf(request.get('x-forwarded-for')).length);
    next();
  };
}

export function adminRoutes({ token, status }: AdminAccess, origins: OriginRules): Router {
  const router = Router();
  router.use(PREFIX, requireToken(token, origins));
  router.get(`${PREFIX}/status`, async (_request, response) => {
    response.json({ ok: true, data: await status() });
  });
  router.get(`${PREFIX}/caller`, (request, response) => {
    const data: AdminCaller = {
      countedAs: addressOf(request, origins),
      forwardedFor: hopsOf(request.get('x-forwarded-for')),
      trustedProxies: origins.trustedProxies,
    };
    response.json({ ok: true, data });
  });
  return router;
}

function requireToken(token: string, origins: OriginRules): RequestHandler {
  const wrong = new RateLimit(BAD_ADMIN_TOKENS_PER_ADDRESS);
  return async (request, response, next) => {
    response.locals['route'] = 'admin';
    const address = addressOf(request, origins);
    refuseIfLimited(await wrong.peek(address));
    if (equalInConstantTime(request.get('authorization') ?? '', `Bearer ${token}`)) return next();
    await wrong.take(address);
    throw new ProtocolError('unauthorized', 'ADMIN_TOKEN is asked for');
  };
}
