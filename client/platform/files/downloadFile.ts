// Fetches a file: chunks are opened several at a time as they come, and written in their order; memory holds a few of them.
import type { TransferOutcome } from '#core';
import { FILE_CHUNK_BYTES, fileChunk, fileChunks, openFileChunk, sealedFileSize } from '#e2ee';
import { ByteReader } from './ByteReader.ts';
import { persist, type Patience } from './patience.ts';
import { TransferError, type RelayCalls } from './relayCalls.ts';
import type { Sink } from './sinks.ts';

/** Being opened at once: as many as keep the cipher's threads busy; each costs 1 MiB. */
const OPENED_AT_ONCE = 4;

const LEAST_TAIL_MS = 1_000;

export interface Download extends Patience {
  calls: RelayCalls;
  key: CryptoKey;
  size: number;
  sink: Sink;
  onProgress(bytes: number): void;
  onChecking(): void;
}

export async function downloadFile(download: Download): Promise<TransferOutcome | null> {
  const { calls, size, sink, onProgress } = download;
  const count = fileChunks(size);
  // Written in order: so many whole chunks are there already.
  let done = Math.min(count - 1, Math.floor(sink.length / FILE_CHUNK_BYTES));
  const attempt = async (): Promise<void> => {
    onProgress(Math.min(size, done * FILE_CHUNK_BYTES));
    while (done < count) {
      const stream = await calls.read(fileChunk(size, done).sealedOffset, sealedFileSize(size));
      const [before, startedMs] = [done, performance.now()];
      for await (const bytes of openedChunks(download, stream, done)) {
        await sink.write(bytes, done * FILE_CHUNK_BYTES);
        done += 1;
        onProgress(Math.min(size, done * FILE_CHUNK_BYTES));
      }
      // Ended without a chunk: the sender has sent none for a while (P-125). At once, it is nothing to ask for again at once.
      if (done === before && performance.now() - startedMs < LEAST_TAIL_MS) throw new Error('nothing came');
    }
  };
  const outcome = await persist(attempt, () => done, download);
  if (outcome !== 'done') return outcome;
  download.onChecking();
  return (await sink.finish(size)) ?? 'done';
}

/**
 * The opened bytes of each whole chunk of the stream, in order, each as soon as it is opened: a stream that stands still keeps nothing
 * back of what came. Throws TransferError `damaged` before it hands on what is behind.
 */
async function* openedChunks(
  { key, size }: Download,
  stream: ReadableStream<Uint8Array<ArrayBuffer>>,
  first: number,
): AsyncGenerator<Uint8Array<ArrayBuffer>> {
  const reader = new ByteReader(stream);
  const count = fileChunks(size);
  let index = first;
  const opening: ReturnType<typeof openFileChunk>[] = [];
  let coming: Promise<'came' | 'over'> | null = null;
  /** A part of a chunk at the end of the stream is dropped. */
  const next = async (): Promise<'came' | 'over'> => {
    const chunk = index < count ? fileChunk(size, index++) : null;
    const sealed = chunk && (await reader.next(chunk.sealedLength));
    if (chunk === null || sealed === null) return 'over';
    // The cipher copies it at once, so the reader may write over it.
    opening.push(openFileChunk(key, chunk, sealed));
    return 'came';
  };
  let isOver = false;
  try {
    while (!isOver || opening.length > 0) {
      if (!isOver && opening.length < OPENED_AT_ONCE) coming ??= next();
      const what = await Promise.race([...(coming ? [coming] : []), ...opening.slice(0, 1).map(isOpened)]);
      if (what === 'opened') yield await taken(opening);
      else coming = null;
      isOver ||= what === 'over';
    }
  } finally {
    reader.close();
  }
}
const isOpened = async (one: ReturnType<typeof openFileChunk>): Promise<'opened'> => {
  await one;
  return 'opened';
};

async function taken(opening: ReturnType<typeof openFileChunk>[]): Promise<Uint8Array<ArrayBuffer>> {
  const result = await opening.shift();
  if (result?.ok !== true) throw new TransferError('damaged');
  return result.bytes;
}
