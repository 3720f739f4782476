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

const FIRST_LOOK: FeedLook = { name: '', solo: null, size: 1080, labels: true, logo: true, ground: 'scene' };

export class FeedsModel {
  readonly look = signal<FeedLook>(FIRST_LOOK);
  /** Shown once: the ticket in it is kept nowhere. */
  readonly made = signal<{ name: string; link: string } | null>(null);
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
    const look = { ...this.look.value, name: this.look.value.name.trim() || t('feeds.nameless') };
    if (this.busy.value) return;
    this.busy.value = true;
    const outcome = await client.feeds.create(look.name);
    this.busy.value = false;
    if (!outcome.ok) return tell(t(`show.fault.${outcome.fault}`), 'warning');
    const link = formatFeedLink({ link: client.link.get(), ticket: outcome.ticket, look });
    this.made.value = { name: look.name, link };
    tell(t('feeds.madeSaid', { name: look.name }), 'plain');
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
    tell(t('feeds.revokedSaid', { name: feed.label ?? t('feeds.nameless') }), 'plain');
    this.made.value = null;
    await this.refresh();
  };
}
