// The Vite plugins that build the script which watches over the loading of the documents, and put it and its words into each.
import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import type { build as viteBuild, Plugin } from 'vite';
import { buildBeside, type Shared } from './buildBeside.ts';
import { onWritten } from './onWritten.ts';

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

/**
 * Behind all builds and before the documents get their hashes.
 * @param words what each document says of itself where it did not come completely, as HTML
 */
export function nameGuard(words: string): Plugin {
  return onWritten('conclave-name-guard', (folder) => {
    const guard = readdirSync(path.join(folder, 'assets')).find((name) => IS_GUARD.test(name));
    if (guard === undefined) throw new Error('the script that watches the loading was not built');
    for (const document of readdirSync(folder).filter((name) => name.endsWith('.html'))) {
      const file = path.join(folder, document);
      writeFileSync(file, withGuard(readFileSync(file, 'utf8'), `/assets/${guard}`, words));
    }
  });
}

/**
 * The script is asked for last and waited for by nothing: what a page opens with comes first on a slow line, and what failed before it was there it finds. The
 * words stand where the page will, since they are all that may be there.
 */
export function withGuard(html: string, address: string, words: string): string {
  const tag = `  <script async crossorigin fetchpriority="low" src="${address}"></script>\n`;
  return before(before(html, '</body>', tag), '<div id="app">', words);
}

/** In lines of their own, as far in as what they stand before. */
function before(html: string, mark: string, lines: string): string {
  const [, indent] = new RegExp(`^([^\\S\\n]*)${mark}`, 'm').exec(html) ?? [];
  if (indent === undefined) throw new Error(`the document has no ${mark} for the script that watches its loading`);
  return html.replace(indent + mark, () => lines.replaceAll(/^(?=.)/gm, indent) + indent + mark);
}
