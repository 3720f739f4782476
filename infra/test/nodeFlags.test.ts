// Whatever starts the server bounds what a burst of joins leaves behind in Node: nothing but flags can, and a file that forgets them costs 75 MB.
import { spawnSync } from 'node:child_process';
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { describe, expect, it } from 'vitest';

const ROOT = path.join(import.meta.dirname, '..', '..');
const FLAGS = ['--min-semi-space-size=8', '--max-semi-space-size=8', '--no-maglev-destroy-on-background'];
/** Those that are there: each starts the production entry by itself. */
const STARTERS = ['infra/setup/start.mjs', 'loadtest/media/house.ts'];
const FOLDERS = ['infra/docker', 'infra/systemd'];

const starting = (text: string): boolean => /server\/main\.ts|'main\.ts'/.test(text);

function starters(): string[] {
  const files = FOLDERS.filter((folder) => existsSync(path.join(ROOT, folder))).flatMap((folder) =>
    readdirSync(path.join(ROOT, folder), { withFileTypes: true })
      .filter((entry) => entry.isFile() && !entry.name.endsWith('.md') && !entry.name.includes('.test.'))
      .map(({ name }) => `${folder}/${name}`),
  );
  return [...STARTERS, ...files.filter((file) => starting(readFileSync(path.join(ROOT, file), 'utf8')))];
}

describe('what starts the server', () => {
  it.each(starters())('%s bounds what Node keeps of a burst', (file) => {
    const text = readFileSync(path.join(ROOT, file), 'utf8');
    expect(starting(text)).toBe(true);
    expect(FLAGS.filter((flag) => !text.includes(flag))).toEqual([]);
  });

  // V8 promises none of its flags to anybody, and Node does not start with one that is gone.
  it('has flags only that this Node takes', () => {
    const { status, stderr } = spawnSync(process.execPath, [...FLAGS, '--eval', '0'], { encoding: 'utf8' });
    expect({ status, stderr }).toEqual({ status: 0, stderr: '' });
  });
});
