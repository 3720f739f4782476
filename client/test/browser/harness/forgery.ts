// What a server can do that has the watch link: open what is on air, seal frames of its own under the same key, and no more.
import { FeedKey } from '../../../e2ee/feed/FeedKey.ts';
import { LeafLog } from '../../../e2ee/feed/LeafLog.ts';
import { openFrame, parseSealedFrame, sealFrame, type SealedFrame } from '../../../e2ee/frames/layout.ts';
import { sealOnAir } from '../../../e2ee/frames/sealOnAir.ts';
import { joinSealed, splitFrame } from '../../../e2ee/frames/splitFrame.ts';
import { encodeHeader } from '../../../e2ee/sframe/header.ts';
import { deriveKeys, importBaseKey, type SframeKeys } from '../../../e2ee/sframe/keys.ts';
import { SUITE_4 } from '../../../e2ee/sframe/suites.ts';
import type { TappedFrame } from './tap.ts';

/** The bit of the KID that says: for the stage (SPEC F-2). */
const STAGE_BIT = 1 << 20;
/** "cc1 feed" and its zero; and what follows the group's id in what signs one frame (SPEC F-21). */
const BODY_HEAD = 9;
const BODY_TAIL = 1 + 8 + 4 + 6 + 1 + 16;
/** Far above what was sent, so that nothing is taken for a replay. */
const COUNTER_AHEAD = 100_000;

const codecOf = ({ kind }: TappedFrame): 'vp8' | 'opus' => (kind === 'video' ? 'vp8' : 'opus');

/** Undefined where it is none. */
export function sealedOf(frame: TappedFrame): SealedFrame | undefined {
  const parsed = parseSealedFrame(codecOf(frame), new Uint8Array(frame.bytes));
  return typeof parsed === 'string' ? undefined : parsed;
}

/** The same ciphertext as if it were for the stage, which its sender did not mean it for. */
export function readdressed(frame: TappedFrame): Uint8Array {
  const sealed = sealedOf(frame);
  if (sealed === undefined) throw new Error('not a sealed frame');
  const header = encodeHeader(sealed.kidValue | STAGE_BIT, sealed.ctr);
  return joinSealed(codecOf(frame), sealed.clear, header, sealed.ciphertext, Uint8Array.of(sealed.trailer));
}

async function openWithAny(
  sealed: SealedFrame,
  secrets: readonly Uint8Array[],
): Promise<{ keys: SframeKeys; plain: ArrayBuffer }> {
  for (const secret of secrets) {
    const keys = await deriveKeys(await importBaseKey(secret), BigInt(sealed.kidValue), SUITE_4);
    const plain = await openFrame(sealed, keys).catch(() => null);
    if (plain !== null) return { keys, plain };
  }
  throw new Error('no secret opens it');
}

/**
 * The content of `frame`, which was on air, sealed once more in its speaker's name: unsigned, and signed by somebody else.
 * @param secrets what a viewer holds
 * @param body what a signature of that speaker was over
 */
export async function forge(
  frame: TappedFrame,
  secrets: readonly Uint8Array[],
  body: Uint8Array,
): Promise<{ unsigned: Uint8Array; signedByAnother: Uint8Array }> {
  const sealed = sealedOf(frame);
  if (sealed === undefined || sealed.kid.domain !== 1) throw new Error('not on air');
  const { keys, plain } = await openWithAny(sealed, secrets);
  const split = splitFrame('vp8', new Uint8Array(plain));
  if (typeof split === 'string') throw new Error(split);
  const ticket = { kid: BigInt(sealed.kidValue), ctr: BigInt(sealed.ctr + COUNTER_AHEAD), keys };
  const groupId = body.slice(BODY_HEAD, -BODY_TAIL);
  const epoch = Number(Buffer.from(body).readBigUInt64BE(body.length - BODY_TAIL + 1));
  const signer = { key: await FeedKey.create(), timeMs: Date.now(), stream: 'camera' } as const;
  const stage = { groupId, epoch, log: new LeafLog() };
  return {
    unsigned: new Uint8Array(await sealFrame(ticket, 'vp8', split)),
    signedByAnother: new Uint8Array(await sealOnAir({ ...ticket, stage }, 'vp8', split, signer, true)),
  };
}
