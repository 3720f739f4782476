// The RUNBOOK: every command, file, setting and section that it names is there.
import fs from 'node:fs';
import path from 'node:path';
import { expect, test } from 'vitest';
import { parse } from 'yaml';
import { SETTINGS } from '../../server/config/schema.ts';
import { repoRoot } from '../setup/environment.mjs';

const read = (...names) => fs.readFileSync(path.join(repoRoot, ...names), 'utf8');
const text = read('infra', 'RUNBOOK.md');
const { scripts } = JSON.parse(read('package.json'));
const composeVariables = [...read('infra/compose/env.example').matchAll(/^#?([A-Z_]+)=/gm)].map(([, name]) => name);

const found = (expression) => [...new Set([...text.matchAll(expression)].map(([, name]) => name))];

test('every npm script that it names exists', () => {
  const named = found(/\bnpm run ([\w:-]+)/g);
  expect(named).toEqual(expect.arrayContaining(['release', 'rotate-keys']));
  expect(named.filter((name) => scripts[name] === undefined)).toEqual([]);
});

test('every file of ours that it names exists, in the repository or in a release', () => {
  const named = found(/((?:infra|server)\/[\w./-]*\w)/g).filter((name) => name !== 'infra/compose/.env');
  expect(named.length).toBeGreaterThan(8);
  expect(named.filter((name) => !fs.existsSync(path.join(repoRoot, name)))).toEqual([]);
});

test('every setting that it names is the server’s or the compose file’s', () => {
  const named = found(/`([A-Z]+(?:_[A-Z]+)+|WORKERS)[`=]/g).filter((name) => !['SECURITY'].includes(name));
  expect(named).toEqual(expect.arrayContaining(['DRAIN_MS', 'TURN_SECRET']));
  expect(named.filter((name) => !(name in SETTINGS) && !composeVariables.includes(name))).toEqual([]);
});

test('every service and volume of Compose that it names exists', () => {
  const { name: project, services, volumes } = parse(read('infra/compose/server.yaml'), { merge: true });
  const named = found(/server\.yaml (?:restart|logs|build|exec|up -d) ([a-z]+(?: [a-z]+)?)/g).flatMap((words) =>
    words.split(' '),
  );
  expect(named).toEqual(expect.arrayContaining(['conclave', 'coturn']));
  for (const word of named) if (word !== 'node') expect([word, word in services]).toEqual([word, true]);
  for (const volume of found(new RegExp(`\`${project}_([\\w-]+)\``, 'g'))) expect(volumes).toHaveProperty(volume);
});

test('every alert has its section, and every such section an alert', () => {
  const { groups } = parse(read('infra/observability/alerts.yml'));
  const alerts = groups.flatMap(({ rules }) => rules.map(({ alert }) => alert));
  expect(found(/^### (Conclave\w+)$/gm).toSorted()).toEqual(alerts.toSorted());
});

test('every section that it leads to is there', () => {
  const anchors = found(/^#+ (.+)$/gm).map((title) =>
    title
      .toLowerCase()
      .replace(/[^\w\s-]/g, '')
      .replace(/\s/g, '-'),
  );
  const named = found(/\]\(#([\w-]+)\)/g);
  expect(named.length).toBeGreaterThan(8);
  expect(named.filter((name) => !anchors.includes(name))).toEqual([]);
});
