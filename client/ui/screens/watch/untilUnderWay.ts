// When the watch page's own script may run: what a picture waits for comes first, and a phone does one thing at a time.
import type { WatchClient, WatchState } from '#core';

/** Whoever waits longer is told so. */
export const LATEST_MS = 1_000;

/** Nothing more can be done for the pictures but wait for them, or there are none: everything but this goes on by itself. */
function isUnderWay(state: WatchState): boolean {
  switch (state.phase) {
    case 'idle':
    case 'opening':
      return false;
    case 'waiting':
    case 'ended':
      return true;
    case 'watching':
      if (state.tracks.length === 0) return state.program !== null && state.program.onAir.length === 0;
      return state.tracks.every(({ media }) => media.state !== 'waiting' || media.cause !== 'preparing');
  }
}

/** Resolves once the browser is ready for what comes, at a word that a person has to be told, or after `LATEST_MS`. */
export function untilUnderWay({ state }: Pick<WatchClient, 'state'>): Promise<void> {
  return new Promise((resolve) => {
    const done = (): void => {
      clearTimeout(timer);
      unsubscribe();
      resolve();
    };
    const timer = setTimeout(done, LATEST_MS);
    const unsubscribe = state.subscribe(() => {
      if (isUnderWay(state.get())) done();
    });
    if (isUnderWay(state.get())) done();
  });
}
