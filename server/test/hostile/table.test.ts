// Holds README.md's table to the tests: each row is shown by a test that exists, and no test is without its row.
import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, it } from 'vitest';

const FOLDER = import.meta.dirname;
const ROOT = join(FOLDER, '../../..');

const read = (path: string) => readFile(path, 'utf8');

/** `file: rules name` of every row. */
async function rows(): Promise<string[]> {
  const table = await read(join(FOLDER, 'README.md'));
  const cells = /^\|[^|]+\|[^|]+\| `(?<file>\w+\.test\.ts)`: (?<name>[^|]+?) \| (?<rules>[^|]+?) \|$/gm;
  return [...table.matchAll(cells)].map(({ groups }) => `${groups?.file}: ${groups?.rules} ${groups?.name}`);
}

/** The same of every test. */
async function tests(): Promise<string[]> {
  const files = (await readdir(FOLDER)).filter((name) => name.endsWith('.test.ts') && name !== 'table.test.ts');
  const found = files.map(async (file) => {
    const names = (await read(join(FOLDER, file))).matchAll(/^ {2}(?:it|\] as const\))\('(?<name>[^']+)'/gm);
    return [...names].map(({ groups }) => `${file}: ${groups?.name}`);
  });
  return (await Promise.all(found)).flat();
}

it('each row of the table is shown by a test of that name, and each test here has its row', async () => {
  const [named, there] = [await rows(), await tests()];
  expect(named.toSorted()).toEqual(there.toSorted());
  expect(new Set(named).size).toBe(named.length);
  expect(named.length).toBeGreaterThan(40);
});

it('each test here that is found by reading is one that runs: no other spelling of a test hides from the table', async () => {
  const files = (await readdir(FOLDER)).filter((name) => name.endsWith('.test.ts') && name !== 'table.test.ts');
  const texts = await Promise.all(files.map((file) => read(join(FOLDER, file))));
  const begun = texts.flatMap((text) => text.match(/^\s*(?:it|test)(?:\.\w+)?\(/gm) ?? []);
  expect(begun).toHaveLength((await tests()).length);
});

it('each rule in the table is one of SPEC.md or PROTOCOL.md', async () => {
  const [spec, protocol] = await Promise.all([
    read(join(ROOT, 'client/e2ee/SPEC.md')),
    read(join(ROOT, 'server/protocol/PROTOCOL.md')),
  ]);
  const rules = new Set((await rows()).flatMap((row) => row.match(/\b[EFP]-\d+/g) ?? []));
  const isThere = (rule: string) => `${spec}${protocol}`.includes(`- **${rule}**`);
  expect([...rules].filter((rule) => !isThere(rule))).toEqual([]);
  expect(rules.size).toBeGreaterThan(20);
});
