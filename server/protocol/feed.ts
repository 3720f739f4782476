// Feed tickets on the wire: a way into the group for one machine of a production, that only receives or sends a hall back to the members.
import * as v from 'valibot';
import { bytes, FeedId, Key32, PeerId } from './ids.ts';
import { MAX_FEED_LABEL_BYTES } from './limits.ts';

/** A `feed` only receives, as a recorder does; a `return` sends the members what is seen and heard in a hall. */
export const FeedKind = v.picklist(['feed', 'return']);
export type FeedKind = v.InferOutput<typeof FeedKind>;

/** `verifier`: SHA-256 of the 32 bytes of the ticket's proof (SPEC E-94). `label`: what members call it, sealed; the server keeps it for them. */
export const CreateFeed = v.object({
  verifier: Key32,
  label: bytes(MAX_FEED_LABEL_BYTES),
  kind: v.optional(FeedKind, 'feed'),
});
export const RevokeFeed = v.object({ feedId: FeedId });

/** `peerId` once a device has used it; it keeps that id. */
export const FeedInfo = v.object({
  feedId: FeedId,
  kind: FeedKind,
  label: bytes(MAX_FEED_LABEL_BYTES),
  peerId: v.nullable(PeerId),
});
export type FeedInfo = v.InferOutput<typeof FeedInfo>;
