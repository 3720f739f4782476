// The one place where failures become HTTP answers.
import type { ErrorRequestHandler, Response } from 'express';
import { ProtocolError, type ErrorCode, type WireError } from '#protocol/errors';
import type { Log } from '../observability/log.ts';
import type { Metrics } from '../observability/metrics.ts';
import type { Clock } from '../rooms/ports.ts';
import { Throttle } from '../util/Throttle.ts';

const STATUS: Readonly<Record<ErrorCode, number>> = {
  bad_request: 400,
  unknown_request: 400,
  version: 400,
  unauthorized: 401,
  token_expired: 401,
  forbidden: 403,
  not_found: 404,
  conflict: 409,
  wrong_state: 409,
  not_sealed: 409,
  too_large: 413,
  rate_limited: 429,
  internal: 500,
  capacity: 503,
  draining: 503,
};

/** Answers in the wire's shape, `{ok: false, error}`. */
export function sendError(response: Response, { code, message, retryAfterMs }: ProtocolError): void {
  const error: WireError = retryAfterMs === undefined ? { code, message } : { code, message, retryAfterMs };
  if (retryAfterMs !== undefined) response.set('Retry-After', String(Math.ceil(retryAfterMs / 1000)));
  response.status(STATUS[code]).json({ ok: false, error });
}

/** What a client can provoke it can provoke again: a few lines say enough. */
const LINES_PER_STRETCH = 5;
const STRETCH_MS = 60_000;

interface Told {
  log: Log;
  clock: Pick<Clock, 'now'>;
  metrics: Pick<Metrics, 'countHttpError'>;
}

/** Express's last handler; what is no ProtocolError is the server's fault and is logged. */
export function handleErrors({ log, clock, metrics }: Told): ErrorRequestHandler {
  const throttle = new Throttle(LINES_PER_STRETCH, STRETCH_MS);
  // Express knows it by its four parameters.
  return (error: unknown, _request, response, _next) => {
    const known = asProtocolError(error);
    const heldBack = known.code === 'internal' ? throttle.pass('http', clock.now()) : null;
    metrics.countHttpError(known.code);
    if (!response.headersSent) {
      if (heldBack !== null) log.error({ error, heldBack }, 'http request failed');
      sendError(response, known);
      return;
    }
    // Whoever reads sees it end early. Not express's own way, which writes the error to the console each time: a file's id stands in it.
    if (heldBack !== null) log.error({ reason: codeOf(error), heldBack }, 'http answer broke off');
    response.destroy();
  };
}

/** The system's word for it, in which no path stands. */
const codeOf = (error: unknown): string => String((error as { code?: unknown } | null)?.code ?? 'unknown');

/** body-parser's errors carry `type` and `status`; anything below 500 is the caller's to mend. */
function asProtocolError(error: unknown): ProtocolError {
  if (error instanceof ProtocolError) return error;
  const { type, status } = error as { type?: unknown; status?: unknown };
  if (type === 'entity.too.large') return new ProtocolError('too_large', 'the body exceeds MAX_HTTP_BODY_BYTES');
  if (status === 404) return new ProtocolError('not_found', 'no such file');
  if (typeof status === 'number' && status >= 400 && status < 500) {
    return new ProtocolError('bad_request', 'the request cannot be read');
  }
  return new ProtocolError('internal', 'internal error');
}
