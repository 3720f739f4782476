// The Vite plugin that builds the SDK for other people's pages beside the page: one module under an address that stays.
import path from 'node:path';
import type { build as viteBuild, InlineConfig, Plugin } from 'vite';

/** What of the page's own configuration holds for the SDK too. */
type Shared = Pick<InlineConfig, 'resolve' | 'worker' | 'oxc'> & { target: string[] };

/**
 * @param build Vite’s own, which the configuration has
 * @param entry the SDK's door; it becomes `/sdk/conclave.js`, and what it loads lies in `/sdk/assets`
 */
export function buildSdk(build: typeof viteBuild, entry: string, { target, ...shared }: Shared): Plugin {
  let folder = '';
  return {
    name: 'conclave-build-sdk',
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
          root: path.dirname(entry),
          // It is loaded from another host than its page: its files are named from where it lies itself.
          base: './',
          logLevel: 'warn',
          css: { postcss: { plugins: [] } },
          build: {
            outDir: path.join(folder, 'sdk'),
            emptyOutDir: true,
            target,
            assetsInlineLimit: 0,
            modulePreload: false,
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
        });
      },
    },
  };
}
