// The worker that compiles the noise suppressor, since the page itself may compile no WebAssembly, and neither may its audio thread.
// Where the page cannot be given the module either, the worker runs it.
import plainUrl from '@sapphi-red/web-noise-suppressor/rnnoise.wasm?url';
import simdUrl from '@sapphi-red/web-noise-suppressor/rnnoise_simd.wasm?url';
import type { FromNoiseWorker, ToNoiseWorker } from './protocol.ts';
import { RelayedFrames, type RelayMemory } from './Relay.ts';
import { createSuppressor } from './rnnoise.ts';

const post = (message: FromNoiseWorker): void => globalThis.postMessage(message);

const compile = async (url: string): Promise<WebAssembly.Module> => {
  const response = await fetch(url);
  if (!response.ok) throw new Error('the noise suppressor is not there');
  return WebAssembly.compile(await response.arrayBuffer());
};

// A browser without SIMD refuses the first.
const compiled = compile(simdUrl).catch(() => compile(plainUrl));
compiled.then(
  (module) => post({ kind: 'compiled', module }),
  () => post({ kind: 'failed' }),
);

/** Never returns: messages take turns with much else, sleeping on the memory itself wakes in time for each frame. */
function run(module: WebAssembly.Module, memory: RelayMemory): never {
  const frames = new RelayedFrames(memory, createSuppressor(module));
  post({ kind: 'running' });
  for (;;) {
    frames.wait();
    frames.treatAll();
  }
}

globalThis.addEventListener('message', ({ data }: MessageEvent<ToNoiseWorker>) => {
  compiled.then((module) => run(module, data.memory)).catch(() => post({ kind: 'failed' }));
});
