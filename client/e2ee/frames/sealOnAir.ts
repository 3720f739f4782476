// Seals a frame for the stage and signs it, or leaves its leaf for a later one to sign (SPEC F-20 … F-22).
import type { FeedKey } from '../feed/FeedKey.ts';
import { encodeBlock, leafOf, signedBody, SOUND_BATCH } from '../feed/signedBlock.ts';
import type { FrameCodec, StreamName } from '../messages.ts';
import { seal } from '../sframe/cipher.ts';
import { encodeHeader } from '../sframe/header.ts';
import { concatBytes } from '../util/bytes.ts';
import { isVideo } from './encodedFrame.ts';
import type { SealTicket } from './FrameKeyring.ts';
import { streamNumber } from './kid.ts';
import { authenticatedData } from './layout.ts';
import { joinSealed, SIGNED_FLAG, type SplitFrame } from './splitFrame.ts';

type Bytes = Uint8Array<ArrayBuffer>;
export type StageTicket = SealTicket & { stage: NonNullable<SealTicket['stage']> };

export interface Signer {
  key: Pick<FeedKey, 'sign'>;
  timeMs: number;
  stream: StreamName;
}

export function isForStage(ticket: SealTicket): ticket is StageTicket {
  return ticket.stage !== null;
}

/** Of sound the first frame of an epoch, so that the rest can be told to be theirs at once, and the last of each batch. */
export function isSignatureDue(codec: FrameCodec, ctr: number): boolean {
  return isVideo(codec) || ctr === 0 || ctr % SOUND_BATCH === SOUND_BATCH - 1;
}

/** To be called in the order of the tickets. */
export async function sealOnAir(
  ticket: StageTicket,
  codec: FrameCodec,
  frame: SplitFrame,
  signer: Signer,
  isSigned: boolean,
): Promise<ArrayBuffer> {
  const { log } = ticket.stage;
  const ctr = Number(ticket.ctr);
  const trailer = isSigned ? frame.trailer | SIGNED_FLAG : frame.trailer;
  const sealing = sealBody(ticket, frame, trailer);
  const leaf = sealing.then(({ header, ciphertext }) =>
    leafOf(concatBytes(frame.clear, header, ciphertext, Uint8Array.of(trailer))),
  );
  if (!isVideo(codec)) log.note(ctr, leaf);
  const leaves = isVideo(codec) ? leaf : log.leaves;
  const { header, ciphertext } = await sealing;
  const block = isSigned ? [await signLeaves(ticket, await leaves, signer)] : [];
  return joinSealed(codec, frame.clear, header, ciphertext, ...block, Uint8Array.of(trailer)).buffer;
}

async function sealBody(
  { kid, ctr, keys }: StageTicket,
  { clear, rest }: SplitFrame,
  trailer: number,
): Promise<{ header: Bytes; ciphertext: Bytes }> {
  const header = encodeHeader(Number(kid), Number(ctr));
  const aad = authenticatedData(header, clear, trailer);
  return { header, ciphertext: new Uint8Array(await seal(keys, Number(ctr), aad, rest)) };
}

/** The block of the frame of this ticket, whose leaf is the last. */
export async function signLeaves(
  { stage, ctr }: StageTicket,
  leaves: Bytes,
  { key, timeMs, stream }: Signer,
): Promise<Bytes> {
  const { groupId, epoch } = stage;
  const body = signedBody({ groupId, epoch, stream: streamNumber(stream) }, Number(ctr), timeMs, leaves);
  return encodeBlock(leaves, timeMs, await key.sign(body));
}
