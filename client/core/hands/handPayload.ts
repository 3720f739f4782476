// Raised hands on the wire: one's own, up or down, and the word of those who lead to lower others'.
import * as v from 'valibot';

/** A hand that has been up for longer than this is at the head of any line. */
export const LONGEST_HAND_MS = 24 * 60 * 60 * 1000;
/** Members of a Room at the most (SPEC E-34). */
const MAX_MEMBERS = 250;

export const HandPayload = v.object({
  t: v.literal('hand'),
  up: v.boolean(),
  /** How long it has been up, by its owner's clock: clocks disagree on the time, hardly on how long something took. */
  forMs: v.pipe(v.number(), v.safeInteger(), v.minValue(0), v.maxValue(LONGEST_HAND_MS)),
  /** How many hands its owner has before it in the line. */
  ahead: v.pipe(v.number(), v.safeInteger(), v.minValue(0), v.maxValue(MAX_MEMBERS)),
});

/** Holds where it comes from whoever acts as host. */
export const LowerHandsPayload = v.object({
  t: v.literal('lowerHands'),
  peerIds: v.pipe(v.array(v.pipe(v.string(), v.maxLength(64))), v.maxLength(MAX_MEMBERS)),
});
