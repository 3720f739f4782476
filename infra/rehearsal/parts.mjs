// Owns the parts of a rehearsal: which there are, which are asked for, and where each is.
import fs from 'node:fs';
import path from 'node:path';
import { pathToFileURL } from 'node:url';
import { SetupError } from '../setup/SetupError.mjs';

/** In the order in which they are played. Each is a file here, and what it exports. */
export const PARTS = { entry: 'rehearseEntry', unit: 'rehearseUnit', image: 'rehearseImage' };

/**
 * The names that `--parts` gives, or all.
 * @param {string[]} args
 * @throws SetupError for what is not known
 */
export const parseParts = (args) => {
  const all = Object.keys(PARTS);
  if (args.length === 0) return all;
  const [flag, list = '', ...more] = args;
  const names = list.split(',');
  const unknown = names.filter((name) => !all.includes(name));
  if (flag === '--parts' && more.length === 0 && unknown.length === 0)
    return all.filter((name) => names.includes(name));
  throw new SetupError(`What to rehearse? For example: npm run rehearse -- --parts ${all.join(',')}`);
};

/**
 * What plays a part.
 * @returns {Promise<(options: { say: (line: string) => void }) => Promise<void>>}
 * @throws SetupError where the part is not there
 */
export const loadPart = async (name, folder = import.meta.dirname) => {
  const file = path.join(folder, `${name}.mjs`);
  const part = fs.existsSync(file) ? await import(pathToFileURL(file).href) : {};
  const play = part[PARTS[name]];
  if (play === undefined) throw new SetupError(`The part "${name}" is not there: ${file} exports no ${PARTS[name]}.`);
  return play;
};
