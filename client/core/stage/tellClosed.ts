// That the stage is closed, as the server is told: it drops what viewers were given; a lost answer is asked for again.
import type { Ask } from '../media/Publishing.ts';
import { after } from '../util/timers.ts';

const AGAIN_AFTER_MS = [500, 2_000, 5_000];

/** @param isClosed whether it still is, and we are still here */
export function tellClosed(ask: Ask, isClosed: () => boolean, attempt = 0): void {
  ask('stage:close', {}).catch(() => {
    const ms = AGAIN_AFTER_MS[attempt];
    if (ms !== undefined) after(ms, () => isClosed() && tellClosed(ask, isClosed, attempt + 1));
  });
}
