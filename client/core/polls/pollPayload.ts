// Polls on the wire: the poll with what its author counted, one's own vote, and the end of it.
import * as v from 'valibot';

/** A question that needs more is a text for the chat. */
export const MAX_QUESTION_CHARS = 300;
export const MAX_OPTION_CHARS = 100;
export const MIN_OPTIONS = 2;
export const MAX_OPTIONS = 10;
/** Members of a Room at the most (SPEC E-34). With it a poll and all its votes weigh 20 KB at the most. */
const MAX_MEMBERS = 250;

const PeerId = v.pipe(v.string(), v.nonEmpty(), v.maxLength(64));
const Id = v.pipe(v.string(), v.regex(/^[A-Za-z0-9_-]{8,64}$/));
const text = (maxChars: number) =>
  v.pipe(
    v.string(),
    v.maxLength(maxChars),
    v.check((written) => written.trim() !== ''),
  );
/** Indices of options, each once. */
const Choices = v.pipe(
  v.array(v.pipe(v.number(), v.integer(), v.minValue(0), v.maxValue(MAX_OPTIONS - 1))),
  v.maxLength(MAX_OPTIONS),
  v.check((choices) => new Set(choices).size === choices.length),
);

export const PollPayload = v.object({
  t: v.literal('poll'),
  id: Id,
  question: text(MAX_QUESTION_CHARS),
  options: v.pipe(v.array(text(MAX_OPTION_CHARS)), v.minLength(MIN_OPTIONS), v.maxLength(MAX_OPTIONS)),
  multiple: v.boolean(),
  named: v.boolean(),
  results: v.picklist(['afterVote', 'atEnd']),
  /** As the author counted them, for those who came after they were cast. */
  votes: v.pipe(v.array(v.tuple([PeerId, Choices])), v.maxLength(MAX_MEMBERS)),
});

/** No choices take a vote back. */
export const VotePayload = v.object({ t: v.literal('vote'), author: PeerId, id: Id, choices: Choices });

/** Holds where it comes from the poll's author or from whoever acts as host. */
export const PollClosedPayload = v.object({ t: v.literal('pollClosed'), author: PeerId, id: Id });
