// Owns the question "has this changed since?": digests of files and folders, kept in small stamp files.
import { createHash } from 'node:crypto';
import fs from 'node:fs';
import path from 'node:path';

/**
 * A digest of named contents that does not depend on their order.
 * @param {Iterable<readonly [name: string, content: string | Uint8Array]>} entries
 * @returns {string} SHA-256 in hex
 */
export const digestEntries = (entries) => {
  const hash = createHash('sha256');
  const sorted = [...entries].sort(([a], [b]) => (a < b ? -1 : a > b ? 1 : 0));
  for (const [name, content] of sorted) {
    // Lengths first, so that no two different lists of entries read as the same bytes.
    hash.update(`${Buffer.byteLength(name)}:${name}:${Buffer.byteLength(content)}:`).update(content);
  }
  return hash.digest('hex');
};

/** Every file under `target` (or `target` itself), as paths relative to `root`; nothing where it does not exist. */
export const listFiles = (root, target) => {
  const full = path.join(root, target);
  const stat = fs.statSync(full, { throwIfNoEntry: false });
  if (!stat) return [];
  if (stat.isFile()) return [target];
  return fs
    .readdirSync(full, { withFileTypes: true })
    .flatMap((entry) => (entry.isDirectory() || entry.isFile() ? listFiles(root, path.join(target, entry.name)) : []));
};

/** Digest of files and folders below `root`; `keep` may leave files out. */
export const digestPaths = (root, targets, keep = () => true) =>
  digestEntries(
    targets
      .flatMap((target) => listFiles(root, target))
      .filter(keep)
      .map((file) => [file, fs.readFileSync(path.join(root, file))]),
  );

/** The digest in a stamp file, or undefined. */
export const readStamp = (file) => {
  try {
    return fs.readFileSync(file, 'utf8').trim();
  } catch {
    return undefined;
  }
};

export const writeStamp = (file, digest) => {
  fs.mkdirSync(path.dirname(file), { recursive: true });
  fs.writeFileSync(file, `${digest}\n`);
};
