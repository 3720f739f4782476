// Reads the RUNBOOK as whoever follows it: the commands of a section, in order.
import fs from 'node:fs';
import path from 'node:path';
import { repoRoot } from '../setup/environment.mjs';

/**
 * What root is told to run in the section of that title, without the `sudo`.
 * @throws Error where there is no such section, or no such command in it
 */
export const commandsIn = (text, title) => {
  const [, section] =
    text
      .split(/^#+ /m)
      .map((part) => part.split(/\n([^]*)/))
      .find(([name]) => name === title) ?? [];
  const commands = [...(section ?? '').matchAll(/^ {4,}(sudo(?:edit)? .+)$/gm)].map(([, line]) =>
    line.replace(/^sudo /, ''),
  );
  if (commands.length === 0) throw new Error(`The RUNBOOK has no section "${title}" with commands for root.`);
  return commands;
};

/** The same, of the RUNBOOK as it is. */
export const runbookCommands = (title) =>
  commandsIn(fs.readFileSync(path.join(repoRoot, 'infra', 'RUNBOOK.md'), 'utf8'), title);
