// Chunks on their way to whoever takes them, one after the other; bounded: whoever makes them is told to pause, and to go on.

interface ChunkQueueOptions<Chunk extends { size: number }> {
  /** Resolves once the chunk was taken. */
  hand(chunk: Chunk): Promise<void>;
  /** From so many bytes on nothing more should come … */
  fullBytes: number;
  onFull(): void;
  /** … until half of them are left. */
  onRoom(): void;
  /** Once; nothing is handed on after it. */
  onFault(error: unknown): void;
}

export class ChunkQueue<Chunk extends { size: number }> {
  readonly #options: ChunkQueueOptions<Chunk>;
  #waiting: Chunk[] = [];
  #bytes = 0;
  #state: 'open' | 'full' | 'closed' = 'open';
  #handing: Promise<void> | null = null;

  constructor(options: ChunkQueueOptions<Chunk>) {
    this.#options = options;
  }

  /** Not yet taken, the one on its way included. */
  get bytes(): number {
    return this.#bytes;
  }

  push(chunk: Chunk): void {
    if (this.#state === 'closed') return;
    this.#waiting.push(chunk);
    this.#bytes += chunk.size;
    if (this.#state === 'open' && this.#bytes >= this.#options.fullBytes) {
      this.#state = 'full';
      this.#options.onFull();
    }
    this.#handing ??= this.#handAll();
  }

  /** Resolves once all that was pushed is taken, or nothing is taken any more. */
  async settled(): Promise<void> {
    await this.#handing;
  }

  /** What waits is dropped. */
  close(): void {
    this.#state = 'closed';
    this.#waiting = [];
    this.#bytes = 0;
  }

  async #handAll(): Promise<void> {
    try {
      for (let chunk = this.#waiting.shift(); chunk !== undefined; chunk = this.#waiting.shift()) {
        await this.#options.hand(chunk);
        this.#took(chunk.size);
      }
    } catch (error) {
      this.close();
      this.#options.onFault(error);
    } finally {
      this.#handing = null;
    }
  }

  #took(size: number): void {
    if (this.#state === 'closed') return;
    this.#bytes -= size;
    if (this.#state !== 'full' || this.#bytes > this.#options.fullBytes / 2) return;
    this.#state = 'open';
    this.#options.onRoom();
  }
}
