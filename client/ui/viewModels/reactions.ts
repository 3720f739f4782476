// Reactions as they are drawn and read: a character for each kind, and one line for many.
import type { ReactionKind, ReactionView } from '#core';

export const reactionSigns: Record<ReactionKind, string> = {
  thumbsUp: '👍',
  clap: '👏',
  heart: '❤️',
  laugh: '😂',
  wow: '😮',
  celebrate: '🎉',
  thinking: '🤔',
  thumbsDown: '👎',
};

/** Names in one line; more of them are counted. */
const MOST_NAMES = 4;

/** Each sender once, with what they sent, each kind once: *Ana 👍👏, Ben 👏*. */
export const reactionSummary = (
  reactions: readonly Pick<ReactionView, 'from' | 'displayName' | 'kind'>[],
  nameOf: (displayName: string) => string,
): { list: string; more: number } => {
  const bySender = [...Map.groupBy(reactions, ({ from }) => from).values()];
  const parts = bySender.map((sent) => {
    const signs = new Set(sent.map(({ kind }) => reactionSigns[kind]));
    return `${nameOf(sent[0]?.displayName ?? '')} ${[...signs].join('')}`;
  });
  return { list: parts.slice(0, MOST_NAMES).join(', '), more: Math.max(0, parts.length - MOST_NAMES) };
};
