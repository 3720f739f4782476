// The systemd unit: as systemd itself reads it where it is there, and held to the server's settings and to what a release holds.
import { spawnSync } from 'node:child_process';
import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { expect, test } from 'vitest';
import { loadConfig } from '../../server/config/env.ts';
import { SETTINGS } from '../../server/config/schema.ts';
import { WORKER_NICE } from '../../server/media/goFirst.ts';
import { repoRoot } from '../setup/environment.mjs';
import { readDockerfile, readStages } from '../test/containerTree.mjs';

const file = path.join(repoRoot, 'infra', 'systemd', 'conclave.service');
const text = fs.readFileSync(file, 'utf8');
const valuesOf = (name) => [...text.matchAll(new RegExp(`^${name}=(.*)$`, 'gm'))].map(([, value]) => value);
const environment = Object.fromEntries(valuesOf('Environment').map((line) => line.split('=')));
const hasSystemd = spawnSync('systemd-analyze', ['--version']).status === 0;
/** Of 10; what is left is the network, which it is there for. */
const MOST_EXPOSED = 2;

/** systemd looks whether what is started is there, and no release lies in /opt here. */
const analyze = (args, unit = text) => {
  const folder = fs.mkdtempSync(path.join(os.tmpdir(), 'conclave-unit-'));
  const copy = path.join(folder, 'conclave.service');
  fs.writeFileSync(copy, unit.replace('/opt/conclave/current/bin/node', process.execPath));
  try {
    const { status, stdout, stderr } = spawnSync('systemd-analyze', [...args, copy], { encoding: 'utf8' });
    // Of this unit alone: what the machine's others are like is not our business.
    const said = (stdout + stderr).split('\n').filter((line) => line.includes('conclave.service'));
    return { status, said };
  } finally {
    fs.rmSync(folder, { recursive: true });
  }
};

test.skipIf(!hasSystemd)('systemd takes the unit without a word, and objects to one that is wrong', () => {
  expect(analyze(['verify'])).toMatchObject({ said: [] });
  expect(analyze(['verify'], text.replace('KillMode=mixed', 'KillMode=mixt')).said.join()).toMatch(/kill mode/i);
});

test.skipIf(!hasSystemd)(
  'systemd’s own measure of what a service may do finds little, and more without its walls',
  () => {
    const security = ['security', '--offline=true', `--threshold=${MOST_EXPOSED * 10}`];
    expect(analyze(security).status).toBe(0);
    expect(
      analyze(security, text.replaceAll(/^(?:Protect|Private|Restrict|Capability|SystemCall).*$/gm, '')).status,
    ).not.toBe(0);
  },
);

test('draining has time to end before systemd loses patience, and workers are not told to stop before the server is', () => {
  const [, seconds] = /^(\d+)s$/.exec(valuesOf('TimeoutStopSec')[0]) ?? [];
  expect(Number(seconds) * 1000).toBeGreaterThanOrEqual(Number(environment.DRAIN_MS) + 10_000);
  expect([valuesOf('KillMode'), valuesOf('KillSignal')]).toEqual([['mixed'], ['SIGTERM']]);
});

test('what V8 does is let it do, and descriptors are as many as in the container', () => {
  expect(text).not.toMatch(/^MemoryDenyWriteExecute=/m);
  expect(Number(valuesOf('LimitNOFILE')[0])).toBeGreaterThanOrEqual(65_536);
});

test('media workers may go before other work on the processor, as far as they ask and no further', () => {
  expect(valuesOf('LimitNICE')).toEqual([String(WORKER_NICE)]);
});

test('the example of its settings names settings of the server’s, and what it leaves open is refused in words', () => {
  const lines = fs.readFileSync(path.join(path.dirname(file), 'conclave.env.example'), 'utf8').split('\n');
  const given = Object.fromEntries(
    lines
      .filter((line) => /^[A-Z]/.test(line))
      .map((line) => [line.slice(0, line.indexOf('=')), line.slice(line.indexOf('=') + 1)]),
  );
  expect(Object.keys(given).filter((name) => !(name in SETTINGS))).toEqual([]);
  const unquoted = Object.fromEntries(Object.entries(given).map(([name, value]) => [name, value.replaceAll('"', '')]));
  const host = 'turn.example.org';
  const filled = {
    ...unquoted,
    ANNOUNCED_ADDRESS: '203.0.113.7',
    PUBLIC_ORIGIN: 'https://meet.example.org',
    TURN_SECRET: 'f00d'.repeat(16),
  };
  filled.TURN_URLS = filled.TURN_URLS.replaceAll('TURN_HOST', host);
  const { config } = loadConfig(filled, () => '{}');
  expect([config.port, config.trustedProxies, config.turn.urls.length]).toEqual([3000, 1, 3]);
  expect(() => loadConfig(unquoted, () => '{}')).toThrow(/PUBLIC_ORIGIN is not right/);
});

test('its settings are the server’s or Node’s, and its paths those of a release, as in the container', () => {
  const image = readStages(readDockerfile('infra/docker/Dockerfile')).at(-1);
  const inRelease = (value) => value.replace('/opt/conclave/current/', '/app/');
  for (const name of Object.keys(environment)) {
    expect([name, name in SETTINGS || name in image.settings]).toEqual([name, true]);
  }
  for (const name of ['MEDIASOUP_WORKER_BIN', 'LD_LIBRARY_PATH', 'NODE_ENV']) {
    expect(inRelease(environment[name])).toBe(image.settings[name]);
  }
  expect(valuesOf('ExecStart')).toEqual([`/opt/conclave/current/bin/${image.entry.join(' ')}`]);
  expect(environment.DATA_DIR).toBe(`/var/lib/${valuesOf('StateDirectory')[0]}`);
});
