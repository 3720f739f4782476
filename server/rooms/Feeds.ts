// The feed tickets of one Room: each lets one machine of a production in, until it is revoked.
import { ProtocolError } from '#protocol/errors';
import type { FeedInfo } from '#protocol/feed';
import type { FeedId, PeerId, Role } from '#protocol/ids';
import { MAX_FEEDS_PER_ROOM } from '#protocol/limits';
import type { Request } from '#protocol/requests';
import { equalInConstantTime, randomBase64url, sha256 } from '../util/secrets.ts';
import type { Peer } from './Peer.ts';
import type { KeptFeed } from './ports.ts';
import type { RoomHosts } from './RoomHosts.ts';

interface Feed {
  info: FeedInfo;
  verifier: string;
  /** SHA-256 of the key of the device that used it first. */
  deviceHash: Buffer | null;
}

const FEED_ID_BYTES = 12;
const PEER_ID_BYTES = 12;

/** Every method is synchronous, and refuses with a ProtocolError before anything changed. */
export class Feeds {
  readonly #hosts: RoomHosts;
  readonly #onChanged: () => void;
  readonly #feeds: Map<FeedId, Feed>;

  /**
   * @param onChanged something changed that has to outlive the server
   * @param kept as an earlier server left it
   */
  constructor(hosts: RoomHosts, onChanged: () => void, kept: readonly KeptFeed[]) {
    this.#hosts = hosts;
    this.#onChanged = onChanged;
    this.#feeds = new Map(kept.map((feed) => [feed.feedId, feedOf(feed)]));
  }

  /** What has to outlive the server. */
  get kept(): KeptFeed[] {
    return [...this.#feeds.values()].map(({ info, verifier, deviceHash }) => ({
      ...info,
      label: Buffer.from(info.label).toString('base64url'),
      verifier,
      deviceHash: deviceHash?.toString('base64url') ?? null,
    }));
  }

  /**
   * The same verifier, repeated, is the same ticket.
   * @throws ProtocolError `not_sealed`, `forbidden`, `capacity`
   */
  create(sender: Peer, { verifier, label, kind }: Request<'feed:create'>): FeedId {
    this.#hosts.requireLead(sender);
    const known = this.#byVerifier(verifier);
    if (known !== undefined) return known.info.feedId;
    if (this.#feeds.size >= MAX_FEEDS_PER_ROOM) throw new ProtocolError('capacity', 'too many feeds');
    const feedId = randomBase64url(FEED_ID_BYTES) as FeedId;
    this.#feeds.set(feedId, { info: { feedId, kind, label, peerId: null }, verifier, deviceHash: null });
    this.#onChanged();
    return feedId;
  }

  /** @throws ProtocolError `not_sealed`, `forbidden` */
  list(sender: Peer): FeedInfo[] {
    this.#hosts.requireLead(sender);
    return [...this.#feeds.values()].map(({ info }) => ({ ...info }));
  }

  /**
   * The first device that comes with a ticket is its device from then on, and always the same Peer.
   * @param deviceKey 32 bytes, base64url, chosen by the device
   * @throws ProtocolError `unauthorized`: no such ticket, or another device's
   */
  admit(proof: string, deviceKey: string): { role: Role; peerId: PeerId } {
    const feed = this.#byVerifier(hashOf(proof).toString('base64url'));
    if (feed === undefined) throw new ProtocolError('unauthorized', 'the ticket does not fit');
    const deviceHash = hashOf(deviceKey);
    if (feed.deviceHash !== null && !equalInConstantTime(feed.deviceHash, deviceHash)) {
      throw new ProtocolError('unauthorized', 'the ticket is another device’s');
    }
    const isFirst = feed.deviceHash === null;
    feed.deviceHash = deviceHash;
    feed.info.peerId ??= randomBase64url(PEER_ID_BYTES) as PeerId;
    if (isFirst) this.#onChanged();
    return { role: feed.info.kind, peerId: feed.info.peerId };
  }

  /**
   * Its ticket opens nothing any more, and its Peer is sent off.
   * @throws ProtocolError `not_sealed`, `forbidden`, `not_found`
   */
  revoke(sender: Peer, { feedId }: Request<'feed:revoke'>): void {
    this.#hosts.requireLead(sender);
    const feed = this.#feeds.get(feedId);
    if (feed === undefined) throw new ProtocolError('not_found', 'no such feed');
    this.#feeds.delete(feedId);
    this.#onChanged();
    if (feed.info.peerId !== null) this.#hosts.sendOffFeed(feed.info.peerId);
  }

  /** A ticket carries the former link with it: only a device that is in the group hears of the next one. */
  linkChanged(isMember: (peerId: PeerId) => boolean): void {
    for (const [feedId, { info }] of this.#feeds) {
      if (info.peerId === null || !isMember(info.peerId)) this.#feeds.delete(feedId);
    }
    this.#onChanged();
  }

  #byVerifier(verifier: string): Feed | undefined {
    return [...this.#feeds.values()].find((feed) => feed.verifier === verifier);
  }
}

const hashOf = (key: string): Buffer => sha256(Buffer.from(key, 'base64url'));

const feedOf = ({ verifier, deviceHash, label, ...info }: KeptFeed): Feed => ({
  info: { ...info, label: new Uint8Array(Buffer.from(label, 'base64url')) },
  verifier,
  deviceHash: deviceHash === null ? null : Buffer.from(deviceHash, 'base64url'),
});
