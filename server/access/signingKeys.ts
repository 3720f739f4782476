// The keys that sign this server's tokens: made on the first start, kept in the data folder for this user alone.
import { chmod, chown, mkdir, readFile, rename, rm, stat, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { calculateJwkThumbprint, exportJWK, generateKeyPair, importJWK } from 'jose';
import * as v from 'valibot';
import { HOST_TOKEN_TTL_MS } from '#protocol/limits';
import { randomBase64url } from '../util/secrets.ts';

const PrivateJwk = v.object({
  kty: v.literal('OKP'),
  crv: v.literal('Ed25519'),
  x: v.string(),
  d: v.string(),
  kid: v.string(),
  createdAtMs: v.number(),
});
/** Newest first. The first key signs; the others still verify until a rotation finds that nothing which they signed counts any more. */
const KeyFile = v.object({ version: v.literal(1), keys: v.pipe(v.array(PrivateJwk), v.minLength(1)) });
type PrivateJwk = v.InferOutput<typeof PrivateJwk>;

type ImportedKey = Exclude<Awaited<ReturnType<typeof importJWK>>, Uint8Array>;

export interface PublicJwk extends Record<string, unknown> {
  kty: 'OKP';
  crv: 'Ed25519';
  x: string;
  kid: string;
  use: 'sig';
  alg: 'EdDSA';
}

export interface SigningKeys {
  signing: { kid: string; key: ImportedKey };
  verifying: ReadonlyMap<string, ImportedKey>;
  published: readonly PublicJwk[];
}

export const SIGNING_KEY_FILE = 'signing-key.json';

/**
 * Reads the keys in `dataDir` or makes them (folder 0700, file 0600, written whole or not at all).
 * @throws Error naming the file when it is there and cannot be read as keys: a new one would void every token
 */
export async function openSigningKeys(dataDir: string, nowMs: number): Promise<SigningKeys> {
  await mkdir(dataDir, { recursive: true, mode: 0o700 });
  const path = join(dataDir, SIGNING_KEY_FILE);
  const stored = (await readKeys(path)) ?? (await makeKeys(path, nowMs));
  return importKeys(stored);
}

async function readKeys(path: string): Promise<PrivateJwk[] | undefined> {
  let text: string;
  try {
    text = await readFile(path, 'utf8');
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return undefined;
    throw error;
  }
  await chmod(path, 0o600);
  const parsed = v.safeParse(v.pipe(v.string(), v.parseJson(), KeyFile), text);
  if (!parsed.success) throw new Error(`${path} does not hold signing keys; restore it, or remove it to make new ones`);
  return parsed.output.keys;
}

/**
 * Puts a new key before those in `dataDir`, for the next start, and takes away those whose last token has ended.
 * @returns how many keys still verify beside the new one, and how many are gone
 * @throws Error where there are no keys, or none that can be read
 */
export async function rotateSigningKeys(dataDir: string, nowMs: number): Promise<{ kept: number; dropped: number }> {
  const path = join(dataDir, SIGNING_KEY_FILE);
  const stored = await readKeys(path);
  if (stored === undefined) throw new Error(`${path} is not there; the first start of a server makes it`);
  // A key signed until the one before it in the file was made, and no token lasts longer than a host's.
  const kept = stored.filter((_, index) => (stored[index - 1]?.createdAtMs ?? nowMs) > nowMs - HOST_TOKEN_TTL_MS);
  await writeKeys(path, [await newKey(nowMs), ...kept]);
  return { kept: kept.length, dropped: stored.length - kept.length };
}

async function makeKeys(path: string, nowMs: number): Promise<PrivateJwk[]> {
  const keys = [await newKey(nowMs)];
  await writeKeys(path, keys);
  return keys;
}

async function newKey(nowMs: number): Promise<PrivateJwk> {
  const { privateKey } = await generateKeyPair('EdDSA', { crv: 'Ed25519', extractable: true });
  const jwk = await exportJWK(privateKey);
  const kid = await calculateJwkThumbprint(jwk);
  return v.parse(PrivateJwk, { ...jwk, kid, createdAtMs: nowMs });
}

/** Whole or not at all, and of the owner that the file had: root may rotate the keys of a server that is not root. */
async function writeKeys(path: string, keys: readonly PrivateJwk[]): Promise<void> {
  const owner = await stat(path).catch(() => null);
  const temporary = `${path}.${randomBase64url(6)}`;
  try {
    await writeFile(temporary, JSON.stringify({ version: 1, keys }), { mode: 0o600, flag: 'wx', flush: true });
    if (owner !== null) await chown(temporary, owner.uid, owner.gid);
    await rename(temporary, path);
  } catch (error) {
    await rm(temporary, { force: true });
    throw error;
  }
}

async function importKeys(stored: readonly PrivateJwk[]): Promise<SigningKeys> {
  const [first] = stored;
  if (first === undefined) throw new Error('no signing key');
  const verifying = new Map<string, ImportedKey>();
  const published: PublicJwk[] = [];
  for (const { kty, crv, x, kid } of stored) {
    verifying.set(kid, await asKey({ kty, crv, x }));
    published.push({ kty, crv, x, kid, use: 'sig', alg: 'EdDSA' });
  }
  const { kty, crv, x, d, kid } = first;
  return { signing: { kid, key: await asKey({ kty, crv, x, d }) }, verifying, published };
}

async function asKey(jwk: { kty: 'OKP'; crv: 'Ed25519'; x: string; d?: string }): Promise<ImportedKey> {
  const key = await importJWK(jwk, 'EdDSA');
  if (key instanceof Uint8Array) throw new Error('not an asymmetric key');
  return key;
}
