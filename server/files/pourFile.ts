// Hands out a file's bytes from one position on, and waits for those that its sender has not sent yet.
import { open } from 'node:fs/promises';
import type { ServerResponse } from 'node:http';
import type { FileId } from '#protocol/ids';
import { FILE_TAIL_WAIT_MS } from '#protocol/limits';
import type { FileShelf } from './FileShelf.ts';

/** Read at once: more is memory for each receiver, less is more turns of the event loop. */
const READ_BYTES = 1024 * 1024;

/**
 * Ends early where nothing more came for a while: the receiver asks again from where it is. One that is dropped meanwhile breaks off.
 */
export async function pourFile(
  response: ServerResponse,
  shelf: FileShelf,
  { id, path, from }: { id: FileId; path: string; from: number },
): Promise<void> {
  const file = await open(path, 'r');
  try {
    let position = from;
    while (!response.destroyed) {
      const progress = shelf.progressOf(id);
      if (progress === null) return void response.destroy();
      if (position >= progress.size) break;
      if (position >= progress.readable) {
        await shelf.moreThan(id, position, FILE_TAIL_WAIT_MS);
        if ((shelf.progressOf(id)?.readable ?? Infinity) <= position) break;
        continue;
      }
      const length = Math.min(READ_BYTES, progress.readable - position);
      const { bytesRead, buffer } = await file.read(Buffer.allocUnsafe(length), 0, length, position);
      if (bytesRead === 0) return void response.destroy();
      position += bytesRead;
      if (!response.write(buffer.subarray(0, bytesRead))) await drained(response);
    }
    response.end();
  } finally {
    await file.close();
  }
}

/** Resolves, too, when whoever reads has gone. */
function drained(response: ServerResponse): Promise<void> {
  return new Promise((resolve) => {
    const done = () => {
      response.off('drain', done).off('close', done);
      resolve();
    };
    response.once('drain', done).once('close', done);
    if (response.destroyed) done();
  });
}
