// The Vite plugin that builds the SDK for other people's pages beside the page: one module under an address that stays.
import path from 'node:path';
import type { build as viteBuild, Plugin } from 'vite';
import { buildBeside, type Shared } from './buildBeside.ts';

/**
 * @param build Vite’s own, which the configuration has
 * @param entry the SDK's door; it becomes `/sdk/conclave.js`, and what it loads lies in `/sdk/assets`
 */
export function buildSdk(build: typeof viteBuild, entry: string, shared: Shared): Plugin {
  return buildBeside(build, 'conclave-build-sdk', shared, (folder) => ({
    root: path.dirname(entry),
    // It is loaded from another host than its page: its files are named from where it lies itself.
    base: './',
    build: {
      outDir: path.join(folder, 'sdk'),
      emptyOutDir: true,
      rolldownOptions: {
        input: { conclave: entry },
        preserveEntrySignatures: 'strict',
        output: {
          // What the page loads a moment later it loads from its own host; a page elsewhere is given one module.
          codeSplitting: false,
          entryFileNames: '[name].js',
          chunkFileNames: 'assets/[name]-[hash].js',
          assetFileNames: 'assets/[name]-[hash][extname]',
        },
      },
    },
  }));
}
