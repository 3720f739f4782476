// The doctor at a real coturn, by each of its three ways, with the right secret and with a wrong one.
import { spawn, spawnSync, type ChildProcess } from 'node:child_process';
import { createHmac } from 'node:crypto';
import { once } from 'node:events';
import { createServer } from 'node:net';
import { getCACertificates, setDefaultCACertificates } from 'node:tls';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { checkTurn } from './checks/turn.ts';
import { createAuthority, dayFromNow, type Authority } from './test/certificates.ts';

const SECRET = 'a-secret-of-the-tests-and-of-nobody-else';
const outside = { origin: 'https://meet.example', local: null, adminToken: undefined };

async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as { port: number };
  server.close();
  await once(server, 'close');
  return port;
}

/** As the server makes them for its clients (draft-uberti-behave-turn-rest-00). */
function credentialsBy(secret: string) {
  const username = `${Math.floor(Date.now() / 1000) + 600}:doctor`;
  return { username, credential: createHmac('sha1', secret).update(username).digest('base64') };
}

/** Set-up installs it as root, who alone needs it for the production entry's tests. */
const hasCoturn = spawnSync('turnserver', ['--version'], { stdio: 'ignore' }).error === undefined;

describe.skipIf(!hasCoturn)('a TURN server', () => {
  let coturn: ChildProcess;
  let authority: Authority;
  let urls: string[] = [];
  const before = getCACertificates('default');

  beforeAll(async () => {
    authority = createAuthority();
    setDefaultCACertificates([...before, authority.cert]);
    const { certFile, keyFile } = authority.issue({
      names: 'IP:127.0.0.1',
      from: dayFromNow(-1),
      until: dayFromNow(9),
    });
    const [port, tlsPort] = [await freePort(), await freePort()];
    urls = [
      `turn:127.0.0.1:${port}?transport=udp`,
      `turn:127.0.0.1:${port}?transport=tcp`,
      `turns:127.0.0.1:${tlsPort}?transport=tcp`,
    ];
    const args = ['-n', '--no-cli', '--no-dtls', '--listening-ip=127.0.0.1', '--relay-ip=127.0.0.1', '--realm=test'];
    const ports = [
      `--listening-port=${port}`,
      `--tls-listening-port=${tlsPort}`,
      `--cert=${certFile}`,
      `--pkey=${keyFile}`,
    ];
    const secrets = ['--use-auth-secret', `--static-auth-secret=${SECRET}`, '--pidfile=', '--log-file=stdout'];
    coturn = spawn('turnserver', [...args, ...ports, ...secrets], { stdio: 'ignore' });
    await vi.waitFor(
      async () => {
        const findings = await checkTurn(outside, [{ urls, ...credentialsBy(SECRET) }]);
        if (findings.some(({ code }) => code !== 'turn.ok')) throw new Error(JSON.stringify(findings));
      },
      { timeout: 25_000 },
    );
  }, 60_000);
  afterAll(async () => {
    const gone = once(coturn, 'exit');
    coturn.kill('SIGKILL');
    await gone;
    setDefaultCACertificates(before);
    authority.remove();
  });

  it('with the server’s own secret gives a relay by UDP, by TCP and by TLS', async () => {
    const findings = await checkTurn(outside, [{ urls, ...credentialsBy(SECRET) }]);
    expect(findings).toEqual(urls.map((url) => ({ code: 'turn.ok', values: { url } })));
  });

  it('with another secret is told to refuse, by each way', async () => {
    const findings = await checkTurn(outside, [{ urls, ...credentialsBy('another secret') }]);
    expect(findings).toEqual(urls.map((url) => ({ code: 'turn.refused', values: { url } })));
  });

  it('that nobody runs is told to be silent, and a certificate of nobody’s is told by its code', async () => {
    const nobody = `turn:127.0.0.1:${await freePort()}?transport=tcp`;
    const silent = await checkTurn(outside, [{ urls: nobody, ...credentialsBy(SECRET) }]);
    expect(silent).toEqual([{ code: 'turn.silent', values: { url: nobody, why: 'ECONNREFUSED' } }]);
    setDefaultCACertificates(before);
    const [, , turns = ''] = urls;
    const untrusted = await checkTurn(outside, [{ urls: turns, ...credentialsBy(SECRET) }]);
    setDefaultCACertificates([...before, authority.cert]);
    expect(untrusted.map(({ code, values }) => [code, values['why']])).toEqual([
      ['turn.silent', 'UNABLE_TO_VERIFY_LEAF_SIGNATURE'],
    ]);
  });

  it('that there is none of is a warning, and none at all on one machine', async () => {
    expect(await checkTurn(outside, [{ urls: 'stun:stun.example' }])).toEqual([{ code: 'turn.none', values: {} }]);
    const local = { ...outside, origin: 'http://127.0.0.1:3000' };
    expect(await checkTurn(local, [])).toEqual([{ code: 'turn.local', values: {} }]);
  });
});
