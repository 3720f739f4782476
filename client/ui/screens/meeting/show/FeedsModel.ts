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

/** As whoever made it wrote it. */
export const feedName = ({ label, kind }: FeedView): string => label ?? nameless(kind === 'return');

export class FeedsModel {
  readonly look = signal<FeedLook>(FIRST_LOOK);
  /** Shown once: the ticket in it is kept nowhere. */
  readonly made = signal<{ name: string; returns: boolean; link: string } | null>(null);
  readonly feeds = signal<FeedView[]>([]);
  readonly busy = signal(false);
  readonly #options: FeedsModelOptions;

  constructor(options: FeedsModelOptions) {
    this.#options = options;
  }

  readonly change = (change: Partial<FeedLook>): void => {
    this.look.value = { ...this.look.value, ...change };
  };

  readonly make = async (): Promise<void> => {
    const { client, formatFeedLink, tell } = this.#options;
    const look = { ...this.look.value, name: this.look.value.name.trim() || nameless(this.look.value.returns) };
    if (this.busy.value) return;
    this.busy.value = true;
    const outcome = await client.feeds.create(look.name, look.returns ? 'return' : 'feed');
    this.busy.value = false;
    if (!outcome.ok) return tell(t(`show.fault.${outcome.fault}`), 'warning');
    const link = formatFeedLink({ link: client.link.get(), ticket: outcome.ticket, look });
    const { name, returns } = look;
    this.made.value = { name, returns, link };
    tell(t(returns ? 'hall.madeSaid' : 'feeds.madeSaid', { name }), 'plain');
    this.change({ name: '' });
    await this.refresh();
  };

  /** A machine is nobody to be put on air. */
  isFeed(peerId: string): boolean {
    return this.feeds.value.some((feed) => feed.peerId === peerId);
  }

  /** What is there now; nothing changes where it cannot be had. */
  readonly refresh = async (): Promise<void> => {
    const feeds = await this.#options.client.feeds.list();
    if (feeds !== null) this.feeds.value = feeds;
  };

  readonly revoke = async (feed: FeedView): Promise<void> => {
    const { client, tell } = this.#options;
    const outcome = await client.feeds.revoke(feed.feedId);
    if (!outcome.ok && outcome.fault !== 'notThere') return tell(t(`show.fault.${outcome.fault}`), 'warning');
    const name = feedName(feed);
    tell(t(feed.kind === 'return' ? 'hall.revokedSaid' : 'feeds.revokedSaid', { name }), 'plain');
    this.made.value = null;
    await this.refresh();
  };
}
