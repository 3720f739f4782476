// The browser's Platform for a page of another origin than the server's.
import type { Platform } from '#core';
import { createBrowserPlatform } from '../platform/browser.ts';
import { startOwnWorker, type StartWorker } from '../platform/e2eeWorkerThread.ts';

/**
 * Browsers start workers from the page's own origin only: a worker of its own then imports the script, which the server lets this
 * origin read. The embedder's CSP needs `worker-src blob:` for it.
 */
const startAcrossOrigins: StartWorker = (url, name) => {
  const script = new Blob([`import ${JSON.stringify(url)};`], { type: 'text/javascript' });
  // Not revoked: a browser may fetch it at any time until the worker runs, and it is a hundred bytes.
  return startOwnWorker(URL.createObjectURL(script), name);
};

/** @param origin of the server */
export function createSdkPlatform(origin: string): Platform {
  const startWorker: StartWorker = (url, name) => {
    const absolute = new URL(url, import.meta.url);
    return absolute.origin === location.origin
      ? startOwnWorker(absolute.href, name)
      : startAcrossOrigins(absolute.href, name);
  };
  return createBrowserPlatform({ origin, startWorker });
}
