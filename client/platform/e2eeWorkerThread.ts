// Starts the one dedicated worker that holds all keys.
// Vite makes this the address of the bundled worker; the module itself exports nothing.
// oxlint-disable-next-line import/default
import workerUrl from '../e2ee/worker/e2eeWorker.ts?worker&url';
import type { Platform } from '#core';
import { trustedScriptUrl } from './trustedScript.ts';

/** The Worker is its own port; it also is what transforms are bound to. */
export const createE2eeWorker: Platform['createE2eeWorker'] = (onError) => {
  const worker = new Worker(trustedScriptUrl(workerUrl), { type: 'module', name: 'e2ee' });
  worker.addEventListener('error', onError);
  return { port: worker, terminate: () => worker.terminate() };
};
