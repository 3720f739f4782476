// Feeds as the producer's panel has them: a link in the making, the one that was made, and every ticket with its device.
import { signal } from '@preact/signals';
import type { FeedLink, FeedLook, FeedView, RoomClient } from '#core';
import { t } from '../../../i18n/index.ts';

export interface FeedsModelOptions {
  client: Pick<RoomClient, 'feeds' | 'link'>;
  /** On the screen and aloud. */
  tell(text: string, tone: 'plain' | 'warning'): void;
  formatFeedLink(feed: FeedLink): string;
}

const FIRST_LOOK: FeedLook = {
  name: '',
  returns: false,
  solo: null,
  size: 1080,
  labels: true,
  logo: true,
  captions: false,
  ground: 'scene',
};

const nameless = (returns: boolean): string => t(returns ? 'hall.nameless' : 'feeds.nameless');

export class FeedsModel {
  readonly look = signal<FeedLook>(FIRST_LOOK);
  /** Shown once: the ticket in it is kept nowhere. */
  readonly made = signal<{ name: string; returns: boolean; link: string } | null>(null);
  readonly feeds = signal<FeedView[]>([]);
  readonly busy = signal(false);
  readonly #options: FeedsModelOptions;
  /** By feed: what each was called while its name could be read. */
  readonly #names = new Map<string, string>();

  constructor(options: FeedsModelOptions) {
    this.#options = options;
  }

  readonly change = (change: Partial<FeedLook>): void => {
    this.look.value = { ...this.look.value, ...change };
  };

  readonly make = async (): Promise<void> => {
    const look = this.look.value;
    const isMade = await this.#make({ ...look, name: look.name.trim() || nameless(look.returns) });
    if (isMade) this.change({ name: '' });
  };

  async #make(look: FeedLook): Promise<boolean> {
    const { client, formatFeedLink, tell } = this.#options;
    if (this.busy.value) return false;
    this.busy.value = true;
    const outcome = await client.feeds.create(look.name, look.returns ? 'return' : 'feed');
    this.busy.value = false;
    if (!outcome.ok) {
      tell(t(`show.fault.${outcome.fault}`), 'warning');
      return false;
    }
    const link = formatFeedLink({ link: client.link.get(), ticket: outcome.ticket, look });
    const { name, returns } = look;
    this.made.value = { name, returns, link };
    tell(t(returns ? 'hall.madeSaid' : 'feeds.madeSaid', { name }), 'plain');
    await this.refresh();
    return true;
  }

  /** As it can be read now, or could be before the link was replaced. */
  nameOf({ feedId, label, kind }: FeedView): string {
    return label ?? this.#names.get(feedId) ?? nameless(kind === 'return');
  }

  /** The room's link was replaced, and what the machine was started with opens nothing any more: another one in its place. */
  readonly renew = async (feed: FeedView): Promise<void> => {
    const look = { ...this.look.value, name: this.nameOf(feed), returns: feed.kind === 'return' };
    if (await this.#make(look)) await this.#revoke(feed);
  };

  /** A machine is nobody to be put on air. */
  isFeed(peerId: string): boolean {
    return this.feeds.value.some((feed) => feed.peerId === peerId);
  }

  /** What is there now; nothing changes where it cannot be had. */
  readonly refresh = async (): Promise<void> => {
    const feeds = await this.#options.client.feeds.list();
    if (feeds === null) return;
    for (const { feedId, label } of feeds) if (label !== null) this.#names.set(feedId, label);
    this.feeds.value = feeds;
  };

  readonly revoke = async (feed: FeedView): Promise<void> => {
    if (!(await this.#revoke(feed))) return;
    const said = feed.kind === 'return' ? 'hall.revokedSaid' : 'feeds.revokedSaid';
    this.#options.tell(t(said, { name: this.nameOf(feed) }), 'plain');
    this.made.value = null;
  };

  async #revoke(feed: FeedView): Promise<boolean> {
    const { client, tell } = this.#options;
    const outcome = await client.feeds.revoke(feed.feedId);
    const isGone = outcome.ok || outcome.fault === 'notThere';
    if (!isGone) tell(t(`show.fault.${outcome.fault}`), 'warning');
    await this.refresh();
    return isGone;
  }
}
