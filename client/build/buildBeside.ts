// The Vite plugin that runs a build of its own beside the page's, before the list of files is made, which names its files too.
import type { build as viteBuild, InlineConfig, Plugin } from 'vite';
import { onWritten } from './onWritten.ts';

/** What of the page's own configuration holds for the other build too. */
export type Shared = Pick<InlineConfig, 'resolve' | 'worker' | 'oxc'> & { target: string[] };
/** How the other build differs. */
type Own = Pick<InlineConfig, 'root' | 'base' | 'build'>;

/**
 * @param build Vite’s own, which the configuration has
 * @param own what is built, into the folder of the page's build
 */
export function buildBeside(
  build: typeof viteBuild,
  name: string,
  { target, ...shared }: Shared,
  own: (folder: string) => Own,
): Plugin {
  return onWritten(name, async (folder) => {
    const { build: options, ...rest } = own(folder);
    await build({
      ...shared,
      configFile: false,
      envDir: false,
      publicDir: false,
      logLevel: 'warn',
      css: { postcss: { plugins: [] } },
      ...rest,
      build: { target, assetsInlineLimit: 0, modulePreload: false, ...options },
    });
  });
}
