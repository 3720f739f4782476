// What the worker that compiles the noise suppressor says to the page.

export type FromNoiseCompiler = { kind: 'compiled'; module: WebAssembly.Module } | { kind: 'failed' };
