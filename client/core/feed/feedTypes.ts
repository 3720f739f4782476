// What the SDK shows of feed tickets, and what who leads may do with them.
import type { FeedKind } from '#protocol/feed';
import type { HostFault } from '../orders/orderTypes.ts';

export type { FeedKind };

export interface FeedView {
  feedId: string;
  kind: FeedKind;
  /** As who made it wrote it; null where it was sealed under another link. */
  label: string | null;
  /** Of its device, once one has used it. */
  peerId: string | null;
}

export type FeedOutcome = { ok: true; ticket: string } | { ok: false; fault: HostFault };

export interface FeedActions {
  /** A ticket that lets one device in, which is its only one from the first use on. Never rejects. */
  create(label: string, kind: FeedKind): Promise<FeedOutcome>;
  /** Null where it cannot be had just now, or this device does not lead. Never rejects. */
  list(): Promise<FeedView[] | null>;
  /** The ticket opens nothing any more, and its device is sent off. Never rejects. */
  revoke(feedId: string): Promise<{ ok: true } | { ok: false; fault: HostFault }>;
}

/** What a feed shows at the door, beside its link. */
export interface FeedTicket {
  ticket: string;
  /** 32 random bytes in base64url, the same each time: a ticket is one device's. */
  deviceKey: string;
}
