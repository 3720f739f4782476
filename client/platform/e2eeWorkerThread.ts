// Starts the one dedicated worker that holds all keys.
import workerUrl from '../e2ee/worker/e2eeWorker.ts?worker&url';
import type { Platform } from '#core';
import { trustedScriptUrl } from './trustedScript.ts';

/** The Worker is its own port; it also is what transforms are bound to. */
export const createE2eeWorker: Platform['createE2eeWorker'] = () => {
  const worker = new Worker(trustedScriptUrl(workerUrl), { type: 'module', name: 'e2ee' });
  return { port: worker, terminate: () => worker.terminate() };
};
