// Frames on air that somebody else seals: whoever has the watch link has the stage's key.
import type { FeedKey } from '../feed/FeedKey.ts';
import { encodeBlock, signedBody } from '../feed/signedBlock.ts';
import type { EncodedFrame } from '../frames/encodedFrame.ts';
import { packKid, streamNumber } from '../frames/kid.ts';
import { authenticatedData } from '../frames/layout.ts';
import { joinSealed, SIGNED_FLAG, splitFrame } from '../frames/splitFrame.ts';
import { seal } from '../sframe/cipher.ts';
import { encodeHeader } from '../sframe/header.ts';
import { deriveKeys, importBaseKey } from '../sframe/keys.ts';
import { SUITE_4 } from '../sframe/suites.ts';
import { concatBytes } from '../util/bytes.ts';
import { bytesOf, fakeFrame, opus, vp8Key } from './fakeFrames.ts';
import { NOW_MS } from './members.ts';
import { STAGE_GROUP, stageKeyOf } from './stage.ts';

/** Within what is under way beside what the others sign. */
const SIGNED_MS = NOW_MS + 2_000;

interface Forgery {
  leaf?: number;
  ctr?: number;
  epoch?: number;
  stream?: 'mic' | 'camera';
  plain?: Uint8Array<ArrayBuffer>;
  /** Whose key signs; nobody's where there is none. */
  key?: FeedKey;
}

/** What whoever holds K_stage can seal: a member, a viewer, or the server, since the watch link is public. */
export async function forge(codec: 'vp8' | 'opus', more: Forgery = {}): Promise<EncodedFrame> {
  const { leaf = 0, ctr = 500, epoch = 1, key } = more;
  const stream = streamNumber(more.stream ?? (codec === 'opus' ? 'mic' : 'camera'));
  const kid = packKid({ incarnation: 0, domain: 1, stream, leaf, epochBits: epoch % 64 });
  const keys = await deriveKeys(await importBaseKey(stageKeyOf(epoch)), BigInt(kid), SUITE_4);
  const split = splitFrame(codec, more.plain ?? bytesOf(codec === 'opus' ? opus(9) : vp8Key(9)));
  if (typeof split === 'string') throw new Error(split);
  const trailer = key ? split.trailer | SIGNED_FLAG : split.trailer;
  const header = encodeHeader(kid, ctr);
  const ciphertext = new Uint8Array(await seal(keys, ctr, authenticatedData(header, split.clear, trailer), split.rest));
  const whole = concatBytes(split.clear, header, ciphertext, Uint8Array.of(trailer));
  const leafBytes = new Uint8Array(await crypto.subtle.digest('SHA-256', whole)).slice(0, 16);
  const body = signedBody({ groupId: STAGE_GROUP, stream, epoch }, ctr, SIGNED_MS, leafBytes);
  const block = key ? encodeBlock(leafBytes, SIGNED_MS, await key.sign(body)) : new Uint8Array();
  return fakeFrame(joinSealed(codec, split.clear, header, ciphertext, block, Uint8Array.of(trailer)));
}
