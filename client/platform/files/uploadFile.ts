// Sends a file: reads, seals and sends side by side, so that the line never waits for the cipher; memory holds two bodies at the most.
import type { TransferOutcome } from '#core';
import { fileChunk, fileChunks, SEALED_CHUNK_BYTES, sealedFileSize, sealFileChunk, type FileChunk } from '#e2ee';
import { persist, type Patience } from './patience.ts';
import { TransferError, type RelayCalls } from './relayCalls.ts';

/** Chunks in one body: more wins little speed (one round trip each) and costs memory and the last body's progress. */
const MOST_CHUNKS = 32;
const FIRST_CHUNKS = 4;
/** A body that took less is followed by a larger one, so that few round trips are waited for. */
const SOON_MS = 1_000;
/** One that took more is followed by a smaller one, so that progress shows and a cut line costs little. */
const LATE_MS = 6_000;

export interface Upload extends Patience {
  calls: RelayCalls;
  key: CryptoKey;
  uploadKey: string;
  size: number;
  /** The file's bytes from `from` to `to`; rejects where it cannot be read any more. */
  read(from: number, to: number): Promise<Uint8Array<ArrayBuffer>>;
  onProgress(bytes: number): void;
  /** Makes one body of the parts, good until the one after the next is made. */
  pack(parts: readonly (Uint8Array<ArrayBuffer> | ArrayBuffer)[]): Promise<Blob>;
}

export function uploadFile(upload: Upload): Promise<TransferOutcome | null> {
  const { calls, uploadKey, size } = upload;
  const sealedSize = sealedFileSize(size);
  let reached = 0;
  let chunksInBody = FIRST_CHUNKS;

  const attempt = async (): Promise<void> => {
    let offset = await calls.offset(uploadKey);
    let next: Promise<Blob> | null = null;
    while (offset < sealedSize) {
      upload.gate.signal.throwIfAborted();
      reached = Math.max(reached, offset);
      upload.onProgress(plainBytesAt(size, offset));
      const body: Blob = await (next ?? sealBody(upload, offset, chunksInBody));
      const behind = offset + body.size;
      next = behind < sealedSize ? sealBody(upload, behind, chunksInBody) : null;
      // Its failure is met where it is awaited, or is of no account.
      next?.catch(() => undefined);
      const startedMs = performance.now();
      offset = await calls.append(uploadKey, offset, body);
      chunksInBody = suited(chunksInBody, performance.now() - startedMs);
      if (offset !== behind) next = null;
    }
    upload.onProgress(size);
  };
  return persist(attempt, () => reached, upload);
}

function suited(chunks: number, tookMs: number): number {
  if (tookMs < SOON_MS) return Math.min(MOST_CHUNKS, chunks * 2);
  return tookMs > LATE_MS ? Math.max(1, Math.floor(chunks / 2)) : chunks;
}

/** Padding goes out like bytes, and is none of the file. */
function plainBytesAt(size: number, sealedOffset: number): number {
  return Math.min(size, Math.floor(sealedOffset / SEALED_CHUNK_BYTES) * fileChunk(size, 0).length);
}

async function sealBody(upload: Upload, offset: number, count: number): Promise<Blob> {
  const { size } = upload;
  const first = Math.floor(offset / SEALED_CHUNK_BYTES);
  if (first * SEALED_CHUNK_BYTES !== offset) throw new TransferError('refused');
  const length = Math.min(count, fileChunks(size) - first);
  const chunks = Array.from({ length }, (_, index) => fileChunk(size, first + index));
  const from = chunks[0]?.offset ?? 0;
  const data = await readAll(upload, chunks, from);
  const sealed = await Promise.all(chunks.map((chunk) => sealFileChunk(upload.key, chunk, bytesOf(chunk, data, from))));
  return upload.pack(sealed.flat());
}

/** In one go: each call to the disk costs a turn of another thread. */
async function readAll({ read }: Upload, chunks: readonly FileChunk[], from: number): Promise<Uint8Array<ArrayBuffer>> {
  const wanted = chunks.reduce((sum, { dataLength }) => sum + dataLength, 0);
  const data = wanted === 0 ? new Uint8Array(0) : await read(from, from + wanted);
  if (data.length !== wanted) throw new TransferError('unreadable');
  return data;
}

/** @param data the file's bytes of several chunks. What is behind the end of the file is zeros. */
function bytesOf(chunk: FileChunk, data: Uint8Array<ArrayBuffer>, from: number): Uint8Array<ArrayBuffer> {
  const start = chunk.offset - from;
  const part = data.subarray(start, start + chunk.dataLength);
  if (part.length === chunk.length) return part;
  const bytes = new Uint8Array(chunk.length);
  bytes.set(part);
  return bytes;
}
