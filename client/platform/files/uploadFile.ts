// Sends a file: reads, seals and sends side by side, so that the line never waits for the cipher; memory holds a few chunks.
import type { TransferOutcome } from '#core';
import { fileChunk, fileChunks, SEALED_CHUNK_BYTES, sealedFileSize, sealFileChunk, type FileChunk } from '#e2ee';
import type { Bodies, BodyPart } from './bodies.ts';
import { ByteReader } from './ByteReader.ts';
import { persist, type Patience } from './patience.ts';
import { TransferError, type RelayCalls } from './relayCalls.ts';

/** Chunks in one body: more wins little speed (one round trip each) and costs the last body's progress. */
const MOST_CHUNKS = 64;
const FIRST_CHUNKS = 8;
/** Being sealed at once: as many as keep the cipher's threads busy; each costs 1 MiB. */
const SEALED_AT_ONCE = 4;
/** A body that took less is followed by a larger one, so that few round trips are waited for. */
const SOON_MS = 1_000;
/** One that took more is followed by a smaller one, so that progress shows and a cut line costs little. */
const LATE_MS = 6_000;

export interface Upload extends Patience {
  calls: RelayCalls;
  key: CryptoKey;
  uploadKey: string;
  size: number;
  /** The file's bytes from `from` to `to`; where it cannot be read any more, the stream fails or ends sooner. */
  read(from: number, to: number): ReadableStream<Uint8Array<ArrayBuffer>>;
  onProgress(bytes: number): void;
  bodies: Bodies;
}

export function uploadFile(upload: Upload): Promise<TransferOutcome | null> {
  const { calls, uploadKey, size } = upload;
  const sealedSize = sealedFileSize(size);
  let reached = 0;
  let chunksInBody = FIRST_CHUNKS;

  const attempt = async (): Promise<void> => {
    let offset = await calls.offset(uploadKey);
    let next: Promise<Blob> | null = null;
    const seal = (from: number): Promise<Blob> => {
      const body = sealBody(upload, from, chunksInBody);
      // Its failure is met where it is awaited, or is of no account.
      body.catch(() => undefined);
      return body;
    };
    try {
      while (offset < sealedSize) {
        upload.gate.signal.throwIfAborted();
        reached = Math.max(reached, offset);
        upload.onProgress(plainBytesAt(size, offset));
        const body: Blob = await (next ?? seal(offset));
        const [behind, startedMs]: [number, number] = [offset + body.size, performance.now()];
        next = behind < sealedSize ? seal(behind) : null;
        offset = await calls.append(uploadKey, offset, body);
        chunksInBody = suited(chunksInBody, performance.now() - startedMs);
        if (offset === behind) continue;
        await next?.catch(() => undefined);
        next = null;
      }
    } finally {
      // Whoever seals after it finds both places for bodies free.
      await next?.catch(() => undefined);
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
  const { size, bodies } = upload;
  const first = Math.floor(offset / SEALED_CHUNK_BYTES);
  if (first * SEALED_CHUNK_BYTES !== offset) throw new TransferError('refused');
  const length = Math.min(count, fileChunks(size) - first);
  const chunks = Array.from({ length }, (_, index) => fileChunk(size, first + index));
  return bodies.make(sealed(upload, chunks));
}

/** The chunks one after the other, several being sealed at a time. */
async function* sealed({ key, gate, read }: Upload, chunks: readonly FileChunk[]): AsyncGenerator<BodyPart> {
  // Of this attempt: the next one has another.
  const { signal } = gate;
  const from = chunks[0]?.offset ?? 0;
  const source = new ByteReader(read(from, from + chunks.reduce((sum, { dataLength }) => sum + dataLength, 0)));
  const close = (): void => source.close();
  signal.addEventListener('abort', close, { once: true });
  const sealing: ReturnType<typeof sealFileChunk>[] = [];
  try {
    for (const chunk of chunks) {
      const data = await source.next(chunk.dataLength).catch(() => null);
      signal.throwIfAborted();
      if (data === null) throw new TransferError('unreadable');
      // The cipher copies it at once, so the reader may write over it.
      sealing.push(sealFileChunk(key, chunk, padded(data, chunk.length)));
      if (sealing.length === SEALED_AT_ONCE) yield* (await sealing.shift()) ?? [];
    }
    for (const one of sealing) yield* await one;
  } finally {
    signal.removeEventListener('abort', close);
    close();
  }
}

/** What is behind the end of the file is zeros. */
function padded(data: Uint8Array<ArrayBuffer>, length: number): Uint8Array<ArrayBuffer> {
  if (data.length === length) return data;
  const bytes = new Uint8Array(length);
  bytes.set(data);
  return bytes;
}
