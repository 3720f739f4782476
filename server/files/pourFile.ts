// Hands out a file's bytes from one position on, and waits for those that its sender has not sent yet.
import { open } from 'node:fs/promises';
import type { ServerResponse } from 'node:http';
import type { FileId } from '#protocol/ids';
import { FILE_TAIL_WAIT_MS } from '#protocol/limits';
import type { FileShelf } from './FileShelf.ts';

/** Read at once: more is memory for each receiver, less is more turns of the event loop. */
const READ_BYTES = 512 * 1024;

interface Turn {
  buffer: Buffer;
  /** When what was in it last has gone out. */
  isFree: Promise<void>;
}
const newTurn = (): Turn => ({ buffer: Buffer.allocUnsafeSlow(READ_BYTES), isFree: Promise.resolve() });

/**
 * Ends early where nothing more came for a while: the receiver asks again from where it is. One that is dropped meanwhile breaks off.
 */
export async function pourFile(
  response: ServerResponse,
  shelf: FileShelf,
  { id, path, from }: { id: FileId; path: string; from: number },
): Promise<void> {
  const file = await open(path, 'r');
  // One is read into while the other goes out. New ones for each piece would have the collector run over the whole heap several times a second.
  const turns: [Turn, Turn] = [newTurn(), newTurn()];
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
      turns.reverse();
      const [turn] = turns;
      await turn.isFree;
      const length = Math.min(READ_BYTES, progress.readable - position);
      const { bytesRead } = await file.read(turn.buffer, 0, length, position);
      if (bytesRead === 0) return void response.destroy();
      position += bytesRead;
      turn.isFree = written(response, turn.buffer.subarray(0, bytesRead));
    }
    response.end();
  } finally {
    await file.close();
  }
}

/** Resolves once the bytes are the system's, or whoever reads has gone. */
function written(response: ServerResponse, bytes: Buffer): Promise<void> {
  return new Promise((resolve) => {
    const done = (): void => {
      response.off('close', done);
      resolve();
    };
    response.once('close', done);
    response.write(bytes, done);
  });
}
