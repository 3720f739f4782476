// What a picture waits for on the watch page, which begins by itself: the page that shows it is another script.
import { answering, createWatchClient, parseLink, type AskedAhead } from '#core';
import { createBrowserPlatform } from '../platform/browser.ts';
import type { Sealing } from '../platform/sealing.ts';
import { untilUnderWay } from './screens/watch/untilUnderWay.ts';

/** What the page has done before this script was there. */
export interface Beginning {
  /** The address as it was. */
  text: string;
  sealing: Sealing;
  asked: AskedAhead | null;
}

export async function beginWatching({ text, sealing, asked }: Beginning): Promise<void> {
  const own = createBrowserPlatform({ use: 'receive', sealing });
  // Read, though not drawn, while the server is asked for the place: for that long this thread has nothing to do.
  const readPage = (): void => void setTimeout(() => void import('./watchPage.ts'));
  const platform: typeof own = {
    ...own,
    fetch: answering(own.fetch, asked),
    createSocket: (auth) => own.createSocket(() => auth().finally(readPage)),
  };
  const parsed = parseLink(text, platform.origin);
  const client = parsed.ok ? createWatchClient({ platform, link: parsed.link }) : null;
  client?.start();
  if (client !== null) await untilUnderWay(client);
  const { openWatchPage } = await import('./watchPage.ts');
  openWatchPage(platform, { text, client });
}
