// The Vite plugin that builds the script which watches over the loading of the documents, and names it in each.
import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import type { build as viteBuild, Plugin } from 'vite';
import { buildBeside, type Shared } from './buildBeside.ts';

/** Where it lies among the others; it depends on nothing that has to come as well. */
const NAME = 'loadGuard';
const IS_GUARD = new RegExp(`^${NAME}-[\\w-]+\\.js$`);

/**
 * @param build Vite’s own, which the configuration has
 * @param entry the script; no module, so that it runs whatever became of those
 */
export function buildGuard(build: typeof viteBuild, entry: string, shared: Omit<Shared, 'worker'>): Plugin {
  return buildBeside(build, 'conclave-build-guard', shared, (folder) => ({
    root: path.dirname(entry),
    build: {
      outDir: folder,
      emptyOutDir: false,
      rolldownOptions: {
        input: { [NAME]: entry },
        output: { format: 'iife', codeSplitting: false, entryFileNames: 'assets/[name]-[hash].js' },
      },
    },
  }));
}

/** Behind all builds and before the documents get their hashes. */
export function nameGuard(): Plugin {
  let folder = '';
  return {
    name: 'conclave-name-guard',
    apply: 'build',
    configResolved(config) {
      folder = path.resolve(config.root, config.build.outDir);
    },
    writeBundle: {
      order: 'post',
      sequential: true,
      handler() {
        const guard = readdirSync(path.join(folder, 'assets')).find((name) => IS_GUARD.test(name));
        if (guard === undefined) throw new Error('the script that watches the loading was not built');
        for (const document of readdirSync(folder).filter((name) => name.endsWith('.html'))) {
          const file = path.join(folder, document);
          writeFileSync(file, withGuard(readFileSync(file, 'utf8'), `/assets/${guard}`));
        }
      },
    },
  };
}

/** Asked for first and waited for by nothing. */
export function withGuard(html: string, address: string): string {
  const tag = `<script async crossorigin src="${address}"></script>`;
  const named = html.replace(/^([^\S\n]*)<title>/m, (title, indent: string) => `${indent}${tag}\n${title}`);
  if (named === html) throw new Error('the document has no title to name the guard before');
  return named;
}
