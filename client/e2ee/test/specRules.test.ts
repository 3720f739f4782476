// Holds SPEC.md to what is tested: every rule, and every gate.
import { readdirSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { expect, it } from 'vitest';

const client = fileURLToPath(new URL('../../', import.meta.url));
const text = readFileSync(new URL('../SPEC.md', import.meta.url), 'utf8');
const rules = [...text.matchAll(/^- \*\*([EF]-\d+)\*\*/gm)].map(([, id = '']) => id);
const tests = new Map(
  readdirSync(client, { recursive: true, encoding: 'utf8' })
    .filter((path) => /\.test\.tsx?$/.test(path))
    .map((path) => [path, readFileSync(client + path, 'utf8')]),
);
const tested = new Set(
  [...tests.values()].flatMap((source) => [...source.matchAll(/['`"]([EF]-\d+) /g)].map(([, id = '']) => id)),
);
const rows = text.slice(text.indexOf('\n## Gates')).matchAll(/^\|\s+(.+?)\s+\|\s+`(.+?)`\s+\|\s+(.+?)\s+\|$/gm);
const gates = [...rows].map(([, gate = '', path = '', name = '']) => ({ gate, path, name }));

it('every rule of SPEC.md has a test whose name begins with its id, and every such id is a rule', () => {
  expect(rules.length).toBeGreaterThan(80);
  expect(new Set(rules).size).toBe(rules.length);
  expect([...tested].toSorted()).toEqual(rules.toSorted());
});

it('the test that SPEC.md names at each gate is there', () => {
  expect(gates.length).toBeGreaterThan(30);
  const isMissing = ({ path, name }: { path: string; name: string }) =>
    !["'", '"', '`'].some((quote) =>
      [`(${quote}${name}`, ` ${quote}${name}`].some((at) => tests.get(path)?.includes(at)),
    );
  expect(gates.filter(isMissing)).toEqual([]);
});
