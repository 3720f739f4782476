// Where the watch page starts: a document of its own, so that an audience loads nothing of the meeting.
// What a picture waits for begins here, by itself: the page that shows it is another script, which arrives meanwhile.
import { createWatchClient, parseLink } from '#core';
import { createBrowserPlatform } from '../platform/browser.ts';
import { takeLink } from './linkVault.ts';
import { untilUnderWay } from './screens/watch/untilUnderWay.ts';

const platform = createBrowserPlatform({ use: 'receive' });
const text = takeLink(location, history) ?? '';
const parsed = parseLink(text, platform.origin);
const client = parsed.ok ? createWatchClient({ platform, link: parsed.link }) : null;
client?.start();
void (client === null ? Promise.resolve() : untilUnderWay(client))
  .then(() => import('./watchPage.ts'))
  .then(({ openWatchPage }) => openWatchPage(platform, { text, client }));
