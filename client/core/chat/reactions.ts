// Who reacted to a message with what: each person once per emoji, and no more of either than a page can show.
import type { ChatReaction } from './chatTypes.ts';

/** Emojis under one message; another one is passed over until one of these is taken back. */
export const MAX_KINDS = 12;
/** Emojis of one person under one message. */
export const MAX_KINDS_PER_PERSON = 6;
/** As many as a Room holds (SPEC E-34): who left and came back counts as another. */
const MAX_PEOPLE = 250;

type Person = ChatReaction['people'][number];

/** The same list where nothing changes. */
export function withReaction(all: ChatReaction[], emoji: string, person: Person, on: boolean): ChatReaction[] {
  const present = all.find((one) => one.emoji === emoji);
  const isThere = present?.people.some(({ peerId }) => peerId === person.peerId) ?? false;
  if (isThere === on) return all;
  if (!on) return without(all, emoji, person.peerId);
  const own = all.filter(({ people }) => people.some(({ peerId }) => peerId === person.peerId));
  if (own.length >= MAX_KINDS_PER_PERSON) return all;
  if (present === undefined) return all.length < MAX_KINDS ? [...all, { emoji, people: [person] }] : all;
  if (present.people.length >= MAX_PEOPLE) return all;
  return all.map((one) => (one === present ? { emoji, people: [...one.people, person] } : one));
}

function without(all: ChatReaction[], emoji: string, gone: string): ChatReaction[] {
  return all.flatMap((one) => {
    if (one.emoji !== emoji) return [one];
    const people = one.people.filter(({ peerId }) => peerId !== gone);
    return people.length === 0 ? [] : [{ emoji, people }];
  });
}
