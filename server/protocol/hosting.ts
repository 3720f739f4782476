// What leads a Room on the wire: new links, sending Peers off, co-hosts. Who may is judged by the members; the server keeps strangers out.
import * as v from 'valibot';
import { Key32, PeerId } from './ids.ts';
import { MAX_COHOSTS } from './limits.ts';
import { Beacon, GroupId } from './mls.ts';

/** SHA-256 of each kind of link's admission proof; the server learns no secret (E2EE: links and secrets). */
export const LinkVerifiers = v.object({ member: Key32, speaker: v.optional(Key32), viewer: v.optional(Key32) });
export type LinkVerifiers = v.InferOutput<typeof LinkVerifiers>;

/** Counts a Room's links, from 0; 32 bits, as the clients' keys take it. */
export const LinkGeneration = v.pipe(v.number(), v.safeInteger(), v.minValue(0), v.maxValue(2 ** 32 - 1));

/** What the members say of their policy, for words on the screens of those outside; nothing is decided by it. */
export const ModeHint = v.picklist(['open', 'approve', 'locked']);
export type ModeHint = v.InferOutput<typeof ModeHint>;

/** The group follows the next link: whom to admit from now on, and by which beacon newcomers know the group. */
export const ChangeLink = v.object({
  groupId: GroupId,
  linkGeneration: LinkGeneration,
  beacon: Beacon,
  verifiers: LinkVerifiers,
});

export const KickPeer = v.object({ peerId: PeerId });
/** All of them; who is not named is co-host no longer. */
export const SetCohosts = v.object({ peerIds: v.pipe(v.array(PeerId), v.maxLength(MAX_COHOSTS)) });
export const HintMode = v.object({ mode: ModeHint });
