// What a restart has to know of a file: one small record beside its bytes, there before them and gone with them.
import { readdir, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import * as v from 'valibot';
import { FileId, Key32 } from '#protocol/ids';

const RECORD_ENDING = '.json';

const Record = v.pipe(
  v.string(),
  v.parseJson(),
  v.object({
    generation: v.pipe(v.string(), v.minLength(1), v.maxLength(64)),
    size: v.pipe(v.number(), v.safeInteger(), v.minValue(1)),
    uploadKeyHash: Key32,
    createdAtMs: v.pipe(v.number(), v.safeInteger()),
  }),
);

/** No name, no type, and of the key its SHA-256 (P-121, P-122). */
export interface KeptFile {
  readonly id: FileId;
  readonly generation: string;
  readonly size: number;
  readonly uploadKeyHash: Buffer;
  readonly createdAtMs: number;
}
export type FoundFile = KeptFile & { written: number };

/** Ids are the shelf's own: 22 characters of base64url, so no path can be made of one. */
export const bytesPath = (folder: string, id: string): string => join(folder, id);
const recordPath = (folder: string, id: string): string => join(folder, id + RECORD_ENDING);

/** Makes the record and then the empty file; rejects with the system's error. */
export async function keepFile(folder: string, { id, uploadKeyHash, ...rest }: KeptFile): Promise<void> {
  const text = JSON.stringify({ ...rest, uploadKeyHash: uploadKeyHash.toString('base64url') });
  await writeFile(recordPath(folder, id), text, { mode: 0o600, flag: 'wx' });
  await writeFile(bytesPath(folder, id), '', { mode: 0o600, flag: 'wx' });
}

/** Never rejects. Whoever reads or writes it goes on with what they opened, and it is gone after that. */
export async function eraseFile(folder: string, id: string): Promise<void> {
  for (const path of [bytesPath(folder, id), recordPath(folder, id)]) {
    await rm(path, { force: true }).catch(() => undefined);
  }
}

/** What a former server left whole; whatever else lies there is removed. */
export async function findFiles(folder: string): Promise<FoundFile[]> {
  const names = await readdir(folder);
  const found = await Promise.all(names.map((name) => readKept(folder, name)));
  const kept = found.filter((file) => file !== null);
  const known = new Set(kept.flatMap(({ id }) => [id, id + RECORD_ENDING]));
  const rest = names.filter((name) => !known.has(name));
  await Promise.all(rest.map((name) => rm(join(folder, name), { recursive: true, force: true })));
  return kept;
}

/** Null for what is no record, for one that cannot be read, and for one whose bytes are gone. */
async function readKept(folder: string, name: string): Promise<FoundFile | null> {
  const id = v.safeParse(FileId, name.endsWith(RECORD_ENDING) ? name.slice(0, -RECORD_ENDING.length) : '');
  if (!id.success) return null;
  try {
    const { uploadKeyHash, ...rest } = v.parse(Record, await readFile(join(folder, name), 'utf8'));
    const { size: written } = await stat(bytesPath(folder, id.output));
    return { id: id.output, ...rest, uploadKeyHash: Buffer.from(uploadKeyHash, 'base64url'), written };
  } catch {
    return null;
  }
}
