// Whoever runs the server, and whoever would like to know what they know.
import { mkdir, writeFile } from 'node:fs/promises';
import path from 'node:path';
import * as v from 'valibot';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { AdminStatus } from '#protocol/admin';
import { BAD_ADMIN_TOKENS_PER_ADDRESS } from '#protocol/limits';
import { authOf, enter, makeRoom, startTestServer, TestClient, type TestServer } from './testServer.ts';

const TOKEN = 'an-admin-token-of-more-than-thirty-two';

async function get(url: string, address: string, headers: Record<string, string> = {}) {
  const response = await fetch(url + address, { headers });
  const text = await response.text();
  return { status: response.status, text, headers: response.headers };
}
const codeOf = (text: string): string => (JSON.parse(text) as { error: { code: string } }).error.code;
const shown = { authorization: `Bearer ${TOKEN}` };

async function buildPage({ dataDir }: TestServer): Promise<void> {
  const client = path.join(dataDir, '..', 'client');
  await mkdir(client, { recursive: true });
  await writeFile(path.join(client, 'index.html'), 'index');
  await writeFile(path.join(client, 'admin.html'), 'admin');
}

test('P-185 without ADMIN_TOKEN there is no page and no call, whatever is shown', async () => {
  const { server, stop, ...bed } = await startTestServer();
  try {
    await buildPage({ server, stop, ...bed });
    for (const address of ['/admin', '/api/admin/status', '/api/admin/caller']) {
      for (const headers of [{}, shown, { authorization: 'Bearer undefined' }, { authorization: 'Bearer ' }]) {
        const { status, text } = await get(server.url, address, headers);
        expect([address, status, codeOf(text)]).toEqual([address, 404, 'not_found']);
      }
    }
  } finally {
    await stop();
  }
});

describe('with a token', () => {
  let bed: TestServer;
  let url = '';
  beforeAll(async () => {
    bed = await startTestServer({
      env: {
        ADMIN_TOKEN: TOKEN,
        TRUST_PROXY: '1',
        ICE_SERVERS: '[{"urls":"turn:t","username":"u","credential":"hunter2"}]',
      },
    });
    url = bed.server.url;
    await buildPage(bed);
  });
  afterAll(() => bed.stop());

  /** Each test comes from elsewhere, so that one's wrong tokens are not another's. */
  const from = (address: string, more: Record<string, string> = {}) => ({ ...more, 'x-forwarded-for': address });

  test('P-186 the calls are answered to whoever shows it, and to nobody else', async () => {
    for (const authorization of [
      '',
      TOKEN,
      `Basic ${TOKEN}`,
      `Bearer ${TOKEN}x`,
      `Bearer ${TOKEN.slice(1)}`,
      `bearer ${TOKEN}`,
    ]) {
      const { status, text } = await get(url, '/api/admin/status', from('203.0.113.1', { authorization }));
      expect([authorization, status, codeOf(text)]).toEqual([authorization, 401, 'unauthorized']);
    }
    const { status, headers } = await get(url, '/api/admin/status', from('203.0.113.1', shown));
    expect([status, headers.get('cache-control')]).toEqual([200, 'no-store']);
  });

  test('P-186 past BAD_ADMIN_TOKENS_PER_ADDRESS an address waits with the right token too, and no other address does', async () => {
    const wrong = from('203.0.113.2', { authorization: 'Bearer wrong' });
    for (let tries = 0; tries < BAD_ADMIN_TOKENS_PER_ADDRESS.points; tries += 1) {
      expect((await get(url, '/api/admin/status', wrong)).status).toBe(401);
    }
    const right = await get(url, '/api/admin/status', from('203.0.113.2', shown));
    expect([right.status, codeOf(right.text)]).toEqual([429, 'rate_limited']);
    expect((await get(url, '/api/admin/status', from('203.0.113.3', shown))).status).toBe(200);
  });

  test('P-187 the status counts who is in and says what the server finds, and names nobody and no secret', async () => {
    const room = await makeRoom(url);
    const { client, answer } = await enter(url, room);
    const { text } = await get(url, '/api/admin/status', from('203.0.113.4', shown));
    const { data } = v.parse(
      v.object({ ok: v.literal(true), data: v.strictObject(AdminStatus.entries) }),
      JSON.parse(text),
    );
    expect(data.counts).toEqual({ rooms: 1, peers: 1, viewers: 0, connections: 1 });
    expect(data.version).toMatch(/^\d+\.\d+\.\d+/);
    expect(data.settings).toContainEqual({ name: 'TRUST_PROXY', value: '1' });
    const codes = data.findings.map(({ code }) => code.split('.')[0]);
    expect(codes.toSorted()).toEqual(
      [
        'announced',
        'cores',
        'data',
        'descriptors',
        'memory',
        'node',
        'origin',
        'priority',
        'proxy',
        'workers',
      ].toSorted(),
    );
    for (const secret of [TOKEN, 'hunter2', room.roomId, answer.peerId, answer.resumeToken, '203.0.113.']) {
      expect(text).not.toContain(secret);
    }
    client.socket.disconnect();
  });

  test('P-187 who comes through fewer proxies than are trusted is found, by count alone', async () => {
    const found = async () => {
      const { text } = await get(url, '/api/admin/status', shown);
      const { data } = JSON.parse(text) as { data: AdminStatus };
      return data.findings.find(({ code }) => code.startsWith('proxy.'))?.code;
    };
    expect(['proxy.none', 'proxy.ok']).toContain(await found());
    const two = await startTestServer({ env: { ADMIN_TOKEN: TOKEN, TRUST_PROXY: '2' } });
    try {
      for (let tries = 0; tries < 3; tries += 1) await get(two.server.url, '/healthz', from('203.0.113.5'));
      const { text } = await get(two.server.url, '/api/admin/status', shown);
      expect(text).toContain('proxy.missing');
      expect(text).not.toContain('203.0.113.5');
    } finally {
      await two.stop();
    }
  });

  test('P-188 the caller is told how they are counted, and what was said on the way', async () => {
    const { text } = await get(url, '/api/admin/caller', from('192.0.2.77, 203.0.113.6', shown));
    expect(JSON.parse(text)).toEqual({
      ok: true,
      data: { countedAs: '203.0.113.6', forwardedFor: ['192.0.2.77', '203.0.113.6'], trustedProxies: 1 },
    });
  });

  test('P-189 the page is a document of its own, which asks for hashes of its scripts and is not kept', async () => {
    const { status, text, headers } = await get(url, '/admin', from('203.0.113.7'));
    expect([status, text, headers.get('cache-control')]).toEqual([200, 'admin', 'no-store']);
    expect(headers.get('integrity-policy')).toBe('blocked-destinations=(script)');
    expect(headers.get('content-security-policy')).toContain("default-src 'none'");
  });

  test('P-187 a token of a Room opens nothing here, and the admin token no Room', async () => {
    const room = await makeRoom(url);
    const headers = from('203.0.113.8', { authorization: `Bearer ${await room.token('host')}` });
    expect((await get(url, '/api/admin/status', headers)).status).toBe(401);
    const client = new TestClient(url, authOf(TOKEN));
    expect(await client.open()).toBe('unauthorized');
    client.socket.disconnect();
  });
});
