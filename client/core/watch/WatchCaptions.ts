// What a viewer reads of what is said: lines that the speaker's device signed, and in whose name others were made up.
import type { WatchCaption } from '#e2ee';
import { CaptionLines } from '../captions/CaptionLines.ts';
import { after } from '../util/timers.ts';
import type { WatchLine } from './watchTypes.ts';

/** A forged line is told for as long as it takes to see why nothing is read. */
const FORGED_MS = 10_000;
/** Of one speaker: an honest device says no more than one in this time, but for a line that ends. */
const HEARD_GAP_MS = 250;

export class WatchCaptions {
  readonly #nowMs: () => number;
  readonly #onChange: () => void;
  readonly #lines: CaptionLines<WatchLine>;
  /** Of the host's list, so that there are no more of them than people on it. */
  readonly #heardAtMs = new Map<string, number>();
  readonly #forged = new Map<string, () => void>();

  constructor(nowMs: () => number, onChange: () => void) {
    this.#nowMs = nowMs;
    this.#onChange = onChange;
    this.#lines = new CaptionLines(nowMs, onChange);
  }

  /** Oldest first. */
  get lines(): readonly WatchLine[] {
    return this.#lines.shown;
  }

  /** Peer ids. */
  get forged(): string[] {
    return [...this.#forged.keys()];
  }

  take(caption: WatchCaption): void {
    if (caption.outcome === 'forged') return this.#note(caption.peerId);
    const { peerId, line, text, final } = caption;
    const atMs = this.#nowMs();
    if (!final && atMs - (this.#heardAtMs.get(peerId) ?? -HEARD_GAP_MS) < HEARD_GAP_MS) return;
    this.#heardAtMs.set(peerId, atMs);
    this.#lines.show({ id: `${peerId}/${line}`, peerId, text, final, atMs });
  }

  close(): void {
    this.#lines.close();
    for (const stop of this.#forged.values()) stop();
  }

  #note(peerId: string): void {
    const isNew = !this.#forged.has(peerId);
    this.#forged.get(peerId)?.();
    const stop = after(FORGED_MS, () => {
      this.#forged.delete(peerId);
      this.#onChange();
    });
    this.#forged.set(peerId, stop);
    if (isNew) this.#onChange();
  }
}
