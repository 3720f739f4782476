// The one place where mediasoup's errors become the wire's: what a client may mend, and what it may not know more about.
import { ProtocolError } from '#protocol/errors';
import { errors } from 'mediasoup';

/** Whose fault a refused request to a Worker is: `client` when its input reached the Worker, else `server`. */
export type Blame = 'client' | 'server';

/** True when the Worker behind a request is gone, so that the same request may work on another one. */
export function isWorkerGone(error: unknown): boolean {
  return error instanceof errors.WorkerClosedError;
}

/** A ProtocolError that says nothing of mediasoup's inside; ProtocolErrors pass unchanged. */
export function toProtocolError(error: unknown, blame: Blame): ProtocolError {
  if (error instanceof ProtocolError) return error;
  if (isWorkerGone(error)) return new ProtocolError('internal', 'the media worker is being replaced');
  if (error instanceof errors.NotFoundError) return new ProtocolError('not_found', 'this is gone');
  if (blame === 'client') return new ProtocolError('bad_request', 'the media parameters were refused');
  return new ProtocolError('internal', 'the media worker refused');
}

/** Runs one request to a Worker and rejects with ProtocolErrors only. */
export async function asked<Result>(blame: Blame, request: () => Promise<Result>): Promise<Result> {
  try {
    return await request();
  } catch (error) {
    throw toProtocolError(error, blame);
  }
}
