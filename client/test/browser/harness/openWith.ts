// Tries to open tapped frames with secrets that somebody kept: what they can read, and what they cannot.
import { parseSealedFrame, openFrame } from '../../../e2ee/frames/layout.ts';
import { deriveKeys, importBaseKey, type SframeKeys } from '../../../e2ee/sframe/keys.ts';
import { SUITE_4 } from '../../../e2ee/sframe/suites.ts';
import type { TappedFrame } from './tap.ts';

/** How many of `frames` open with any of `secrets`, each taken for the base key of an epoch. */
export async function countOpened(frames: readonly TappedFrame[], secrets: readonly Uint8Array[]): Promise<number> {
  const bases = await Promise.all(secrets.map((secret) => importBaseKey(secret)));
  const derived = new Map<string, Promise<SframeKeys>>();
  const keysOf = (base: CryptoKey, index: number, kid: number): Promise<SframeKeys> => {
    const name = `${index}/${kid}`;
    const known = derived.get(name) ?? deriveKeys(base, BigInt(kid), SUITE_4);
    derived.set(name, known);
    return known;
  };
  const opens = async (frame: TappedFrame): Promise<boolean> => {
    const parsed = parseSealedFrame(frame.kind === 'video' ? 'vp8' : 'opus', new Uint8Array(frame.bytes));
    if (typeof parsed === 'string') return false;
    for (const [index, base] of bases.entries()) {
      const opened = await openFrame(parsed, await keysOf(base, index, parsed.kidValue)).catch(() => null);
      if (opened !== null) return true;
    }
    return false;
  };
  let count = 0;
  for (const frame of frames) if (await opens(frame)) count += 1;
  return count;
}
