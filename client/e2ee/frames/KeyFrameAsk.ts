// Asks for key frames no more than once a second, however many frames were lost.

/** Least time between two asks of one track. Less would have the encoder send nothing but key frames while a key is missing. */
export const KEY_FRAME_ASK_MS = 1_000;

export class KeyFrameAsk {
  readonly #ask: () => void;
  readonly #nowMs: () => number;
  #askedAtMs = -Infinity;

  constructor(ask: () => void, nowMs: () => number) {
    this.#ask = ask;
    this.#nowMs = nowMs;
  }

  /** An ask that comes too early is not queued: whoever still needs a key frame calls again at the next frame. */
  ask(): void {
    const nowMs = this.#nowMs();
    if (nowMs - this.#askedAtMs < KEY_FRAME_ASK_MS) return;
    this.#askedAtMs = nowMs;
    this.#ask();
  }
}
