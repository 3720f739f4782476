// How one track fares: its counters, its state, and the report of each change of it.
import type { FrameFault, Proof, TrackCounters, TrackState } from '../messages.ts';

/** Drops without a frame between them that make a track fail, within `FAILURE_SPAN_MS`. Fewer would call a burst of stragglers a failure. */
const FAILURES_TO_FAIL = 50;
const FAILURE_SPAN_MS = 3_000;
/**
 * As many do where nothing was opened for all that time: a camera in the dark sends 15 pictures a second, a screen five. Fewer would call
 * a straggler now and then a failure.
 */
const LASTING_FAILURES = 10;
/** How long a forged frame is told, whatever else opens meanwhile. Shorter, and nobody could read it. */
const FORGERY_TOLD_MS = 3_000;

export interface TrackStatusOptions {
  trackId: string;
  side: 'send' | 'receive';
  report: (trackId: string, state: TrackState) => void;
  nowMs: () => number;
}

export class TrackStatus {
  readonly #options: TrackStatusOptions;
  readonly #faults: Partial<Record<FrameFault, number>> = {};
  #passed = 0;
  #forgedAtMs = -Infinity;
  #state: TrackState = { state: 'idle' };
  /** The last failures since a frame passed, at most FAILURES_TO_FAIL, none of them older than FAILURE_SPAN_MS. */
  #failures: { atMs: number; fault: FrameFault }[] = [];
  /** When the first of them came, of which none was longer after the one before. */
  #failingSinceMs = 0;

  constructor(options: TrackStatusOptions) {
    this.#options = options;
  }

  /** A frame was sealed or opened; at a viewer with the proof of it. */
  passed(proof?: Proof): void {
    this.#passed++;
    if (this.#failures.length > 0) this.#failures = [];
    if (this.#forgedAtMs !== -Infinity && this.#options.nowMs() - this.#forgedAtMs < FORGERY_TOLD_MS) return;
    this.#become(proof === undefined ? { state: 'flowing' } : { state: 'flowing', proof });
  }

  /** No loss of packets explains this one: it is told at once, and for a while. */
  forged(fault: FrameFault): void {
    this.#forgedAtMs = this.#options.nowMs();
    this.#count(fault);
    this.#become({ state: 'failing', cause: fault });
  }

  /** Sound that is not played until it is proven again: told at once. */
  muted(fault: FrameFault): void {
    this.#count(fault);
    this.#become({ state: 'failing', cause: fault });
  }

  /** A frame waits for its epoch. Only a track that never flowed says so: at an epoch switch the wait is short and normal. */
  holding(): void {
    if (this.#state.state === 'idle') this.#become({ state: 'waitingForKey' });
  }

  dropped(fault: FrameFault): void {
    this.#count(fault);
    switch (fault) {
      case 'noKey':
      case 'unknownEpoch':
        return this.#become({ state: 'waitingForKey' });
      case 'counterSpent':
        return this.#become({ state: 'failing', cause: fault });
      default:
        return this.#failed(fault);
    }
  }

  counters(): TrackCounters {
    const { trackId, side } = this.#options;
    const sealed = side === 'send' ? this.#passed : 0;
    const opened = side === 'receive' ? this.#passed : 0;
    return { trackId, sealed, opened, faults: { ...this.#faults } };
  }

  #count(fault: FrameFault): void {
    this.#faults[fault] = (this.#faults[fault] ?? 0) + 1;
  }

  #failed(fault: FrameFault): void {
    const atMs = this.#options.nowMs();
    const recent = this.#failures.filter((one) => atMs - one.atMs <= FAILURE_SPAN_MS);
    if (recent.length === 0) this.#failingSinceMs = atMs;
    this.#failures = [...recent, { atMs, fault }].slice(-FAILURES_TO_FAIL);
    const isLasting = atMs - this.#failingSinceMs >= FAILURE_SPAN_MS && this.#failures.length >= LASTING_FAILURES;
    if (isLasting || this.#failures.length === FAILURES_TO_FAIL)
      this.#become({ state: 'failing', cause: this.#commonestFault(fault) });
  }

  #commonestFault(latest: FrameFault): FrameFault {
    const counts = new Map<FrameFault, number>();
    let commonest = latest;
    for (const { fault } of this.#failures) {
      const count = (counts.get(fault) ?? 0) + 1;
      counts.set(fault, count);
      if (count > (counts.get(commonest) ?? 0)) commonest = fault;
    }
    return commonest;
  }

  #become(next: TrackState): void {
    if (next.state === this.#state.state && detailOf(next) === detailOf(this.#state)) return;
    this.#state = next;
    this.#options.report(this.#options.trackId, next);
  }
}

function detailOf(state: TrackState): FrameFault | Proof | undefined {
  if (state.state === 'failing') return state.cause;
  return state.state === 'flowing' ? state.proof : undefined;
}
