// Starts the one dedicated worker that holds all keys.
// Vite makes this the address of the bundled worker; the module itself exports nothing.
// oxlint-disable-next-line import/default
import workerUrl from '../e2ee/worker/e2eeWorker.ts?worker&url';
import type { Platform } from '#core';
import { trustedScriptUrl } from './trustedScript.ts';

/** @param name as the browser's tools show it */
export type StartWorker = (url: string, name: string) => Worker;

/** A script of the page's own origin. */
export const startOwnWorker: StartWorker = (url, name) => new Worker(trustedScriptUrl(url), { type: 'module', name });

/** The Worker is its own port; it also is what transforms are bound to. */
export function createE2eeWorker(start: StartWorker, onError: () => void): ReturnType<Platform['createE2eeWorker']> {
  const worker = start(workerUrl, 'e2ee');
  worker.addEventListener('error', onError);
  return { port: worker, terminate: () => worker.terminate() };
}
