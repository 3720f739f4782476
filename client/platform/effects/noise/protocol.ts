// What the page and the worker that compiles the noise suppressor say to each other.
import type { RelayMemory } from './Relay.ts';

/** `compiled` is lost on its way into a page that may not compile, in Firefox; the page then asks the worker to run it. */
export type FromNoiseWorker =
  | { kind: 'compiled'; module: WebAssembly.Module }
  | { kind: 'failed' }
  | { kind: 'running' };
/** From then on the worker hears nothing more; ending it is all that can be done to it. */
export type ToNoiseWorker = { kind: 'run'; memory: RelayMemory };

export const RELAY_PROCESSOR = 'conclave-noise-relay';
