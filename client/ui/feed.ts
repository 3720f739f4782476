// Where the page of feed links starts: a document of its own for the machines of a production; without controls and devices, but for the one in a hall.
import { h, render } from 'preact';
import { createRoomClient, formatFeedLink, parseFeedLink, type FeedLink } from '#core';
import { createBrowserPlatform } from '../platform/browser.ts';
import { keepLink, takeLink } from './linkVault.ts';
import { begun, partMissing } from './loading/begun.ts';
import { BrokenFeed, Feed } from './screens/feed/FeedApp.tsx';
import { FeedModel } from './screens/feed/FeedModel.ts';
import { language } from './i18n/index.ts';
import './i18n/moreWords.ts';
import { recall, remember } from './remembered.ts';

begun();
const platform = createBrowserPlatform();
const root = document.getElementById('app');
if (root === null) throw new Error('feed.html has no #app');
document.documentElement.lang = language.value;

/** By which the ticket knows this device again, after a restart too. */
const deviceKeyOf = (roomId: string): string => {
  const known = recall(`feed.${roomId}`);
  if (known !== null) return known;
  const made = btoa(String.fromCharCode(...platform.randomBytes(32)));
  const key = made.replaceAll('+', '-').replaceAll('/', '_').replaceAll('=', '');
  remember(`feed.${roomId}`, key);
  return key;
};

/** A link that was replaced is what a reload opens. */
const createClient = (feed: FeedLink) => {
  const { link, ticket, look } = feed;
  const client = createRoomClient({
    platform,
    link,
    displayName: look.name,
    ...(look.returns && { hall: true }),
    feed: { ticket, deviceKey: deviceKeyOf(link.roomId) },
  });
  client.link.subscribe(() => {
    feed.link = client.link.get();
    keepLink(link.roomId, formatFeedLink(feed, platform.origin));
  });
  return client;
};

const parsed = parseFeedLink(takeLink(location, history) ?? '', platform.origin);
if (!parsed.ok) render(h(BrokenFeed, { fault: parsed.fault }), root);
else if (parsed.feed.look.returns) {
  void import('./hall.ts').then(({ openHall }) => openHall(parsed.feed, { createClient, root }), partMissing);
  addEventListener('hashchange', () => location.reload());
} else {
  const model = new FeedModel({ feed: parsed.feed, createClient, nowMs: () => Date.now() });
  if (parsed.feed.look.ground === 'transparent') document.documentElement.dataset['ground'] = 'transparent';
  model.start();
  addEventListener('pagehide', () => model.close());
  // Another link pasted over the address of an open page.
  addEventListener('hashchange', () => location.reload());
  render(h(Feed, { model }), root);
  if (typeof Reflect.get(globalThis, 'conclaveEgress') === 'function') {
    void import('./media/feedCapture.ts').then(({ captureFeed }) => captureFeed(model));
  }
}
