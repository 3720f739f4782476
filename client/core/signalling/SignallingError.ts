// Why a request was not answered with data: the server's codes and the three of the way to it.
import * as v from 'valibot';
import { ErrorCode } from '#protocol/errors';

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

/** When the server would be asked again, by its own word. */
export function retryAfterOf(error: unknown): number | undefined {
  return error instanceof SignallingError ? error.retryAfterMs : undefined;
}

const Refusal = v.object({ data: v.object({ code: ErrorCode, retryAfterMs: v.optional(v.number()) }) });

/** Why no Connection came: socket.io hands over `Error & { data }` where the server's middleware refused, a bare Error where nobody answered. */
export function refusalOf(error: unknown): SignallingError {
  const refusal = v.safeParse(Refusal, error);
  if (!refusal.success) return new SignallingError('disconnected');
  const { code, retryAfterMs } = refusal.output.data;
  return new SignallingError(code, retryAfterMs);
}
