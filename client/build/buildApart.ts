// The Vite plugin that builds a page which shares nothing with the others: what it uses of theirs would else be cut out of their scripts, for everybody.
import path from 'node:path';
import type { build as viteBuild, Plugin } from 'vite';
import { buildBeside, type Shared } from './buildBeside.ts';

/**
 * @param build Vite’s own, which the configuration has
 * @param document the page; it keeps its name, and its one script and its style lie among the others' in `/assets`
 */
export function buildApart(build: typeof viteBuild, document: string, shared: Omit<Shared, 'worker'>): Plugin {
  return buildBeside(build, 'conclave-build-apart', shared, (folder) => ({
    root: path.dirname(document),
    build: {
      outDir: folder,
      emptyOutDir: false,
      rolldownOptions: {
        input: { [path.basename(document, '.html')]: document },
        output: {
          codeSplitting: false,
          entryFileNames: 'assets/[name]-[hash].js',
          assetFileNames: 'assets/[name]-[hash][extname]',
        },
      },
    },
  }));
}
