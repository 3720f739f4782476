// STUN messages as far as the doctor speaks them: binding requests to the media ports, and what TURN adds (RFC 8489, RFC 8656).
import { createHash, createHmac, randomBytes } from 'node:crypto';
import { crc32 } from 'node:zlib';

export const MAGIC_COOKIE = 0x2112a442;
const HEADER_BYTES = 20;
const INTEGRITY_BYTES = 24;
const FINGERPRINT_XOR = 0x5354554e;

export const METHOD = { binding: 0x0001, allocate: 0x0003, refresh: 0x0004 } as const;
export const ATTRIBUTE = {
  username: 0x0006,
  integrity: 0x0008,
  errorCode: 0x0009,
  lifetime: 0x000d,
  relayed: 0x0016,
  realm: 0x0014,
  nonce: 0x0015,
  requestedTransport: 0x0019,
  priority: 0x0024,
  fingerprint: 0x8028,
  iceControlling: 0x802a,
} as const;

export interface Message {
  method: number;
  kind: 'request' | 'indication' | 'success' | 'error';
  transaction: Buffer;
  attributes: ReadonlyMap<number, Buffer>;
  /** Of an error response. */
  errorCode: number | null;
}

const KINDS = ['request', 'indication', 'success', 'error'] as const;

export interface Request {
  method: number;
  attributes: readonly (readonly [type: number, value: Buffer])[];
  /** What the message is proved with; absent: by nothing. */
  key?: Buffer;
}

function attribute(type: number, value: Buffer): Buffer {
  const head = Buffer.alloc(4);
  head.writeUInt16BE(type, 0);
  head.writeUInt16BE(value.length, 2);
  return Buffer.concat([head, value, Buffer.alloc((4 - (value.length % 4)) % 4)]);
}

function withLength(message: Buffer, length: number): Buffer {
  const copy = Buffer.from(message);
  copy.writeUInt16BE(length, 2);
  return copy;
}

/** @returns the message and the transaction that its answer has to name */
export function encodeRequest({ method, attributes, key }: Request): { message: Buffer; transaction: Buffer } {
  const transaction = randomBytes(12);
  const header = Buffer.alloc(8);
  header.writeUInt16BE(method, 0);
  header.writeUInt32BE(MAGIC_COOKIE, 4);
  let message = Buffer.concat([header, transaction, ...attributes.map(([type, value]) => attribute(type, value))]);
  if (key !== undefined) {
    // Each of the two is computed as if it were the last.
    const proved = withLength(message, message.length - HEADER_BYTES + INTEGRITY_BYTES);
    message = Buffer.concat([proved, attribute(ATTRIBUTE.integrity, createHmac('sha1', key).update(proved).digest())]);
  }
  const marked = withLength(message, message.length - HEADER_BYTES + 8);
  // RFC 8489 section 14.7.
  const fingerprint = Buffer.alloc(4);
  fingerprint.writeUInt32BE((crc32(marked) ^ FINGERPRINT_XOR) >>> 0, 0);
  return { message: Buffer.concat([marked, attribute(ATTRIBUTE.fingerprint, fingerprint)]), transaction };
}

/** Null for what is no STUN message. */
export function decodeMessage(bytes: Buffer): Message | null {
  if (bytes.length < HEADER_BYTES || bytes.readUInt32BE(4) !== MAGIC_COOKIE) return null;
  const type = bytes.readUInt16BE(0);
  if ((type & 0xc000) !== 0 || bytes.readUInt16BE(2) !== bytes.length - HEADER_BYTES) return null;
  const attributes = new Map<number, Buffer>();
  for (let at = HEADER_BYTES; at + 4 <= bytes.length;) {
    const length = bytes.readUInt16BE(at + 2);
    if (at + 4 + length > bytes.length) return null;
    const name = bytes.readUInt16BE(at);
    if (!attributes.has(name)) attributes.set(name, bytes.subarray(at + 4, at + 4 + length));
    at += 4 + length + ((4 - (length % 4)) % 4);
  }
  const error = attributes.get(ATTRIBUTE.errorCode);
  return {
    method: (type & 0x000f) | ((type & 0x00e0) >> 1) | ((type & 0x3e00) >> 2),
    kind: KINDS[((type & 0x0100) >> 7) | ((type & 0x0010) >> 4)] ?? 'request',
    transaction: bytes.subarray(8, HEADER_BYTES),
    attributes,
    errorCode: error === undefined || error.length < 4 ? null : ((error[2] ?? 0) & 7) * 100 + (error[3] ?? 0),
  };
}

/** How long a STUN message in a stream is, or null while too little of it is there (RFC 8489 section 6.2.2). */
export const streamedLength = (bytes: Buffer): number | null =>
  bytes.length < HEADER_BYTES ? null : HEADER_BYTES + bytes.readUInt16BE(2);

/** RFC 8489 section 9.2.2. */
export const longTermKey = (username: string, realm: string, password: string): Buffer =>
  createHash('md5').update(`${username}:${realm}:${password}`).digest();
