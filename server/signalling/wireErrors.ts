// The one place where failures become the wire's errors on the socket.
import * as v from 'valibot';
import { ProtocolError, type WireError } from '#protocol/errors';
import type { Log } from '../observability/log.ts';
import type { Clock } from '../rooms/ports.ts';
import { Throttle } from '../util/Throttle.ts';

/** What a client can provoke it can provoke again: a few lines of each request say enough. */
const LINES_PER_STRETCH = 5;
const STRETCH_MS = 60_000;

/** Turns whatever was thrown into what the client is told; `request` is a name of the table, never one that was sent. */
export type ErrorTeller = (error: unknown, request: string) => WireError;

/** Anything that is no ProtocolError is the server's fault: logged in full, told as `internal` only. */
export function createErrorTeller(log: Log, clock: Pick<Clock, 'now'>): ErrorTeller {
  const throttle = new Throttle(LINES_PER_STRETCH, STRETCH_MS);
  return (error, request) => {
    if (!(error instanceof ProtocolError)) {
      const heldBack = throttle.pass(request, clock.now());
      if (heldBack !== null) log.error({ error, request, heldBack }, 'request failed');
      return { code: 'internal', message: 'internal error' };
    }
    const { code, message, retryAfterMs } = error;
    return retryAfterMs === undefined ? { code, message } : { code, message, retryAfterMs };
  };
}

const TOO_LARGE = 'too_large';

/** Names the field and, where a limit was hit, the limit; never what stood in the field. */
export function refusalOf(issue: v.BaseIssue<unknown>): ProtocolError {
  const field = v.getDotPath(issue) ?? 'input';
  if (issue.message.startsWith(TOO_LARGE)) {
    return new ProtocolError('too_large', `${field} is larger than${issue.message.slice(TOO_LARGE.length + 1)}`);
  }
  if (issue.type === 'max_length') {
    return new ProtocolError('too_large', `${field} is longer than ${String(issue.requirement)}`);
  }
  return new ProtocolError('bad_request', `${field} is not right`);
}
