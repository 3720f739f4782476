// Looking into what comes from outside: as a record whose every field may be anything or missing, and never by an exception.
import { source } from './bytes.ts';

/** Whatever is no object has no fields. */
export function record(value: unknown): Record<string, unknown> {
  return typeof value === 'object' && value !== null ? (value as Record<string, unknown>) : {};
}

/** UTF-8 JSON (RFC 8259); bytes that are none have no fields. */
export function parseJson(bytes: Uint8Array): Record<string, unknown> {
  try {
    return record(JSON.parse(new TextDecoder('utf-8', { fatal: true }).decode(source(bytes))));
  } catch {
    return {};
  }
}

/** A name that the server gives to a Peer, a Room or a track. */
export const isId = (value: unknown): value is string =>
  typeof value === 'string' && /^[A-Za-z0-9_-]{1,64}$/.test(value);

export const isWhole = (value: unknown): value is number =>
  typeof value === 'number' && Number.isSafeInteger(value) && value >= 0;
