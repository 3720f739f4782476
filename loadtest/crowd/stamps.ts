// The moment in what is sent, so that whoever gets it knows how long it was under way; all of a crowd have one clock.
import { randomBytes } from 'node:crypto';

const STAMP_BYTES = 8;
/** As base64url, of which no letter is half a byte of something else: 9 bytes are 12 letters. */
const STAMP_CHARS = 12;

/** @param bytes of which the first eight are the moment (performance.now), the others random */
export function createMessage(bytes: number): Uint8Array<ArrayBuffer> {
  const message = randomBytes(Math.max(bytes, STAMP_BYTES));
  message.writeDoubleBE(performance.now());
  return message;
}

export function sentAtMs(message: Uint8Array): number {
  return new DataView(message.buffer, message.byteOffset, message.byteLength).getFloat64(0);
}

/** The same as text of base64url. */
export const createCaption = (bytes: number): string => Buffer.from(createMessage(bytes)).toString('base64url');
export const captionSentAtMs = (caption: string): number =>
  sentAtMs(Buffer.from(caption.slice(0, STAMP_CHARS), 'base64url'));
