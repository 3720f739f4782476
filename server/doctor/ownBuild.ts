// Which source this process runs: the version of the package, and the commit where it lies in a checkout.
import { readFileSync } from 'node:fs';
import path from 'node:path';

export interface Build {
  version: string;
  /** Null outside of a checkout. */
  commit: string | null;
}

const ROOT = path.resolve(import.meta.dirname, '..', '..');
const COMMIT = /^[0-9a-f]{40}$/;

export function ownBuild(root = ROOT): Build {
  const { version } = JSON.parse(readFileSync(path.join(root, 'package.json'), 'utf8')) as { version: string };
  return { version, commit: commitOf(path.join(root, '.git')) };
}

function commitOf(git: string): string | null {
  const head = read(path.join(git, 'HEAD'));
  const ref = /^ref: (refs\/[\w./-]+)$/.exec(head ?? '')?.[1];
  const packed = (): string | undefined =>
    read(path.join(git, 'packed-refs'))
      ?.split('\n')
      .find((line) => line.endsWith(` ${ref}`))
      ?.split(' ')[0];
  const commit = ref === undefined ? head : (read(path.join(git, ref)) ?? packed());
  return commit !== undefined && commit !== null && COMMIT.test(commit) ? commit : null;
}

function read(file: string): string | null {
  try {
    return readFileSync(file, 'utf8').trim();
  } catch {
    return null;
  }
}
