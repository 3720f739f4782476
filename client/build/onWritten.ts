// What all Vite plugins that work on the finished build have in common: the folder it was written to, and their turn after what was written before.
import path from 'node:path';
import type { Plugin, Rolldown } from 'vite';

/** @param handle runs when all that comes before it in the configuration has; from the disk: what is there is what will be served */
export function onWritten(
  name: string,
  handle: (folder: string, bundle: Rolldown.OutputBundle) => void | Promise<void>,
): Plugin {
  let folder = '';
  return {
    name,
    apply: 'build',
    configResolved(config) {
      folder = path.resolve(config.root, config.build.outDir);
    },
    writeBundle: { order: 'post', sequential: true, handler: (_options, bundle) => handle(folder, bundle) },
  };
}
