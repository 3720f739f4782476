// Chunks of files: each opens in its own place under its own key, and nowhere else; sizes are rounded up.
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { FILE_BLOCK_BYTES } from '#protocol/limits';
import { concatBytes } from '../util/bytes.ts';
import { createFileKey, importFileKey, openFileChunk, sealFileChunk } from './chunkCipher.ts';
import {
  FILE_CHUNK_BYTES,
  fileChunk,
  fileChunks,
  paddedFileSize,
  SEALED_CHUNK_BYTES,
  sealedFileSize,
  type FileChunk,
} from './layout.ts';

const SIZE = 2 * FILE_CHUNK_BYTES + 5_000;
const someKey = () => importFileKey(createFileKey());

async function seal(key: CryptoKey, chunk: FileChunk, fill: number) {
  const plaintext = new Uint8Array(chunk.length).fill(fill, 0, chunk.dataLength);
  const [nonce, sealed] = await sealFileChunk(key, chunk, plaintext);
  return concatBytes(nonce, new Uint8Array(sealed));
}

describe('a sealed chunk', () => {
  it('E-111 opens in its place under its key, without its padding', async () => {
    const key = await someKey();
    for (let index = 0; index < fileChunks(SIZE); index += 1) {
      const chunk = fileChunk(SIZE, index);
      const opened = await openFileChunk(key, chunk, await seal(key, chunk, 7));
      expect(opened).toEqual({ ok: true, bytes: new Uint8Array(chunk.dataLength).fill(7) });
    }
  });

  it('E-111 is sealed anew with another nonce, so that nothing is given away where its bytes changed meanwhile', async () => {
    const key = await someKey();
    const chunk = fileChunk(5_000, 0);
    const nonces = await Promise.all(
      Array.from({ length: 50 }, async (_, fill) => (await seal(key, chunk, fill)).subarray(0, 12).join()),
    );
    expect(new Set(nonces).size).toBe(50);
  });

  it('E-112 does not open in another place, as the last one, from another file, or changed by a bit', async () => {
    const [key, other] = [await someKey(), await someKey()];
    const [first, second] = [fileChunk(SIZE, 0), fileChunk(SIZE, 1)];
    const sealed = await seal(key, first, 1);
    const refused = { ok: false, fault: 'damaged' };
    expect(await openFileChunk(key, second, sealed)).toEqual(refused);
    // Cut off behind the first chunk: a shorter file would end with this one.
    expect(await openFileChunk(key, { ...first, isLast: true }, sealed)).toEqual(refused);
    expect(await openFileChunk(other, first, sealed)).toEqual(refused);
    for (const at of [0, 11, 12, 5_000, sealed.length - 1]) {
      const changed = sealed.slice();
      changed[at] = (changed[at] ?? 0) ^ 1;
      expect(await openFileChunk(key, first, changed)).toEqual(refused);
    }
    expect(await openFileChunk(key, first, sealed.slice(0, -1))).toEqual(refused);
    expect((await openFileChunk(key, first, sealed)).ok).toBe(true);
  });

  it('E-110 the key’s bytes are wiped once it is imported, and it cannot be exported', async () => {
    const raw = createFileKey();
    expect(raw.some((byte) => byte !== 0)).toBe(true);
    const key = await importFileKey(raw);
    expect(raw).toEqual(new Uint8Array(32));
    await expect(crypto.subtle.exportKey('raw', key)).rejects.toThrow();
    await expect(importFileKey(new Uint8Array(16))).rejects.toThrow(RangeError);
  });

  it('E-111 a chunk of another length is refused before it is sealed', async () => {
    const key = await someKey();
    const chunk = fileChunk(SIZE, 0);
    await expect(sealFileChunk(key, chunk, new Uint8Array(chunk.length - 1))).rejects.toThrow(RangeError);
    expect((await seal(key, chunk, 1)).length).toBe(chunk.sealedLength);
  });
});

describe('the layout of a file', () => {
  it('E-113 chunks follow each other without a hole, cover the file, and only the last one is the last', () => {
    const sizes = [
      0,
      1,
      1_024,
      FILE_CHUNK_BYTES - 1,
      FILE_CHUNK_BYTES,
      FILE_CHUNK_BYTES + 1,
      SIZE,
      50 * FILE_CHUNK_BYTES,
    ];
    for (const size of sizes) {
      const chunks = Array.from({ length: fileChunks(size) }, (_, index) => fileChunk(size, index));
      let [offset, sealedOffset, data] = [0, 0, 0];
      for (const chunk of chunks) {
        expect([chunk.offset, chunk.sealedOffset]).toEqual([offset, sealedOffset]);
        offset += chunk.length;
        sealedOffset += chunk.sealedLength;
        data += chunk.dataLength;
      }
      expect([offset, sealedOffset, data]).toEqual([paddedFileSize(size), sealedFileSize(size), size]);
      expect(chunks.map(({ isLast }) => isLast).indexOf(true)).toBe(chunks.length - 1);
      expect(() => fileChunk(size, chunks.length)).toThrow(RangeError);
    }
  });

  it('E-113 a size is rounded up by 12 % at most, small files all to one, and sizes near each other look alike', () => {
    fc.assert(
      fc.property(fc.integer({ min: 1_025, max: 2 ** 45 }), (size) => {
        const padded = paddedFileSize(size);
        expect(padded).toBeGreaterThanOrEqual(size);
        expect(padded / size).toBeLessThanOrEqual(1.12);
        expect(paddedFileSize(padded)).toBe(padded);
      }),
    );
    expect([0, 1, 1_000, 1_024].map(paddedFileSize)).toEqual([1_024, 1_024, 1_024, 1_024]);
    expect(paddedFileSize(1_000_001)).toBe(paddedFileSize(1_010_000));
    expect(paddedFileSize(2 ** 31)).toBe(2 ** 31);
  });

  it('E-113 a sealed chunk is what the server takes an upload up again at', () => {
    expect(SEALED_CHUNK_BYTES).toBe(FILE_BLOCK_BYTES);
  });
});
