// Runs on the audio thread before the noise suppressor, which copies the WebAssembly bytes it is given and compiles them. Here nothing
// may be compiled, by the page's policy: it is given a module that was compiled elsewhere, and runs that instead of its copy.

interface Options {
  processorOptions: { wasmBinary: unknown };
}
type Processor = new (options: Options) => object;
interface AudioThread {
  registerProcessor: (name: string, processor: Processor) => void;
}

const thread = globalThis as unknown as AudioThread;
const { registerProcessor } = thread;
const { instantiate } = WebAssembly;
let compiled: WebAssembly.Module | null = null;

thread.registerProcessor = (name, Given) =>
  registerProcessor(
    name,
    class extends Given {
      constructor(options: Options) {
        const { wasmBinary } = options.processorOptions;
        if (wasmBinary instanceof WebAssembly.Module) compiled = wasmBinary;
        super(options);
      }
    },
  );

Object.assign(WebAssembly, {
  instantiate: async (_copy: BufferSource, imports?: WebAssembly.Imports) => {
    if (compiled === null) throw new Error('no compiled module was given');
    return { module: compiled, instance: await instantiate(compiled, imports) };
  },
});
