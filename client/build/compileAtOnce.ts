// Marks a page's scripts as ones of which nearly all is run when they are loaded.
import type { Plugin, Rolldown } from 'vite';
import { chunksFrom, entryOf } from './buildManifest.ts';
import { onWritten } from './onWritten.ts';

/**
 * Chromium compiles a function when it is first called, on the page's own thread, unless the script begins with this: then all of it
 * is compiled on another one while it comes in. Other browsers take it for the comment that it is. Source: WICG, Explicit JavaScript
 * Compile Hints.
 */
export const HINT = '//# allFunctionsCalledOnLoad';

export interface CompiledAtOnce {
  /** For the output's options, so that names follow what stands in the files. */
  postBanner: (chunk: { name: string }) => string;
  /** Ends the build where the page loads other scripts than those named. */
  plugin: Plugin;
}

/**
 * @param address of the page
 * @param names of all chunks that it may ever load, its entry aside
 */
export function compileAtOnce(address: string, names: readonly string[]): CompiledAtOnce {
  return {
    postBanner: ({ name }) => (names.includes(name) ? HINT : ''),
    plugin: onWritten('conclave-compile-at-once', (_folder, bundle) => checkNames(bundle, address, names)),
  };
}

/** @throws Error that says which names are missing or too many */
export function checkNames(bundle: Rolldown.OutputBundle, address: string, names: readonly string[]): void {
  const entry = entryOf(bundle, address);
  const loaded = [...chunksFrom(bundle, entry.fileName, [])].flatMap((file) => {
    const chunk = bundle[file];
    return chunk?.type === 'chunk' && chunk !== entry ? [chunk.name] : [];
  });
  const missing = loaded.filter((name) => !names.includes(name));
  const unknown = names.filter((name) => !loaded.includes(name));
  if (missing.length + unknown.length === 0) return;
  throw new Error(
    `scripts of ${address} that are compiled at once: add ${missing.join(', ') || 'none'}, remove ${unknown.join(', ') || 'none'}`,
  );
}
