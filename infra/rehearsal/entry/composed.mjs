// Reads infra/compose/server.yaml as an engine would: settings filled in, and what is mounted found where it lies here.
import fs from 'node:fs';
import path from 'node:path';
import { parse } from 'yaml';
import { repoRoot } from '../../setup/environment.mjs';

const folder = path.join(repoRoot, 'infra', 'compose');

const readServices = () => parse(fs.readFileSync(path.join(folder, 'server.yaml'), 'utf8'), { merge: true }).services;

/** The version of Caddy that is pinned: it has one home, the image's tag. */
export const pinnedCaddy = () => /^caddy:(\d+\.\d+\.\d+)-/.exec(readServices().caddy.image)?.[1];

const fill = (text, given) =>
  text.replace(/\$\$|\$\{(\w+)(?::([-?])([^}]*))?\}/g, (all, name, rule, rest) =>
    all === '$$' ? '$' : given[name] || (rule === '-' ? rest : ''),
  );

/**
 * A service of the file.
 * @param {string} name
 * @param {{ given: Record<string, string>, volumes: string }} place `given`: what stands in .env; `volumes`: the folder that named volumes are kept in
 * @returns {{ env: Record<string, string>, entrypoint: string[], init: boolean, at: (path: string) => string }} `at`: where a path of the container lies here
 */
export const readService = (name, { given, volumes }) => {
  const { environment, entrypoint = [], volumes: mounts = [], init = false } = readServices()[name];
  const pairs = mounts.map((mount) => {
    const [source, target] = mount.split(':');
    return [target, source.startsWith('.') ? path.join(folder, source) : path.join(volumes, source)];
  });
  const at = (file) => {
    const [target, source] = pairs.find(([mounted]) => file === mounted || file.startsWith(`${mounted}/`)) ?? ['', ''];
    return source + file.slice(target.length);
  };
  const env = Object.entries(environment).map(([key, value]) => [key, at(fill(String(value), given))]);
  return { env: Object.fromEntries(env), entrypoint: entrypoint.map(at), init, at };
};
