// The error codes of the wire, and the envelope in which every acknowledged request is answered.
import * as v from 'valibot';

/**
 * Few, and named by what the caller should do about them:
 * - `bad_request` mend the message · `too_large` send less · `unknown_request` speak this version's names
 * - `version` reload the page · `unauthorized` get a token · `token_expired` get a fresh one · `forbidden` give up
 * - `not_found` the thing is gone · `conflict` somebody was first · `wrong_state` not now: the order is wrong
 * - `not_sealed` join the group's Epoch first · `rate_limited` wait `retryAfterMs` · `capacity` try later or elsewhere
 * - `draining` this server is going down · `internal` the server's fault, nothing to mend
 */
export const ErrorCode = v.picklist([
  'bad_request',
  'too_large',
  'unknown_request',
  'version',
  'unauthorized',
  'token_expired',
  'forbidden',
  'not_found',
  'conflict',
  'wrong_state',
  'not_sealed',
  'rate_limited',
  'capacity',
  'draining',
  'internal',
]);
export type ErrorCode = v.InferOutput<typeof ErrorCode>;

export const WireError = v.object({
  code: ErrorCode,
  /** For people who debug; never shown to users, never carries input. */
  message: v.string(),
  retryAfterMs: v.optional(v.number()),
});
export type WireError = v.InferOutput<typeof WireError>;

/** What every request is acknowledged with. */
export type Reply<Data> = { ok: true; data: Data } | { ok: false; error: WireError };

/** Thrown inside the server by anything that refuses; turned into a WireError at the boundary and nowhere else. */
export class ProtocolError extends Error {
  readonly code: ErrorCode;
  readonly retryAfterMs: number | undefined;
  constructor(code: ErrorCode, message: string, retryAfterMs?: number) {
    super(message);
    this.name = 'ProtocolError';
    this.code = code;
    this.retryAfterMs = retryAfterMs;
  }
}
