// RNNoise itself, out of the module that was compiled: a frame in, the frame without its noise out.
import { FRAME } from './Relay.ts';

interface Exports {
  memory: WebAssembly.Memory;
  emscripten_stack_init(): void;
  __wasm_call_ctors(): void;
  rnnoise_get_frame_size(): number;
  rnnoise_create(model: number): number;
  rnnoise_process_frame(state: number, output: number, input: number): number;
  malloc(bytes: number): number;
}

/** RNNoise counts samples as 16-bit integers do. */
const FULL = 32_767;

/** What the module asks of its surroundings. Its 16 MiB are more than one state takes, so that they need never grow. */
const surroundings = (memory: () => WebAssembly.Memory): WebAssembly.Imports => ({
  env: {
    emscripten_memcpy_big: (to: number, from: number, bytes: number): void =>
      void new Uint8Array(memory().buffer).copyWithin(to, from, from + bytes),
    emscripten_resize_heap: (): number => 0,
    __assert_fail: (): never => {
      throw new Error('the noise suppressor broke off');
    },
  },
});

/** @returns changes a frame of `FRAME` samples at 48 kHz in place; its output is one frame behind what it is given */
export function createSuppressor(module: WebAssembly.Module): (frame: Float32Array) => void {
  const imports = surroundings(() => rnnoise.memory);
  const rnnoise = new WebAssembly.Instance(module, imports).exports as unknown as Exports;
  rnnoise.emscripten_stack_init();
  rnnoise.__wasm_call_ctors();
  if (rnnoise.rnnoise_get_frame_size() !== FRAME) throw new Error('frames of another size');
  const state = rnnoise.rnnoise_create(0);
  const bytes = FRAME * Float32Array.BYTES_PER_ELEMENT;
  const [input, output] = [rnnoise.malloc(bytes), rnnoise.malloc(bytes)];
  if (state === 0 || input === 0 || output === 0) throw new Error('no memory for the noise suppressor');
  const { buffer } = rnnoise.memory;
  const [before, after] = [new Float32Array(buffer, input, FRAME), new Float32Array(buffer, output, FRAME)];
  return (frame) => {
    for (let n = 0; n < FRAME; n += 1) before[n] = (frame[n] ?? 0) * FULL;
    rnnoise.rnnoise_process_frame(state, output, input);
    for (let n = 0; n < FRAME; n += 1) frame[n] = (after[n] ?? 0) / FULL;
  };
}
