// Tokens by an injected clock, and keys that outlive the process.
import { chmod, mkdtemp, readdir, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import type { PeerId, RoomId } from '#protocol/ids';
import { ACCESS_TOKEN_TTL_MS, HOST_TOKEN_TTL_MS } from '#protocol/limits';
import { FakeClock } from '../test/FakeClock.ts';
import { createAccessTokens } from './accessTokens.ts';
import { openSigningKeys, SIGNING_KEY_FILE } from './signingKeys.ts';

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
