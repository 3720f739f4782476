// What a picture waits for on the watch page, which begins by itself: the page that shows it is another script.
import { answering, createWatchClient, parseLink, type AskedAhead } from '#core';
import { createBrowserPlatform } from '../platform/browser.ts';
import type { EarlySocket } from '../platform/earlySocket.ts';
import type { Sealing } from '../platform/sealing.ts';
import { askForLater } from './askForLater.ts';
import { partMissing } from './loading/begun.ts';
import { untilUnderWay } from './screens/watch/untilUnderWay.ts';

/** What the page has done before this script was there. */
export interface Beginning {
  /** The address as it was. */
  text: string;
  sealing: Sealing;
  asked: AskedAhead | null;
  early: EarlySocket | null;
}

export async function beginWatching({ text, sealing, asked, early }: Beginning): Promise<void> {
  const own = createBrowserPlatform({ use: 'receive', sealing, early });
  const platform = { ...own, fetch: answering(own.fetch, asked) };
  const parsed = parseLink(text, platform.origin);
  const client = parsed.ok ? createWatchClient({ platform, link: parsed.link }) : null;
  client?.start();
  askForLater('watchPage');
  if (client !== null) await untilUnderWay(client);
  const page = await import('./watchPage.ts').catch(partMissing);
  page?.openWatchPage(platform, { text, client });
}
