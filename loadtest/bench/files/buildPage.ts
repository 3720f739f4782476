// Builds the page of the bench into a folder that the product's own server then serves, under its own policies.
import { mkdirSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { build } from 'vite';

/** Not one of the screens, whose policy wants a hash for each script. */
export const BENCH_PAGE = '/bench.html';

export async function buildPage(folder: string): Promise<void> {
  mkdirSync(folder, { recursive: true });
  await build({
    configFile: false,
    logLevel: 'error',
    worker: { format: 'es' },
    build: {
      outDir: folder,
      emptyOutDir: true,
      assetsInlineLimit: 0,
      lib: { entry: path.join(import.meta.dirname, 'filesPage.ts'), formats: ['es'], fileName: () => 'bench.js' },
    },
  });
  const head = '<!doctype html><meta charset="utf-8"><title>bench</title>';
  writeFileSync(path.join(folder, BENCH_PAGE), `${head}<script type="module" src="/bench.js"></script>`);
}
