// The Vite plugin that lays compressed copies beside the built files, for the server to send to whoever takes them.
import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { brotliCompressSync, constants, gzipSync } from 'node:zlib';
import type { Plugin } from 'vite';
import { onWritten } from './onWritten.ts';

/** What shrinks: the 11 MB of WebAssembly behind backgrounds to a quarter. The model of it does by a fifth, and stays as it is. */
const SHRINKS = /\.(js|css|svg|wasm)$/;
/** Below this it is one packet either way. */
const LEAST_BYTES = 1_024;
/** Of the largest file 9 takes off another 5 % and three times as long; 11 takes off 18 % and 20 s of every build. What a page begins with is small. */
const BROTLI_QUALITY = { small: 11, large: 5 } as const;
const SMALL_BYTES = 512 * 1_024;
/** 16 MiB, the most that browsers take. */
const BROTLI_WINDOW_BITS = 24;
const GZIP_LEVEL = 6;

const brotli = (bytes: Uint8Array): Uint8Array =>
  brotliCompressSync(bytes, {
    params: {
      [constants.BROTLI_PARAM_QUALITY]: bytes.length < SMALL_BYTES ? BROTLI_QUALITY.small : BROTLI_QUALITY.large,
      [constants.BROTLI_PARAM_LGWIN]: BROTLI_WINDOW_BITS,
      [constants.BROTLI_PARAM_SIZE_HINT]: bytes.length,
    },
  });

/** Writes `FILE.br` and `FILE.gz` beside each that shrinks. They hold no time and no name. */
export function compressFolder(folder: string): void {
  for (const entry of readdirSync(folder, { recursive: true, withFileTypes: true })) {
    const file = path.join(entry.parentPath, entry.name);
    if (!entry.isFile() || !SHRINKS.test(entry.name)) continue;
    const bytes = readFileSync(file);
    if (bytes.length < LEAST_BYTES) continue;
    writeFileSync(`${file}.br`, brotli(bytes));
    writeFileSync(`${file}.gz`, gzipSync(bytes, { level: GZIP_LEVEL }));
  }
}

/** Last of all: the list of files names what is in them, however it was sent. */
export function compressFiles(): Plugin {
  return onWritten('conclave-compress-files', compressFolder);
}
