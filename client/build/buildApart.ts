// The Vite plugin that builds a page which shares nothing with the others: what it uses of theirs would else be cut out of their scripts, for everybody.
import path from 'node:path';
import type { build as viteBuild, InlineConfig, Plugin } from 'vite';

/** What of the other pages' configuration holds for this one too. */
type Shared = Pick<InlineConfig, 'resolve' | 'oxc'> & { target: string[] };

/**
 * @param build Vite’s own, which the configuration has
 * @param document the page; it keeps its name, and its one script and its style lie among the others' in `/assets`
 */
export function buildApart(build: typeof viteBuild, document: string, { target, ...shared }: Shared): Plugin {
  let folder = '';
  return {
    name: 'conclave-build-apart',
    apply: 'build',
    configResolved(config) {
      folder = path.resolve(config.root, config.build.outDir);
    },
    writeBundle: {
      // Before the list of files is made, which names these too.
      order: 'post',
      sequential: true,
      async handler() {
        await build({
          ...shared,
          configFile: false,
          envDir: false,
          publicDir: false,
          root: path.dirname(document),
          logLevel: 'warn',
          css: { postcss: { plugins: [] } },
          build: {
            outDir: folder,
            emptyOutDir: false,
            target,
            assetsInlineLimit: 0,
            modulePreload: false,
            rolldownOptions: {
              input: { [path.basename(document, '.html')]: document },
              output: {
                codeSplitting: false,
                entryFileNames: 'assets/[name]-[hash].js',
                assetFileNames: 'assets/[name]-[hash][extname]',
              },
            },
          },
        });
      },
    },
  };
}
