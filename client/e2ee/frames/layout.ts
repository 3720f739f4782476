// The bytes of a sealed frame: clear bytes, then SFrame header || ciphertext || tag || trailer (SPEC F-4, F-5).
import { MAX_BLOCK_BYTES, takeBlock, type FeedBlock } from '../feed/signedBlock.ts';
import type { FrameCodec, FrameFault } from '../messages.ts';
import { open, seal } from '../sframe/cipher.ts';
import { decodeShortHeader, encodeHeader } from '../sframe/header.ts';
import type { SframeKeys } from '../sframe/keys.ts';
import { TAG_BYTES } from '../sframe/suites.ts';
import { concatBytes } from '../util/bytes.ts';
import { releaseMemory } from '../util/releaseMemory.ts';
import type { SealTicket } from './FrameKeyring.ts';
import { unpackKid, type Kid } from './kid.ts';
import { joinSealed, SIGNED_FLAG, takeApart, type SplitFrame } from './splitFrame.ts';

type Bytes = Uint8Array<ArrayBuffer>;

/**
 * Largest frame taken, before sealing. A 4K screen's key frame stays near 1 MB; more would let 64 held frames of one track take
 * more memory than a phone gives a page.
 */
export const FRAME_BYTES_LIMIT = 2 * 1024 * 1024;

/**
 * Most that is taken to be opened. A seal adds 25 bytes (header 1 + 3 + 4, tag 16, trailer 1); the rest is for H.264's
 * escapes, one in some ten million random bytes, and AV1's wrapper.
 */
const SEALED_BYTES_LIMIT = FRAME_BYTES_LIMIT + 25 + 1024 + MAX_BLOCK_BYTES;

/** AAD of RFC 9605, section 4.4.3: the header, then as metadata what stands in the clear. */
export function authenticatedData(header: Uint8Array, clear: Uint8Array, trailer: number): Bytes {
  const aad = new Uint8Array(header.length + clear.length + 1);
  aad.set(header);
  aad.set(clear, header.length);
  aad[aad.length - 1] = trailer;
  return aad;
}

/** Seals the rest of `frame`; what stays clear is readable but authenticated. */
export async function sealFrame(
  ticket: Omit<SealTicket, 'stage'>,
  codec: FrameCodec,
  frame: SplitFrame,
): Promise<ArrayBuffer> {
  const { clear, rest, trailer } = frame;
  const [kid, ctr] = [Number(ticket.kid), Number(ticket.ctr)];
  const header = encodeHeader(kid, ctr);
  const ciphertext = await seal(ticket.keys, ctr, authenticatedData(header, clear, trailer), rest);
  const whole = joinSealed(codec, clear, header, new Uint8Array(ciphertext), Uint8Array.of(trailer));
  releaseMemory(ciphertext);
  return whole.buffer;
}

/** A sealed frame taken apart; nothing in it is authenticated yet. */
export interface SealedFrame {
  readonly clear: Bytes;
  readonly header: Bytes;
  /** With its tag. */
  readonly ciphertext: Bytes;
  /** What signs it, or it and those before it; null where nothing does. */
  readonly block: FeedBlock | null;
  readonly trailer: number;
  /** Null where the frame's own bytes do not say. */
  readonly isKeyFrame: boolean | null;
  readonly kid: Kid;
  readonly kidValue: number;
  readonly ctr: number;
}

/** Checks, in this order: size, clear bytes, header (SPEC F-7). */
export function parseSealedFrame(codec: FrameCodec, data: Bytes): SealedFrame | FrameFault {
  if (data.length > SEALED_BYTES_LIMIT) return 'tooLarge';
  const parts = takeApart(codec, data);
  if (typeof parts === 'string') return parts;
  const { clear, sealed, trailer, isKeyFrame } = parts;
  // A counter of more than 32 bits is malformed too: COUNTER_LIMIT.
  const header = decodeShortHeader(sealed);
  if (header === null || sealed.length < header.length + TAG_BYTES + 1) return 'malformed';
  const kid = unpackKid(header.kid);
  if (kid === null) return 'malformed';
  const isSigned = (trailer & SIGNED_FLAG) !== 0;
  const body = sealed.subarray(header.length, -1);
  const block = isSigned ? takeBlock(body) : null;
  // What is sealed for the room is not signed: one content, one spelling.
  if (isSigned && (kid.domain === 0 || block === null || body.length < block.length + TAG_BYTES)) return 'malformed';
  return {
    clear,
    header: sealed.subarray(0, header.length),
    ciphertext: block === null ? body : body.subarray(0, -block.length),
    block,
    trailer,
    isKeyFrame,
    kid,
    kidValue: header.kid,
    ctr: header.ctr,
  };
}

/** The frame as it was before sealing; rejects where it is not authentic. */
export async function openFrame(frame: SealedFrame, keys: SframeKeys): Promise<ArrayBuffer> {
  const aad = authenticatedData(frame.header, frame.clear, frame.trailer);
  const plaintext = await open(keys, frame.ctr, aad, frame.ciphertext);
  if (frame.clear.length === 0) return plaintext;
  const whole = concatBytes(frame.clear, new Uint8Array(plaintext));
  releaseMemory(plaintext);
  return whole.buffer;
}
