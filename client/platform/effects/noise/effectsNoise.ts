// The worker that compiles the noise suppressor: the page itself may compile no WebAssembly, and neither may its audio thread.
import plainUrl from '@sapphi-red/web-noise-suppressor/rnnoise.wasm?url';
import simdUrl from '@sapphi-red/web-noise-suppressor/rnnoise_simd.wasm?url';
import type { FromNoiseCompiler } from './protocol.ts';

const post = (message: FromNoiseCompiler): void => globalThis.postMessage(message);

const compile = async (url: string): Promise<WebAssembly.Module> => {
  const response = await fetch(url);
  if (!response.ok) throw new Error('the noise suppressor is not there');
  return WebAssembly.compile(await response.arrayBuffer());
};

// A browser without SIMD refuses the first.
compile(simdUrl)
  .catch(() => compile(plainUrl))
  .then(
    (module) => post({ kind: 'compiled', module }),
    () => post({ kind: 'failed' }),
  );
