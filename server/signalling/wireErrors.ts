// The one place where failures become the wire's errors on the socket.
import * as v from 'valibot';
import { ProtocolError, type WireError } from '#protocol/errors';
import type { Log } from '../observability/log.ts';

/** Anything that is no ProtocolError is the server's fault: logged in full, told as `internal` only. */
export function toWireError(error: unknown, log: Log, request: string): WireError {
  if (!(error instanceof ProtocolError)) {
    log.error({ error, request }, 'request failed');
    return { code: 'internal', message: 'internal error' };
  }
  const { code, message, retryAfterMs } = error;
  return retryAfterMs === undefined ? { code, message } : { code, message, retryAfterMs };
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
