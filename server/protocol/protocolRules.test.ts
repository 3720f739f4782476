// Holds PROTOCOL.md to what is tested and to what the tables contain.
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { ErrorCode } from './errors.ts';
import { REQUESTS } from './requests.ts';

const server = join(import.meta.dirname, '..');
const text = readFileSync(join(import.meta.dirname, 'PROTOCOL.md'), 'utf8');
const rules = [...text.matchAll(/^- \*\*(P-\d+)\*\*/gm)].map(([, id]) => id ?? '');
const tests = readdirSync(server, { recursive: true, encoding: 'utf8' })
  .filter((path) => path.endsWith('.test.ts'))
  .map((path) => readFileSync(join(server, path), 'utf8'))
  .join('\n');
const tested = new Set([...tests.matchAll(/['`"](P-\d+) /g)].map(([, id]) => id ?? ''));

test('every rule of PROTOCOL.md has a test whose name begins with its id, and every such id is a rule', () => {
  expect(rules.length).toBeGreaterThan(30);
  expect(new Set(rules).size).toBe(rules.length);
  expect([...tested].toSorted()).toEqual(rules.toSorted());
});

test('PROTOCOL.md names every request and every error code', () => {
  for (const name of [...Object.keys(REQUESTS), ...ErrorCode.options]) expect(text).toContain(`\`${name}\``);
});
