// Tokens by an injected clock, and keys that outlive the process.
import { chmod, chown, mkdtemp, readdir, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { spawnSync } from 'node:child_process';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import type { PeerId, RoomId } from '#protocol/ids';
import { ACCESS_TOKEN_TTL_MS, HOST_TOKEN_TTL_MS } from '#protocol/limits';
import { FakeClock } from '../test/FakeClock.ts';
import { createAccessTokens } from './accessTokens.ts';
import { IssuedTokens } from './IssuedTokens.ts';
import { openSigningKeys, rotateSigningKeys, SIGNING_KEY_FILE } from './signingKeys.ts';

const roomId = 'r'.repeat(22) as RoomId;
const peerId = 'p'.repeat(16) as PeerId;
const admission = { roomId, generation: 'g1', peerId, role: 'member', linkGeneration: 3 } as const;

let folder: string;
let clock: FakeClock;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'conclave-keys-'));
  clock = new FakeClock();
});
afterEach(() => rm(folder, { recursive: true, force: true }));

const open = async (dataDir = join(folder, 'data')) =>
  createAccessTokens(await openSigningKeys(dataDir, clock.now()), clock);

describe('access tokens', () => {
  test('a token says who was admitted, where and until when, until it expires', async () => {
    const tokens = await open();
    const { token, expiresAtMs } = await tokens.issueAccess(admission);
    expect(expiresAtMs).toBe(clock.now() + ACCESS_TOKEN_TTL_MS);
    // The first time as it was made, then by its signature.
    expect(await tokens.verifyAccess(token)).toEqual({ ...admission, expiresAtMs });
    expect(await tokens.verifyAccess(token)).toEqual({ ...admission, expiresAtMs });
    clock.advance(ACCESS_TOKEN_TTL_MS);
    await expect(tokens.verifyAccess(token)).rejects.toMatchObject({ code: 'token_expired' });
  });

  test('neither kind of token passes for the other', async () => {
    const tokens = await open();
    const access = (await tokens.issueAccess(admission)).token;
    const host = (await tokens.issueHost(admission)).token;
    expect(await tokens.verifyHost(host)).toEqual({ roomId, generation: 'g1' });
    await expect(tokens.verifyHost(access)).rejects.toMatchObject({ code: 'unauthorized' });
    await expect(tokens.verifyAccess(host)).rejects.toMatchObject({ code: 'unauthorized' });
    clock.advance(HOST_TOKEN_TTL_MS);
    await expect(tokens.verifyHost(host)).rejects.toMatchObject({ code: 'token_expired' });
  });

  test('P-13 a token counts the first time without a look at its signature, and each further time by that alone', async () => {
    const keys = await openSigningKeys(join(folder, 'data'), clock.now());
    const tokens = createAccessTokens({ ...keys, verifying: new Map() }, clock);
    const { token, expiresAtMs } = await tokens.issueAccess(admission);
    const forged = `${token.slice(0, token.lastIndexOf('.'))}.${'A'.repeat(86)}`;
    await expect(tokens.verifyAccess(forged)).rejects.toMatchObject({ code: 'unauthorized' });
    expect(await tokens.verifyAccess(token)).toEqual({ ...admission, expiresAtMs });
    await expect(tokens.verifyAccess(token)).rejects.toMatchObject({ code: 'unauthorized' });
  });

  test('a token that nobody showed until it ended is expired, and shown as a former one it was never forgotten', async () => {
    const tokens = await open();
    const { token, expiresAtMs } = await tokens.issueAccess(admission);
    clock.advance(ACCESS_TOKEN_TTL_MS);
    await expect(tokens.verifyAccess(token)).rejects.toMatchObject({ code: 'token_expired' });
    const issuedAtMs = expiresAtMs - ACCESS_TOKEN_TTL_MS;
    expect(await tokens.verifyFormer(token)).toEqual({ ...admission, expiresAtMs, issuedAtMs });
  });

  test('of those made and not shown, only the newest are remembered, and none that ended', () => {
    const issued = new IssuedTokens(2);
    const until = (expiresAtMs: number) => ({ ...admission, expiresAtMs });
    for (const token of ['a', 'b', 'c']) issued.remember(token, until(100), 0);
    expect(['a', 'b', 'c'].map((token) => issued.take(token, 0))).toEqual([null, until(100), until(100)]);
    issued.remember('d', until(200), 0);
    issued.remember('e', until(300), 200);
    // Back in time, to see what is there.
    expect([issued.take('d', 0), issued.take('e', 300), issued.take('e', 0)]).toEqual([null, null, null]);
  });

  test('a token of other keys is unauthorized', async () => {
    const [ours, theirs] = [await open(), await open(join(folder, 'other'))];
    const { token } = await theirs.issueAccess(admission);
    await expect(ours.verifyAccess(token)).rejects.toMatchObject({ code: 'unauthorized' });
  });
});

describe('signing keys', () => {
  test('the first start makes the file for this user alone, the next start reads the same keys', async () => {
    const dataDir = join(folder, 'data');
    const first = await open(dataDir);
    const { token } = await first.issueAccess(admission);
    expect((await stat(dataDir)).mode & 0o777).toBe(0o700);
    expect((await stat(join(dataDir, SIGNING_KEY_FILE))).mode & 0o777).toBe(0o600);
    expect(await readdir(dataDir)).toEqual([SIGNING_KEY_FILE]);
    const second = await open(dataDir);
    expect(second.jwks()).toEqual(first.jwks());
    expect((await second.verifyAccess(token)).peerId).toBe(peerId);
  });

  test('a file that others could read is closed to them again', async () => {
    const dataDir = join(folder, 'data');
    await open(dataDir);
    await chmod(join(dataDir, SIGNING_KEY_FILE), 0o644);
    await open(dataDir);
    expect((await stat(join(dataDir, SIGNING_KEY_FILE))).mode & 0o777).toBe(0o600);
  });

  test('a broken file stops the start and is left as it is', async () => {
    const path = join(folder, SIGNING_KEY_FILE);
    await writeFile(path, '{"version":1,"keys":[]}');
    await expect(open(folder)).rejects.toThrow(/restore it, or remove it/);
    expect(await readFile(path, 'utf8')).toBe('{"version":1,"keys":[]}');
  });

  test('a key put before the old one signs, and what the old one signed still counts', async () => {
    const dataDir = join(folder, 'data');
    const before = (await (await open(dataDir)).issueAccess(admission)).token;
    await open(join(folder, 'next'));
    const read = async (dir: string) => JSON.parse(await readFile(join(dir, SIGNING_KEY_FILE), 'utf8'));
    const [old, next] = [await read(dataDir), await read(join(folder, 'next'))];
    const keys = [...next.keys, ...old.keys];
    await writeFile(join(dataDir, SIGNING_KEY_FILE), JSON.stringify({ version: 1, keys }));
    const rotated = await open(dataDir);
    expect(rotated.jwks().keys.map(({ kid }) => kid)).toEqual(keys.map(({ kid }) => kid));
    expect((await rotated.verifyAccess(before)).peerId).toBe(peerId);
    expect((await rotated.verifyAccess((await rotated.issueAccess(admission)).token)).peerId).toBe(peerId);
  });

  test('no private part is ever published', async () => {
    expect(JSON.stringify((await open()).jwks())).not.toMatch(/"d":/);
  });
});

describe('rotating signing keys', () => {
  const kidsOf = async (dataDir: string) => {
    const { keys } = JSON.parse(await readFile(join(dataDir, SIGNING_KEY_FILE), 'utf8')) as { keys: { kid: string }[] };
    return keys.map(({ kid }) => kid);
  };

  test('tokens of before a rotation stay valid until they end, and new ones are signed by the new key', async () => {
    const dataDir = join(folder, 'data');
    const before = await open(dataDir);
    const { token: access } = await before.issueAccess(admission);
    const { token: host } = await before.issueHost(admission);
    expect(await rotateSigningKeys(dataDir, clock.now())).toEqual({ kept: 1, dropped: 0 });
    const after = await open(dataDir);
    expect(await after.verifyAccess(access)).toMatchObject({ peerId });
    const { token: fresh } = await after.issueHost(admission);
    await expect(before.verifyHost(fresh)).rejects.toMatchObject({ code: 'unauthorized' });
    expect(after.jwks().keys).toHaveLength(2);
    clock.advance(HOST_TOKEN_TTL_MS - 1_000);
    expect(await after.verifyHost(host)).toEqual({ roomId, generation: 'g1' });
  });

  test('a key goes with the rotation after its last token has ended, and not before', async () => {
    const dataDir = join(folder, 'data');
    await open(dataDir);
    const [first] = await kidsOf(dataDir);
    // It signs until here, however long that was.
    clock.advance(3 * HOST_TOKEN_TTL_MS);
    expect(await rotateSigningKeys(dataDir, clock.now())).toEqual({ kept: 1, dropped: 0 });
    clock.advance(HOST_TOKEN_TTL_MS - 1_000);
    expect(await rotateSigningKeys(dataDir, clock.now())).toEqual({ kept: 2, dropped: 0 });
    expect(await kidsOf(dataDir)).toContain(first);
    clock.advance(1_000);
    expect(await rotateSigningKeys(dataDir, clock.now())).toEqual({ kept: 2, dropped: 1 });
    expect(await kidsOf(dataDir)).not.toContain(first);
  });

  test('the file stays this user’s alone, and its owner’s where somebody else rotates', async () => {
    const dataDir = join(folder, 'data');
    await open(dataDir);
    const path = join(dataDir, SIGNING_KEY_FILE);
    const isRoot = process.getuid?.() === 0;
    if (isRoot) await chown(path, 65_534, 65_534);
    const { uid } = await stat(path);
    await rotateSigningKeys(dataDir, clock.now());
    const rotated = await stat(path);
    expect([rotated.uid, rotated.mode & 0o777]).toEqual([uid, 0o600]);
    expect(await readdir(dataDir)).toEqual([SIGNING_KEY_FILE]);
  });

  test('where no server ever started there is nothing to rotate, and the command says so', async () => {
    const dataDir = join(folder, 'none');
    await expect(rotateSigningKeys(dataDir, clock.now())).rejects.toThrow('the first start of a server makes it');
    const command = join(import.meta.dirname, '../rotateKeys.ts');
    const run = (name: string) =>
      spawnSync(process.execPath, [command], { env: { DATA_DIR: join(folder, name) }, encoding: 'utf8' });
    expect(run('none')).toMatchObject({ status: 1, stdout: '', stderr: expect.stringContaining('first start') });
    await open(join(folder, 'data'));
    expect(run('data')).toMatchObject({
      status: 0,
      stdout: 'A new key signs from the next start on; 1 still verify, 0 are gone.\n',
      stderr: '',
    });
  });
});
