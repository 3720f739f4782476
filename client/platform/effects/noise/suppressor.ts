// Where RNNoise runs: on the audio thread, which must then be given a compiled module; or in the worker that compiled it, where the
// browser lets no module into a page that may not compile one (Firefox).
// Vite makes these the addresses of the bundled scripts; the modules themselves export nothing.
// oxlint-disable-next-line import/default
import workerUrl from './effectsNoise.ts?worker&url';
// oxlint-disable-next-line import/default
import relayUrl from './noiseRelayWorklet.ts?worker&url';
// oxlint-disable-next-line import/default
import workletUrl from './noiseWorklet.ts?worker&url';
import { trustedScriptUrl } from '../../trustedScript.ts';
import { RELAY_PROCESSOR, type FromNoiseWorker, type ToNoiseWorker } from './protocol.ts';
import { createRelayMemory, missedOf } from './Relay.ts';

export interface Suppressor {
  readonly workletUrl: string;
  /** The name it is registered under there. */
  readonly processor: string;
  readonly processorOptions: object;
  /** What the audio thread played nothing for, since it was not treated in time. */
  missedSamples(): number;
  close(): void;
}

/** Under this name @sapphi-red/web-noise-suppressor registers RNNoise. */
const PROCESSOR = '@sapphi-red/web-noise-suppressor/rnnoise';
const START_MS = 10_000;

/** The next thing the worker says. Rejects where it fails or says nothing. */
function nextWord(worker: Worker): Promise<FromNoiseWorker | { kind: 'lost' }> {
  const { promise, resolve, reject } = Promise.withResolvers<FromNoiseWorker | { kind: 'lost' }>();
  const fail = (): void => reject(new Error('the noise suppressor could not be compiled'));
  const listening = new AbortController();
  const { signal } = listening;
  const timer = setTimeout(fail, START_MS);
  worker.addEventListener('error', fail, { signal });
  worker.addEventListener('messageerror', () => resolve({ kind: 'lost' }), { signal });
  worker.addEventListener(
    'message',
    ({ data }: MessageEvent<FromNoiseWorker>) => (data.kind === 'failed' ? fail() : resolve(data)),
    { signal },
  );
  return promise.finally(() => {
    clearTimeout(timer);
    listening.abort();
  });
}

const onAudioThread = (module: WebAssembly.Module): Suppressor => ({
  workletUrl,
  processor: PROCESSOR,
  processorOptions: { maxChannels: 1, wasmBinary: module },
  missedSamples: () => 0,
  close: () => undefined,
});

async function inWorker(worker: Worker): Promise<Suppressor> {
  // In another's page, which is not isolated, there is no memory to share.
  if (!globalThis.crossOriginIsolated) throw new Error('no memory can be shared here');
  const memory = createRelayMemory();
  const message: ToNoiseWorker = { kind: 'run', memory };
  worker.postMessage(message);
  const { kind } = await nextWord(worker);
  if (kind !== 'running') throw new Error('the noise suppressor does not run');
  return {
    workletUrl: relayUrl,
    processor: RELAY_PROCESSOR,
    processorOptions: memory,
    missedSamples: () => missedOf(memory),
    close: () => worker.terminate(),
  };
}

/** Rejects where it runs in neither way. */
export async function openSuppressor(): Promise<Suppressor> {
  const worker = new Worker(trustedScriptUrl(workerUrl), { type: 'module', name: 'noise' });
  try {
    const word = await nextWord(worker);
    if (word.kind !== 'compiled') return await inWorker(worker);
    worker.terminate();
    return onAudioThread(word.module);
  } catch (error) {
    worker.terminate();
    throw error;
  }
}
