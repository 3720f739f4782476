// Owns the choice of the Node that runs everything but set-up: this one where it is new enough, else the one npm installed.
import path from 'node:path';
import { nodeModules } from './environment.mjs';
import { capture } from './processes.mjs';
import { SetupError } from './SetupError.mjs';

export const requiredMajor = 24;

/** "v24.21.0" or "24.21.0" → 24; NaN where it is no version. */
export const majorOf = (version) => Number(/^v?(\d+)\./.exec(version)?.[1] ?? Number.NaN);

/** @returns {{ bin: string, version: string }} the path of a Node of at least version 24, and its version */
export const findNode24 = () => {
  if (majorOf(process.versions.node) >= requiredMajor) return { bin: process.execPath, version: process.versions.node };
  const installed = path.join(nodeModules, '.bin', 'node');
  const version = capture(installed, ['--version']);
  if (version && majorOf(version) >= requiredMajor) return { bin: installed, version: version.slice(1) };
  throw new SetupError(
    `Node ${requiredMajor} is missing: this is ${process.version}, and npm has none for ${process.platform}-${process.arch}.`,
    [
      `Install Node ${requiredMajor} or newer from https://nodejs.org and put it first on the PATH,`,
      'or, where optional packages were left out, run: npm ci --ignore-scripts --include=optional',
    ],
  );
};
