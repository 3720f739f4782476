// Reads a stream in lengths of ours instead of its own, into one buffer that is used again and again.

type Bytes = Uint8Array<ArrayBuffer>;

/** Takes at most what is left of `into` from `at` on, and gives back the buffer, which the stream may have moved; null at the end. */
interface Pieces {
  read(into: ArrayBuffer, at: number, length: number): Promise<{ buffer: ArrayBuffer; count: number } | null>;
  cancel(): Promise<void>;
}

/**
 * What a platform hands out in pieces of its own is a new buffer each time, and new memory costs more than what is done with it; so
 * it writes into ours where it can.
 */
export class ByteReader {
  readonly #pieces: Pieces;
  #buffer = new ArrayBuffer(0);

  constructor(stream: ReadableStream<Bytes>) {
    this.#pieces = intoOurs(stream) ?? fromTheirs(stream);
  }

  /** The next `length` bytes, good until the next call; null where the stream ends before them, whose rest is dropped. */
  async next(length: number): Promise<Bytes | null> {
    if (this.#buffer.byteLength < length) this.#buffer = new ArrayBuffer(length);
    let filled = 0;
    while (filled < length) {
      const piece = await this.#pieces.read(this.#buffer, filled, length - filled);
      if (piece === null) return null;
      this.#buffer = piece.buffer;
      filled += piece.count;
    }
    return new Uint8Array(this.#buffer, 0, length);
  }

  /** Never throws, and waits for nothing. */
  close(): void {
    this.#pieces.cancel().catch(() => undefined);
  }
}

/** Null where the stream cannot: it is none of bytes, or the platform has no such reader. */
function intoOurs(stream: ReadableStream<Bytes>): Pieces | null {
  let reader: ReadableStreamBYOBReader;
  try {
    reader = stream.getReader({ mode: 'byob' });
  } catch {
    return null;
  }
  return {
    async read(into, at, length) {
      const { done, value } = await reader.read(new Uint8Array(into, at, length));
      return done ? null : { buffer: value.buffer, count: value.length };
    },
    cancel: () => reader.cancel(),
  };
}

function fromTheirs(stream: ReadableStream<Bytes>): Pieces {
  const reader = stream.getReader();
  let piece: Bytes = new Uint8Array(0);
  return {
    async read(into, at, length) {
      if (piece.length === 0) {
        const { done, value } = await reader.read();
        if (done) return null;
        piece = value;
      }
      const part = piece.subarray(0, length);
      new Uint8Array(into, at).set(part);
      piece = piece.subarray(part.length);
      return { buffer: into, count: part.length };
    },
    cancel: () => reader.cancel(),
  };
}
