// The Vite plugin that puts how to report a hole beside the page, so that whoever reads of it there need not know the repository.
import { readFileSync } from 'node:fs';
import type { Plugin } from 'vite';

/** @param file the repository's SECURITY.md; served as plain text, which every browser shows */
export function publishSecurity(file: string): Plugin {
  return {
    name: 'conclave-publish-security',
    apply: 'build',
    generateBundle() {
      this.emitFile({ type: 'asset', fileName: 'SECURITY.txt', source: readFileSync(file, 'utf8') });
    },
  };
}
