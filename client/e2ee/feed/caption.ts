// What somebody on air says, as words for viewers: sealed under the stage's key, signed by the speaker's feed key (SPEC F-29, F-30).
import { MAX_CAPTION_CHARS, type CaptionWords } from '../messages.ts';
import { cleanDisplayName } from '../mls/displayName.ts';
import { concatBytes, source, u32, u64, utf8 } from '../util/bytes.ts';
import type { FeedKey } from './FeedKey.ts';

type Bytes = Uint8Array<ArrayBuffer>;

const GROUP_ID_BYTES = 16;
const SIGNATURE_BYTES = 64;
const TIME_BYTES = 6;
const HEADER_BYTES = GROUP_ID_BYTES + 8 + 4;
/** Before the text: time, line, whether it is final. */
const FIXED_BYTES = TIME_BYTES + 4 + 1;
/** A UTF-16 unit takes three bytes of UTF-8 at the most. */
const MAX_CONTENT_BYTES = FIXED_BYTES + 3 * MAX_CAPTION_CHARS;
const MAX_SEALED_BYTES = HEADER_BYTES + MAX_CONTENT_BYTES + SIGNATURE_BYTES + 16;
const ZERO = new Uint8Array(1);

/** Whose words they are, and where: nothing of it can be exchanged. */
export interface CaptionPlace {
  roomId: string;
  peerId: string;
  groupId: Uint8Array;
  epoch: number;
  /** Of all captions of one feed key; it is the nonce, so it is used once. */
  count: number;
}

export type CaptionHeader = Pick<CaptionPlace, 'groupId' | 'epoch' | 'count'>;

export type OpenedCaption =
  /** Under another key, or no caption: it says nothing of a forger. */
  | { outcome: 'unreadable' }
  /** Sealed by who holds the stage's key, and not signed by this speaker. */
  | { outcome: 'forged' }
  | { outcome: 'signed'; words: CaptionWords; timeMs: number };

/** What the caption's key is derived for, beside K_stage: "cc1 caption" 0x00 feedKey. One key for each speaker, or two would share nonces. */
export function captionKeyInput(feedKey: Uint8Array): Bytes {
  return concatBytes(utf8('cc1 caption'), ZERO, feedKey);
}

/** groupId(16) u64(epoch) u32(count). */
function encodeHeader({ groupId, epoch, count }: CaptionHeader): Bytes {
  return concatBytes(groupId, u64(epoch), u32(count));
}

/** Nothing in it is proven yet. */
export function readCaptionHeader(sealed: Uint8Array): CaptionHeader | undefined {
  if (sealed.length <= HEADER_BYTES || sealed.length > MAX_SEALED_BYTES) return undefined;
  const view = new DataView(sealed.buffer, sealed.byteOffset, HEADER_BYTES);
  const epoch = Number(view.getBigUint64(GROUP_ID_BYTES));
  if (!Number.isSafeInteger(epoch)) return undefined;
  return { groupId: sealed.slice(0, GROUP_ID_BYTES), epoch, count: view.getUint32(GROUP_ID_BYTES + 8) };
}

/** "cc1 caption" 0x00 roomId 0x00 peerId 0x00 header: what is authenticated, and what every signature begins with. */
function boundTo(place: CaptionPlace): Bytes {
  return concatBytes(
    utf8('cc1 caption'),
    ZERO,
    utf8(place.roomId),
    ZERO,
    utf8(place.peerId),
    ZERO,
    encodeHeader(place),
  );
}

function sealing(place: CaptionPlace) {
  return { name: 'AES-GCM', iv: concatBytes(new Uint8Array(8), u32(place.count)), additionalData: boundTo(place) };
}

/** u48(time) u32(line) u8(final) text. */
function encodeContent({ line, text, final }: CaptionWords, timeMs: number): Bytes {
  const time = u64(timeMs).slice(8 - TIME_BYTES);
  return concatBytes(time, u32(line), Uint8Array.of(final ? 1 : 0), utf8(text));
}

function decodeContent(content: Bytes): { words: CaptionWords; timeMs: number } | undefined {
  const view = new DataView(content.buffer, content.byteOffset, content.length);
  const text = decodeText(content.subarray(FIXED_BYTES));
  if (text === undefined) return undefined;
  const timeMs = view.getUint16(0) * 2 ** 32 + view.getUint32(2);
  return { timeMs, words: { line: view.getUint32(TIME_BYTES), text, final: view.getUint8(TIME_BYTES + 4) === 1 } };
}

/** Read as a stranger's text (SPEC E-23): nothing in it turns or covers what stands around it. */
function decodeText(bytes: Bytes): string | undefined {
  try {
    const text = cleanDisplayName(new TextDecoder('utf-8', { fatal: true }).decode(bytes));
    return text === '' || text.length > MAX_CAPTION_CHARS ? undefined : text;
  } catch {
    return undefined;
  }
}

/** header AES-128-GCM(content signature). Throws RangeError where a field does not fit. */
export async function sealCaption(
  key: CryptoKey,
  signer: Pick<FeedKey, 'sign'>,
  place: CaptionPlace,
  words: CaptionWords,
  timeMs: number,
): Promise<Bytes> {
  if (place.groupId.length !== GROUP_ID_BYTES) throw new RangeError('group ids have 16 bytes');
  const content = encodeContent(words, timeMs);
  const signature = await signer.sign(concatBytes(boundTo(place), content));
  const sealed = await crypto.subtle.encrypt(sealing(place), key, concatBytes(content, signature));
  return concatBytes(encodeHeader(place), new Uint8Array(sealed));
}

/** Never throws. @param place as `readCaptionHeader` has it, of the Peer that the server names */
export async function openCaption(
  key: CryptoKey,
  feedKey: CryptoKey,
  place: CaptionPlace,
  sealed: Uint8Array,
): Promise<OpenedCaption> {
  const plain = await crypto.subtle.decrypt(sealing(place), key, source(sealed.subarray(HEADER_BYTES))).then(
    (opened) => new Uint8Array(opened),
    () => undefined,
  );
  if (plain === undefined) return { outcome: 'unreadable' };
  if (plain.length <= FIXED_BYTES + SIGNATURE_BYTES) return { outcome: 'forged' };
  const [content, signature] = [plain.subarray(0, -SIGNATURE_BYTES), plain.slice(-SIGNATURE_BYTES)];
  const body = concatBytes(boundTo(place), content);
  if (!(await crypto.subtle.verify('Ed25519', feedKey, signature, body))) return { outcome: 'forged' };
  const read = decodeContent(content);
  return read === undefined ? { outcome: 'unreadable' } : { outcome: 'signed', ...read };
}
