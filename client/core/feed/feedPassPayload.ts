// What those who lead tell each other, and whoever may lead after them, of the tickets that let a machine in.
import * as v from 'valibot';
import { MAX_FEEDS_PER_ROOM } from '#protocol/limits';

const SomeId = v.pipe(v.string(), v.regex(/^[A-Za-z0-9_-]{1,64}$/));

export const FeedPass = v.object({
  /** Of the ticket, as the server names it. */
  id: SomeId,
  /** Its public key, base64url. */
  k: v.pipe(v.string(), v.regex(/^[A-Za-z0-9_-]{43}$/)),
  /** Peer that it let in: it lets no other one in. */
  to: v.nullable(SomeId),
});
export type FeedPass = v.InferOutput<typeof FeedPass>;

/** All of them; of two words the later counts, whole (SPEC E-209). */
export const FeedPassesPayload = v.object({
  t: v.literal('feedPasses'),
  n: v.pipe(v.number(), v.safeInteger(), v.minValue(1), v.maxValue(2 ** 31)),
  p: v.pipe(v.array(FeedPass), v.maxLength(MAX_FEEDS_PER_ROOM)),
});
