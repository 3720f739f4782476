// The doctor at a server that is well, and at servers each of which has one thing wrong for real.
import { spawn } from 'node:child_process';
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { getCACertificates, setDefaultCACertificates } from 'node:tls';
import { once } from 'node:events';
import * as v from 'valibot';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { loadConfig } from '../../server/config/env.ts';
import { startTestServer, type TestServer } from '../../server/test/testServer.ts';
import { checkAdmin } from './checks/admin.ts';
import { checkCall } from './checks/call.ts';
import { checkDoor } from './checks/media.ts';
import { checkCertificate, checkPublic } from './checks/web.ts';
import { examine } from './examine.ts';
import type { Finding } from './findings.ts';
import { patientOf } from './options.ts';
import type { Patient } from './Patient.ts';
import { Report } from './report.ts';
import { createAuthority, dayFromNow, type Authority } from './test/certificates.ts';
import { openFrontDoor, type FrontDoorOptions } from './test/frontDoor.ts';

const ADMIN_TOKEN = 'an-admin-token-of-more-than-thirty-two';
const DOCTOR = path.join(import.meta.dirname, 'doctor.ts');
const codesOf = (findings: readonly Finding[]): string[] => findings.map(({ code }) => code);
const outside = (origin: string): Patient => ({ origin, local: null, adminToken: undefined });

/** A server with a page and real media on one Worker. */
async function open(env: Record<string, string> = {}): Promise<TestServer> {
  const server = await startTestServer({
    isMediaReal: true,
    env: { MEDIA_PORT: '0', WORKERS: '1', ...env, ...workerBin },
  });
  const client = path.join(server.dataDir, '..', 'client');
  await mkdir(client, { recursive: true });
  await writeFile(path.join(client, 'index.html'), '<!doctype html><title>Conclave</title>');
  return server;
}
const given = process.env['MEDIASOUP_WORKER_BIN'];
const workerBin: Record<string, string> = given === undefined ? {} : { MEDIASOUP_WORKER_BIN: given };

async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as { port: number };
  server.close();
  await once(server, 'close');
  return port;
}

/** @param command what it is started with, `doctor` put at its end */
async function run(
  args: readonly string[],
  env: Record<string, string> = {},
  command: readonly string[] = [],
): Promise<{ code: number | null; out: string }> {
  const [program = process.execPath, ...rest] = [...command, process.execPath, DOCTOR, ...args];
  const child = spawn(program, rest, {
    env: { PATH: process.env['PATH'], ...env },
    stdio: ['ignore', 'pipe', 'ignore'],
  });
  let out = '';
  child.stdout.setEncoding('utf8').on('data', (chunk: string) => (out += chunk));
  const [code] = (await once(child, 'close')) as [number | null];
  return { code, out };
}

const reportIn = (out: string): Report => v.parse(v.pipe(v.string(), v.parseJson(), Report), out);

describe('a server that is well', () => {
  let server: TestServer;
  beforeAll(async () => {
    server = await open();
  });
  afterAll(() => server.stop());

  it('has no finding but good ones, a call by UDP and one by TCP among them, and exit code 0', async () => {
    const { code, out } = await run(['--json', '--url', server.server.url]);
    const { level, url, findings } = reportIn(out);
    expect(findings.filter((finding) => finding.level !== 'ok')).toEqual([]);
    expect([code, level, url]).toEqual([0, 'ok', server.server.url]);
    const calls = findings.filter((finding) => finding.code === 'call.ok').map(({ values }) => values['protocol']);
    expect(calls).toEqual(['UDP', 'TCP']);
    for (const wanted of ['public.ok', 'ready.ok', 'clock.ok', 'door.ok', 'media.ok', 'estimation.ok', 'turn.local']) {
      expect(findings.map((finding) => finding.code)).toContain(wanted);
    }
    // The rooms that it made for itself are gone again.
    await expect.poll(() => server.server.directory.counts()).toEqual({ rooms: 0, peers: 0, viewers: 0 });
  });

  it('whose media port is taken for one without an estimator is told to be so where packets are not numbered for it', async () => {
    const findings = await checkCall(outside(server.server.url), { ways: ['udp'], numbersPackets: false });
    expect(codesOf(findings)).toEqual(['call.ok', 'estimation.none']);
  });
});

describe('a proxy', () => {
  let server: TestServer;
  let authority: Authority;
  const before = getCACertificates('default');
  beforeAll(async () => {
    server = await open();
    authority = createAuthority();
    setDefaultCACertificates([...before, authority.cert]);
  });
  afterAll(async () => {
    setDefaultCACertificates(before);
    authority.remove();
    await server.stop();
  });

  const behind = async <Value>(
    options: Partial<FrontDoorOptions>,
    look: (port: number) => Promise<Value>,
  ): Promise<Value> => {
    const door = await openFrontDoor({ target: server.server.port, ...options });
    try {
      return await look(door.port);
    } finally {
      await door.close();
    }
  };

  it('that passes no upgrades is told by the WebSocket that does not open', async () => {
    const { findings } = await behind({ passesUpgrades: false }, (port) =>
      checkDoor(outside(`http://127.0.0.1:${port}`)),
    );
    expect(findings).toEqual([{ code: 'door.socket', values: { why: '400' } }]);
  });

  it.each([
    ['that nobody trusts', '0', true, 'trust.low'],
    ['that is trusted', '1', true, 'trust.ok'],
    ['that is trusted and writes nothing down', '1', false, 'trust.high'],
  ] as const)(
    '%s is told by how the server counts whoever asks',
    async (_what, TRUST_PROXY, writesForwardedFor, code) => {
      const trusting = await startTestServer({ env: { ADMIN_TOKEN, TRUST_PROXY } });
      try {
        const findings = await behind({ target: trusting.server.port, writesForwardedFor }, (port) =>
          checkAdmin({ ...outside(`http://127.0.0.1:${port}`), adminToken: ADMIN_TOKEN }),
        );
        expect(codesOf(findings).slice(0, 2)).toEqual(['admin.ok', code]);
        const own = new Set(codesOf(findings).map((one) => one.split('.')[0]));
        for (const group of ['announced', 'descriptors', 'memory', 'data', 'workers']) expect(own).toContain(group);
      } finally {
        await trusting.stop();
      }
    },
  );

  it('in front of a server with another ADMIN_TOKEN is told that ours is not taken', async () => {
    const patient = { ...outside(server.server.url), adminToken: ADMIN_TOKEN };
    expect(codesOf(await checkAdmin(patient))).toEqual(['admin.refused']);
    const plain = { ...outside('http://meet.example'), adminToken: ADMIN_TOKEN };
    expect(codesOf(await checkAdmin(plain))).toEqual(['admin.plain']);
  });

  it('with nothing behind it is told by the status that it answers', async () => {
    const nobody = await freePort();
    const findings = await behind({ target: nobody }, (port) => checkPublic(outside(`http://127.0.0.1:${port}`)));
    expect(findings.map(({ code, values }) => [code, values['status']])).toEqual([['public.status', 502]]);
  });

  it('that leads to another server than the one here is told so', async () => {
    const other = await startTestServer();
    try {
      const here = { HOST: '127.0.0.1', PORT: String(other.server.port) };
      const findings = await behind({}, (port) => {
        const { config } = loadConfig({ ...here, PUBLIC_ORIGIN: `http://127.0.0.1:${port}` }, () => '{}');
        return checkPublic(patientOf(config, undefined));
      });
      expect(codesOf(findings)).toEqual(['public.other']);
    } finally {
      await other.stop();
    }
  });

  it.each([
    ['good for 90 days', 'IP:127.0.0.1', -1, 90, 'tls.ok'],
    ['that ends in a week', 'IP:127.0.0.1', -1, 7, 'tls.soon'],
    ['that has ended', 'IP:127.0.0.1', -30, -1, 'tls.expired'],
    ['that begins tomorrow', 'IP:127.0.0.1', 1, 30, 'tls.early'],
    ['for another name', 'DNS:other.example', -1, 90, 'tls.hostname'],
  ] as const)('with a certificate %s', async (_what, names, from, until, code) => {
    const tls = authority.issue({ names, from: dayFromNow(from), until: dayFromNow(until) });
    const findings = await behind({ tls }, (port) => checkCertificate(outside(`https://127.0.0.1:${port}`)));
    expect(codesOf(findings)).toEqual([code]);
  });

  it('with a certificate of an authority that nobody knows is told so, and nothing more is asked of it', async () => {
    const stranger = createAuthority();
    const tls = stranger.issue({ names: 'IP:127.0.0.1', from: dayFromNow(-1), until: dayFromNow(90) });
    stranger.remove();
    const findings: Finding[] = [];
    const watcher = { onLook: () => undefined, onFinding: (finding: Finding) => void findings.push(finding) };
    await behind({ tls }, (port) => examine(outside(`https://127.0.0.1:${port}`), watcher));
    expect(codesOf(findings)).toEqual(['tls.untrusted']);
  });

  it('without TLS at an https origin is told so', async () => {
    const findings = await behind({}, (port) => checkCertificate(outside(`https://127.0.0.1:${port}`)));
    expect(codesOf(findings)).toEqual(['tls.unreachable']);
  });

  it('with TLS and an authority of its own shows the page and opens the door', async () => {
    const tls = authority.issue({ names: 'IP:127.0.0.1', from: dayFromNow(-1), until: dayFromNow(90) });
    await behind({ tls }, async (port) => {
      const patient = outside(`https://127.0.0.1:${port}`);
      expect(codesOf(await checkPublic(patient))).toEqual(['public.ok', 'ready.ok']);
      const { findings } = await checkDoor(patient);
      expect(codesOf(findings)).toEqual(['door.ok', 'media.ok', 'media.ok']);
    });
  });
});

describe('a server that announces the wrong address', () => {
  it('is told by the ports that nobody answers at, and by the leg of the call that stops', async () => {
    // All of 127/8 is this machine; nobody listens at this one.
    const server = await open({ ANNOUNCED_ADDRESS: '127.0.0.99' });
    try {
      const { findings } = await checkDoor(outside(server.server.url), 1_000);
      expect(codesOf(findings)).toEqual(['door.ok', 'media.closed', 'media.closed']);
      expect(findings.map(({ values }) => values['protocol'])).toEqual([undefined, 'UDP', 'TCP']);
      const call = await checkCall(outside(server.server.url), { ways: ['udp'], mediaMs: 1_000 });
      expect(codesOf(call)).toEqual(['call.ice']);
    } finally {
      await server.stop();
    }
  });
});

describe('a machine', () => {
  let folder = '';
  beforeAll(async () => {
    folder = await mkdtemp(path.join(tmpdir(), 'conclave-doctor-'));
    await writeFile(path.join(folder, 'file'), '');
  });
  afterAll(() => rm(folder, { recursive: true, force: true }));

  it('with too few descriptors, a worker that is none, no room for data and no server is told all of it, and exit code 2', async () => {
    const env = {
      PORT: String(await freePort()),
      MEDIASOUP_WORKER_BIN: '/bin/true',
      DATA_DIR: path.join(folder, 'file', 'data'),
      HOST: '0.0.0.0',
      CONCLAVE_CONFIG: '',
    };
    const { code, out } = await run(['--json'], env, ['prlimit', '--nofile=512']);
    const { level, findings } = reportIn(out);
    const broken = findings.filter((finding) => finding.level === 'broken').map((finding) => finding.code);
    expect(broken.toSorted()).toEqual(
      [
        'announced.loopback',
        'data.closed',
        'descriptors.short',
        'http.unreachable',
        'public.unreachable',
        'worker.notOne',
      ].toSorted(),
    );
    expect([code, level]).toEqual([2, 'broken']);
    expect(findings.filter((finding) => finding.level === 'broken' && finding.mend === null)).toEqual([]);
  });

  it('whose settings cannot be read is told each of them in words, and exit code 2', async () => {
    const { code, out } = await run([], { PORT: 'http', WORKERS: '0' });
    expect(code).toBe(2);
    expect(out).toContain('✗ PORT is not right: write');
    expect(out).toContain('✗ WORKERS is not right: write');
    expect(out).toContain('2 broken, 0 warnings, 0 ok.');
  });

  it('whose person mistyped the address is told how to write it, and exit code 64', async () => {
    const { code, out } = await run(['--url', 'meet.example']);
    expect([code, out]).toEqual([64, '']);
  });
});
