// Why a request was not answered with data: the server's codes and the three of the way to it.
import type { ErrorCode } from '#protocol/errors';

/** `disconnected`: not sent, or its answer was lost · `timeout`: no answer while connected · `closed`: we left. */
export type SignallingCode = ErrorCode | 'disconnected' | 'timeout' | 'closed';

export class SignallingError extends Error {
  readonly code: SignallingCode;
  readonly retryAfterMs: number | undefined;
  constructor(code: SignallingCode, retryAfterMs?: number) {
    super(code);
    this.name = 'SignallingError';
    this.code = code;
    this.retryAfterMs = retryAfterMs;
  }
}

/** The code of anything caught; what is not ours counts as the server's fault. */
export function codeOf(error: unknown): SignallingCode {
  return error instanceof SignallingError ? error.code : 'internal';
}
