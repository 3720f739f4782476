// A copy of a track for a second Producer of the same stream: black until that one's sealing was confirmed, like any track.
import { after } from '../util/timers.ts';
import type { Wanted } from './LocalTracks.ts';

/** How long the first sealed frame is waited for before the others are told: past it they see black until it comes. */
const PATIENCE_MS = 2_000;

export class StandIn {
  readonly track: MediaStreamTrack;
  /** Resolves with the first sealed frame, when the patience is over, or when it is stopped. */
  readonly settled: Promise<void>;
  readonly #source: MediaStreamTrack;
  readonly #settle: () => void;

  constructor({ track }: Wanted) {
    this.#source = track;
    this.track = track.clone();
    this.track.enabled = false;
    const { promise, resolve } = Promise.withResolvers<void>();
    const stopTimer = after(PATIENCE_MS, resolve);
    this.settled = promise;
    this.#settle = () => {
      stopTimer();
      resolve();
    };
  }

  standsFor(track: MediaStreamTrack): boolean {
    return track === this.#source;
  }

  /** A copy keeps a camera's light on: it goes when its source is not meant any more. */
  follow(wanted: Wanted | undefined, sealed: boolean): void {
    if (wanted === undefined || !this.standsFor(wanted.track)) return this.stop();
    this.track.enabled = sealed && !wanted.paused;
    if (sealed) this.#settle();
  }

  stop(): void {
    this.track.stop();
    this.#settle();
  }
}
