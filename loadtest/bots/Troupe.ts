// Many Bots in one process that fill one Room: they come one after the other, play one script, and leave when it is over.
import { setTimeout as sleep } from 'node:timers/promises';
import type { RoomLink } from '#core';
import { Actor } from './Actor.ts';
import type { Step } from './script.ts';

export interface TroupeOptions {
  origin: string;
  link: RoomLink;
  count: number;
  /** In which all of them come. */
  overMs: number;
  /** How long they play from the last one's coming on. */
  playMs: number;
  steps: readonly Step[];
  /** So many of those who come first talk all the time. */
  talkers?: number;
  /** Ends it early. */
  signal: AbortSignal;
  /** Called every so often, and at the end. */
  onProgress(progress: Progress): void;
  progressMs?: number;
}

export interface Progress {
  seconds: number;
  /** In the group now, and on the way to it. */
  in: number;
  coming: number;
  /** How many have been in at some time. */
  came: number;
  epoch: number;
  said: number;
  heard: number;
  /** Frames of sound that they sent. */
  sounds: number;
  returned: number;
  /** Of those who lost their place for good: reason and how often. */
  ended: Record<string, number>;
}

const PROGRESS_MS = 5_000;

/** Resolves when all have left. */
export async function play(options: TroupeOptions): Promise<Progress> {
  const { count, overMs, playMs, onProgress, progressMs = PROGRESS_MS } = options;
  const startMs = performance.now();
  const over = new AbortController();
  const end = (): void => over.abort();
  options.signal.addEventListener('abort', end, { once: true });
  const actors: Actor[] = [];
  const report = setInterval(() => onProgress(progressOf(actors, startMs)), progressMs);
  try {
    const plays: Promise<void>[] = [];
    for (let number = 0; number < count && !options.signal.aborted; number += 1) {
      const { origin, link } = options;
      const steps = number === 0 ? withoutLeaving(options.steps) : options.steps;
      const actor = new Actor({ origin, link, number, count, steps, talksAlways: number < (options.talkers ?? 0) });
      actors.push(actor);
      plays.push(actor.play(over.signal));
      await pause(startMs + (overMs * (number + 1)) / count - performance.now(), over.signal);
    }
    await pause(playMs, over.signal);
    const last = progressOf(actors, startMs);
    over.abort();
    for (const actor of actors) actor.close();
    await Promise.all(plays);
    onProgress(last);
    return last;
  } finally {
    options.signal.removeEventListener('abort', end);
    clearInterval(report);
    for (const actor of actors) actor.close();
  }
}

const pause = (ms: number, signal: AbortSignal): Promise<unknown> =>
  ms > 0 ? sleep(ms, undefined, { signal }).catch(() => undefined) : Promise.resolve();

/** Somebody has to be there: a group whose members have all just crashed takes nobody in until the server gives them up. */
const withoutLeaving = (steps: readonly Step[]): Step[] =>
  steps.filter(({ what }) => !['leave', 'crash', 'return', 'lose'].includes(what));

function progressOf(actors: readonly Actor[], startMs: number): Progress {
  const count = (standing: string): number => actors.filter((actor) => actor.standing === standing).length;
  const sum = (of: (actor: Actor) => number): number => actors.reduce((total, actor) => total + of(actor), 0);
  const ended: Record<string, number> = {};
  for (const { endedBy } of actors) if (endedBy !== null) ended[endedBy] = (ended[endedBy] ?? 0) + 1;
  return {
    seconds: Math.round((performance.now() - startMs) / 1000),
    in: count('in'),
    coming: count('coming'),
    came: actors.filter(({ hasBeenIn }) => hasBeenIn).length,
    epoch: Math.max(-1, ...actors.map(({ epoch }) => epoch)),
    said: sum(({ said }) => said),
    heard: sum(({ heard }) => heard),
    sounds: sum(({ sounds }) => sounds),
    returned: sum(({ returned }) => returned),
    ended,
  };
}
