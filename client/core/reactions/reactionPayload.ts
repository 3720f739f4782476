// A reaction on the wire: one of a few kinds by name, so that nobody can show the others what they like.
import * as v from 'valibot';

export const REACTIONS = ['thumbsUp', 'clap', 'heart', 'laugh', 'wow', 'celebrate', 'thinking', 'thumbsDown'] as const;
export type ReactionKind = (typeof REACTIONS)[number];

/** Kinds of newer versions are passed over. */
export const ReactionPayload = v.object({ t: v.literal('reaction'), kind: v.picklist(REACTIONS) });
