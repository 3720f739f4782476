// The bytes of a sealed frame: clearPrefix || SFrame header || ciphertext || tag || prefixLength (SPEC F-4, F-5).
import type { FrameCodec, FrameFault } from '../messages.ts';
import { open, seal } from '../sframe/cipher.ts';
import { decodeHeader, encodeHeader } from '../sframe/header.ts';
import type { SframeKeys } from '../sframe/keys.ts';
import { TAG_BYTES } from '../sframe/suites.ts';
import { COUNTER_LIMIT, type SealTicket } from './FrameKeyring.ts';
import { unpackKid, type Kid } from './kid.ts';

type Bytes = Uint8Array<ArrayBuffer>;

/**
 * Largest frame taken, before sealing. A 4K screen's key frame stays near 1 MB; more would let 64 held frames of one track take
 * more memory than a phone gives a page.
 */
export const FRAME_BYTES_LIMIT = 2 * 1024 * 1024;

/** Most a seal adds: header 1 + 3 + 4, tag 16, prefix length 1. */
const SEAL_BYTES_LIMIT = 8 + TAG_BYTES + 1;

/** RFC 6386, section 9.1: the tag, the start code and the dimensions of a key frame. */
const VP8_KEY_PREFIX = 10;
/** Of a delta frame the SFU and the depacketiser read only the key frame bit, in the first byte. */
const VP8_DELTA_PREFIX = 1;
const VP8_START_CODE = [0x9d, 0x01, 0x2a] as const;

/**
 * Bytes at the start of a frame that stay readable for the SFU and the depacketiser. They are told from the frame itself, the
 * same at both ends, so that a receiver knows the one length it may accept.
 */
export function clearPrefixLength(codec: FrameCodec, data: Uint8Array): number | FrameFault {
  switch (codec) {
    case 'opus':
      return 0;
    case 'vp8':
      return vp8PrefixLength(data);
    default:
      return 'wrongCodec';
  }
}

function vp8PrefixLength(data: Uint8Array): number | FrameFault {
  const first = data[0];
  if (first === undefined) return 'malformed';
  const isDelta = (first & 1) === 1;
  if (isDelta) return VP8_DELTA_PREFIX;
  if (data.length < VP8_KEY_PREFIX) return 'malformed';
  return VP8_START_CODE.every((byte, index) => data[3 + index] === byte) ? VP8_KEY_PREFIX : 'wrongCodec';
}

/** Whether a clear prefix of this length says that its frame can be decoded alone. */
export function isKeyFramePrefix(codec: FrameCodec, prefixLength: number): boolean {
  return codec === 'vp8' && prefixLength === VP8_KEY_PREFIX;
}

/** AAD of RFC 9605, section 4.4.3: the header, then as metadata what stands in the clear. */
function authenticatedData(header: Uint8Array, prefix: Uint8Array): Bytes {
  const aad = new Uint8Array(header.length + prefix.length + 1);
  aad.set(header);
  aad.set(prefix, header.length);
  aad[aad.length - 1] = prefix.length;
  return aad;
}

/** Seals `data`, leaving its first `prefixLength` bytes readable but authenticated. */
export async function sealFrame(ticket: SealTicket, data: Bytes, prefixLength: number): Promise<ArrayBuffer> {
  const header = encodeHeader(ticket.kid, ticket.ctr);
  const prefix = data.subarray(0, prefixLength);
  const aad = authenticatedData(header, prefix);
  const ciphertext = await seal(ticket.keys, ticket.ctr, aad, data.subarray(prefixLength));
  const sealed = new Uint8Array(prefixLength + header.length + ciphertext.byteLength + 1);
  sealed.set(prefix);
  sealed.set(header, prefixLength);
  sealed.set(new Uint8Array(ciphertext), prefixLength + header.length);
  sealed[sealed.length - 1] = prefixLength;
  return sealed.buffer;
}

/** A sealed frame taken apart; views, no copies. Nothing in it is authenticated yet. */
export interface SealedFrame {
  readonly prefix: Bytes;
  readonly header: Bytes;
  /** With its tag. */
  readonly ciphertext: Bytes;
  readonly kid: Kid;
  readonly kidValue: number;
  readonly ctr: number;
}

/** Checks, in this order: size, prefix length, header (SPEC F-7). */
export function parseSealedFrame(codec: FrameCodec, data: Bytes): SealedFrame | FrameFault {
  if (data.length > FRAME_BYTES_LIMIT + SEAL_BYTES_LIMIT) return 'tooLarge';
  const prefixLength = data[data.length - 1];
  if (prefixLength === undefined) return 'malformed';
  const bodyLength = data.length - 1;
  const expected = clearPrefixLength(codec, data.subarray(0, bodyLength));
  if (typeof expected === 'string') return expected;
  if (prefixLength !== expected || bodyLength < prefixLength) return 'malformed';
  const body = data.subarray(prefixLength, bodyLength);
  const header = decodeHeader(body);
  if (header === null || body.length < header.length + TAG_BYTES) return 'malformed';
  const kid = unpackKid(header.kid);
  if (kid === null || header.ctr >= BigInt(COUNTER_LIMIT)) return 'malformed';
  return {
    prefix: data.subarray(0, prefixLength),
    header: body.subarray(0, header.length),
    ciphertext: body.subarray(header.length),
    kid,
    kidValue: Number(header.kid),
    ctr: Number(header.ctr),
  };
}

/** The frame as it was before sealing; rejects where it is not authentic. */
export async function openFrame(frame: SealedFrame, keys: SframeKeys): Promise<ArrayBuffer> {
  const aad = authenticatedData(frame.header, frame.prefix);
  const plaintext = await open(keys, BigInt(frame.ctr), aad, frame.ciphertext);
  if (frame.prefix.length === 0) return plaintext;
  const opened = new Uint8Array(frame.prefix.length + plaintext.byteLength);
  opened.set(frame.prefix);
  opened.set(new Uint8Array(plaintext), frame.prefix.length);
  return opened.buffer;
}
