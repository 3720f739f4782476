// What of a poll may be seen when, and its result as text.
import type { PollView } from '#core';

/** Its author sees what they asked for without a vote of their own, but no earlier than they let the others. */
export const showsCounts = (poll: PollView): boolean =>
  poll.state !== 'open' || (poll.results === 'afterVote' && (poll.mine || poll.chosen.length > 0));

/** Of those who voted; where several answers may be chosen all together may be more than 100. */
export const percentOf = (poll: PollView, index: number): number =>
  poll.voters === 0 ? 0 : Math.round((100 * (poll.votes[index]?.length ?? 0)) / poll.voters);

/** To be pasted elsewhere: the question, then a line for each answer, with names where the poll shows them. */
export const resultText = (
  poll: PollView,
  words: { count(count: number, percent: number): string; voters: string; nameOf(displayName: string): string },
): string => {
  const lines = poll.options.map((option, index) => {
    const voters = poll.votes[index] ?? [];
    const names =
      poll.named && voters.length > 0 ? ` (${voters.map((one) => words.nameOf(one.displayName)).join(', ')})` : '';
    return `${option}: ${words.count(voters.length, percentOf(poll, index))}${names}`;
  });
  return [poll.question, ...lines, words.voters].join('\n');
};
