// Owns the Janus that a bench is measured beside: Debian's own, and nothing where it cannot be had.
import fs from 'node:fs';
import path from 'node:path';
import { ensurePackages } from './debianPackages.mjs';
import { settings } from './environment.mjs';
import { SetupError } from './SetupError.mjs';

const stepName = 'janus';

const find = () =>
  settings()
    .searchPath.map((folder) => path.join(folder, 'janus'))
    .find((file) => fs.existsSync(file));

/**
 * The path of Janus, or undefined with a plain line where it is not there and cannot be installed: then nothing is measured beside it.
 * @returns {Promise<string | undefined>}
 */
export const ensureJanus = async (report) => {
  try {
    if (find() === undefined) await ensurePackages(['janus'], 'to measure beside Janus', report);
    const found = find();
    if (found === undefined) throw new SetupError('Installed janus, yet it is not on the PATH.', []);
    report.done(stepName, found);
    return found;
  } catch (error) {
    if (!(error instanceof SetupError)) throw error;
    report.warn(stepName, [error.message, ...error.remedies].join(' '));
    return undefined;
  }
};
