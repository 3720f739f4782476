// Whether our own keys open nothing: one track that fails is its sender's affair, all of them at once are ours (SPEC F-13).
import type { TrackState } from '../messages.ts';

export class KeyDoubt {
  readonly #onDoubt: () => void;
  /** Of receiving tracks that have had frames. */
  readonly #states = new Map<string, TrackState>();

  constructor(onDoubt: () => void) {
    this.#onDoubt = onDoubt;
  }

  note(trackId: string, state: TrackState): void {
    this.#states.set(trackId, state);
    if (isUnopened(state) && [...this.#states.values()].every(isUnopened)) this.#onDoubt();
  }

  forget(trackId: string): void {
    this.#states.delete(trackId);
  }
}

function isUnopened(track: TrackState): boolean {
  return track.state === 'failing' && track.cause === 'authFailed';
}
