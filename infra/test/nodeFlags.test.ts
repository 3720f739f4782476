// Whatever starts the server bounds Node's young generation: nothing but a flag can, and a file that forgets it costs 75 MB.
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { describe, expect, it } from 'vitest';

const ROOT = path.join(import.meta.dirname, '..', '..');
const FLAG = '--max-semi-space-size=8';
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
  it.each(starters())('%s bounds the young generation of Node', (file) => {
    const text = readFileSync(path.join(ROOT, file), 'utf8');
    expect(starting(text)).toBe(true);
    expect(text).toContain(FLAG);
  });
});
