// Feed tickets on the wire: a way into the group for one machine that only receives, as a production's recorder does.
import * as v from 'valibot';
import { bytes, FeedId, Key32, PeerId } from './ids.ts';
import { MAX_FEED_LABEL_BYTES } from './limits.ts';

/** `verifier`: SHA-256 of the ticket's 32 bytes. `label`: what members call it, sealed; the server keeps it for them. */
export const CreateFeed = v.object({ verifier: Key32, label: bytes(MAX_FEED_LABEL_BYTES) });
export const RevokeFeed = v.object({ feedId: FeedId });

/** `peerId` once a device has used it; it keeps that id. */
export const FeedInfo = v.object({
  feedId: FeedId,
  label: bytes(MAX_FEED_LABEL_BYTES),
  peerId: v.nullable(PeerId),
});
export type FeedInfo = v.InferOutput<typeof FeedInfo>;
