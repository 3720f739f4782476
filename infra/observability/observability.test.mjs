// What is watched: rules as promtool tests them, and every metric that a rule or the dashboard names told by a running server.
import { spawnSync } from 'node:child_process';
import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { parse } from 'yaml';
import { startTestServer } from '../../server/test/testServer.ts';
import { repoRoot } from '../setup/environment.mjs';

const folder = path.join(repoRoot, 'infra', 'observability');
const read = (...names) => fs.readFileSync(path.join(folder, ...names), 'utf8');
const rules = parse(read('alerts.yml')).groups.flatMap((group) => group.rules);
const dashboard = JSON.parse(read('grafana', 'dashboards', 'conclave.json'));
const queries = [
  ...dashboard.panels.flatMap(({ targets = [] }) => targets.map(({ expr }) => expr)),
  ...dashboard.annotations.list.map(({ expr }) => expr),
];
const promtoolBin = process.env.PROMTOOL_BIN;

const promtool = (...args) => {
  const { status, stdout, stderr } = spawnSync(promtoolBin, args, { cwd: folder, encoding: 'utf8' });
  return { status, said: stdout + stderr };
};

const withFile = (name, text, use) => {
  const temporary = fs.mkdtempSync(path.join(os.tmpdir(), 'conclave-rules-'));
  try {
    fs.copyFileSync(path.join(folder, 'alerts.yml'), path.join(temporary, 'alerts.yml'));
    fs.writeFileSync(path.join(temporary, name), text);
    return use(path.join(temporary, name));
  } finally {
    fs.rmSync(temporary, { recursive: true });
  }
};

/** Prometheus' own, about its targets and its alerts. */
const ITS_OWN = new Set(['up', 'ALERTS']);
const metricsIn = (query) =>
  [...query.replace(/\{[^}]*\}/g, '').matchAll(/\b((?:conclave|process)_\w+|up|ALERTS)\b/g)].map(([name]) => name);

let bed;
let exposed;
beforeAll(async () => {
  bed = await startTestServer();
  exposed = await (await fetch(`${bed.server.url}/metrics`)).text();
});
afterAll(() => bed.stop());

const isExposed = (name) => {
  const series = name.replace(/_(?:bucket|count|sum)$/, '');
  return ITS_OWN.has(name) || [name, series].some((one) => exposed.includes(`# TYPE ${one} `));
};

test('every metric that a rule or the dashboard names is told by a running server, and another is missed', () => {
  const named = [...rules.map(({ expr }) => expr), ...queries].flatMap(metricsIn);
  expect(new Set(named).size).toBeGreaterThan(25);
  expect(named.filter((name) => !isExposed(name))).toEqual([]);
  expect(isExposed('conclave_worker_cpu')).toBe(false);
});

test('every metric of the server’s is on the dashboard or in a rule, so that none is collected for nobody', () => {
  const seen = new Set([...rules.map(({ expr }) => expr), ...queries].flatMap(metricsIn));
  const told = [...exposed.matchAll(/^# TYPE (\w+) /gm)].map(([, name]) => name);
  const unseen = told.filter((name) => !['', '_bucket', '_count'].some((end) => seen.has(name + end)));
  expect(unseen).toEqual([]);
});

test('every alert has what it means, how urgent it is, and a test that fires it', () => {
  const tests = parse(read('alerts.test.yml'), { merge: true }).tests.flatMap((one) => one.alert_rule_test);
  for (const { alert, labels, annotations } of rules) {
    expect([alert, labels.severity, annotations.summary]).toEqual([
      alert,
      expect.stringMatching(/^(?:page|look)$/),
      expect.stringMatching(/\S/),
    ]);
    const [silent, fired] = [false, true].map((fires) =>
      tests.some((one) => one.alertname === alert && (one.exp_alerts !== undefined) === fires),
    );
    expect([alert, silent, fired]).toEqual([alert, true, true]);
  }
});

test('Grafana finds Prometheus, the dashboard and its panels', () => {
  const [source] = parse(read('grafana', 'provisioning', 'datasources', 'prometheus.yml')).datasources;
  for (const { type, datasource, id } of dashboard.panels) {
    if (type !== 'row') expect([id, datasource.uid]).toEqual([id, source.uid]);
  }
  const ids = dashboard.panels.map(({ id }) => id);
  expect(new Set(ids).size).toBe(ids.length);
  expect(parse(read('grafana', 'provisioning', 'dashboards', 'conclave.yml')).providers[0].options.path).toBe(
    '/etc/grafana/dashboards',
  );
});

test.skipIf(promtoolBin === undefined)(
  'promtool takes the configuration, and every rule fires where its test says',
  () => {
    expect(promtool('check', 'config', 'prometheus.yml')).toMatchObject({ status: 0 });
    const { status, said } = promtool('test', 'rules', 'alerts.test.yml');
    expect([status, said]).toEqual([0, expect.stringContaining('SUCCESS')]);
    const blunt = read('alerts.test.yml').replace('Media worker 0 takes 93%', 'Media worker 0 takes 39%');
    expect(withFile('wrong.test.yml', blunt, (file) => promtool('test', 'rules', file).status)).not.toBe(0);
  },
);

test.skipIf(promtoolBin === undefined)('every query of the dashboard is one that Prometheus can read', () => {
  const asRules = (all) =>
    JSON.stringify({
      groups: [
        {
          name: 'dashboard',
          rules: all.map((expr, index) => ({
            record: `query:${index}`,
            expr: expr.replaceAll('$__rate_interval', '1m'),
          })),
        },
      ],
    });
  const check = (all) => withFile('queries.yml', asRules(all), (file) => promtool('check', 'rules', file));
  expect(check(queries)).toMatchObject({ status: 0 });
  expect(check([...queries, 'sum by (rate(conclave_rooms)']).status).not.toBe(0);
});
