// The few lines of captions that are read at a moment: what grows stays in its place, and what is old goes.
import { after } from '../util/timers.ts';

/** As long as it takes to read a line once more; a longer stay hides more of the picture. */
const SHOWN_MS = 6_000;
/** Lines on the screen; more hide the picture. */
const MAX_LINES = 3;

export class CaptionLines<Line extends { id: string; atMs: number }> {
  readonly #nowMs: () => number;
  readonly #onChange: () => void;
  #lines: Line[] = [];
  #stopFading: () => void = () => undefined;

  constructor(nowMs: () => number, onChange: () => void) {
    this.#nowMs = nowMs;
    this.#onChange = onChange;
  }

  /** Oldest first; a new array with every change. */
  get shown(): Line[] {
    return this.#lines;
  }

  /** A line of the same id is replaced where it stands. */
  show(line: Line): void {
    const before = this.#lines.findIndex(({ id }) => id === line.id);
    this.#lines = before < 0 ? [...this.#lines, line] : this.#lines.with(before, line);
    this.#lines = this.#lines.slice(-MAX_LINES);
    this.#fade();
    this.#onChange();
  }

  close(): void {
    this.#stopFading();
  }

  #fade(): void {
    this.#stopFading();
    const oldest = Math.min(...this.#lines.map(({ atMs }) => atMs));
    if (!Number.isFinite(oldest)) return;
    this.#stopFading = after(Math.max(0, oldest + SHOWN_MS - this.#nowMs()), () => {
      const nowMs = this.#nowMs();
      this.#lines = this.#lines.filter(({ atMs }) => atMs + SHOWN_MS > nowMs);
      this.#fade();
      this.#onChange();
    });
  }
}
