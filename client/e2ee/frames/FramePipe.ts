// One track's way through the worker: reads frames, lets several be worked on at once, and writes them in the order they came.
import type { EncodedFrame } from './encodedFrame.ts';

/**
 * Frames of one track being worked on or written. 25 in flight reached WebCrypto's full speed in both browsers; past this the
 * platform's own queue fills, which drops late media sooner than we would.
 */
const FRAMES_IN_FLIGHT = 64;

/** One place in the order; `frame` stays undefined until its work is done, and is null where it was dropped. */
interface Slot {
  frame: EncodedFrame | null | undefined;
}

export class FramePipe {
  readonly #reader: ReadableStreamDefaultReader<EncodedFrame>;
  readonly #writer: WritableStreamDefaultWriter<EncodedFrame>;
  readonly #onFrame: (frame: EncodedFrame) => void;
  #closed = false;
  #slots: Slot[] = [];
  #writing = 0;
  #wake: (() => void) | null = null;

  /** `onFrame` must not throw; it answers, now or later, through `push`. Throws TypeError where a stream is in use already. */
  constructor(readable: ReadableStream, writable: WritableStream, onFrame: (frame: EncodedFrame) => void) {
    this.#reader = readable.getReader();
    this.#writer = writable.getWriter();
    this.#onFrame = onFrame;
    this.#writer.closed.catch(() => this.close());
    void this.#run();
  }

  get closed(): boolean {
    return this.#closed;
  }

  /** Takes the next place in the order for a frame; null means that it was dropped. */
  push(work: Promise<EncodedFrame | null>): void {
    const slot: Slot = { frame: undefined };
    this.#slots.push(slot);
    const settle = (frame: EncodedFrame | null) => {
      slot.frame = frame;
      this.#drain();
    };
    work.then(settle, () => settle(null));
  }

  /** Ends both streams; frames still being worked on are dropped. */
  close(): void {
    if (this.#closed) return;
    this.#closed = true;
    this.#slots = [];
    this.#reader.cancel().catch(() => {});
    this.#writer.abort().catch(() => {});
    this.#wakeUp();
  }

  async #run(): Promise<void> {
    try {
      while (!this.#closed) {
        const { done, value } = await this.#reader.read();
        if (done || this.#closed) break;
        this.#onFrame(value);
        if (this.#inFlight >= FRAMES_IN_FLIGHT) await this.#inFlightBelow(FRAMES_IN_FLIGHT);
      }
      await this.#inFlightBelow(1);
      if (!this.#closed) await this.#writer.close();
    } catch {
      // The platform took the stream away, as it does when a track ends.
    }
    this.close();
  }

  #drain(): void {
    while (!this.#closed) {
      const frame = this.#slots[0]?.frame;
      if (frame === undefined) break;
      this.#slots.shift();
      if (frame !== null) this.#write(frame);
    }
    this.#wakeUp();
  }

  #write(frame: EncodedFrame): void {
    this.#writing++;
    const written = () => {
      this.#writing--;
      this.#wakeUp();
    };
    this.#writer.write(frame).then(written, () => this.close());
  }

  get #inFlight(): number {
    return this.#slots.length + this.#writing;
  }

  async #inFlightBelow(limit: number): Promise<void> {
    while (!this.#closed && this.#inFlight >= limit) {
      await new Promise<void>((resolve) => (this.#wake = resolve));
    }
  }

  #wakeUp(): void {
    const wake = this.#wake;
    this.#wake = null;
    wake?.();
  }
}
