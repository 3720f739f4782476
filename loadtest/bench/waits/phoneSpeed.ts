// How fast a phone's own thread is, and how many times slower than this machine's, as it is at this moment.
import type { BarePage } from './bareChromium.ts';

/**
 * Scores of Lighthouse's benchmark index, after which Chrome's own developer tools set what they call a mid-tier mobile (a Pixel 5) and
 * a low-tier mobile (a Moto G Power of 2022): `CalibrationController` of its panel for throttling. A number of times slower says nothing
 * by itself: this machine's score was seen to lie between 820 and 2,040 within a minute.
 */
export const PHONE_SCORES = { phone: 1_000, 'slow-phone': 264 } as const;

/** How long each half of the index runs: as in Chrome's calibration. */
const HALF_MS = 250;
const WARM_UP_MS = 100;
/** An opening during which the emulated phone's score was this share away from the one wanted says nothing about that phone. */
const MOST_ASTRAY = 0.25;

export interface Phone {
  /** How many times slower than the machine the page's thread is. */
  slower: number;
  /** Whether a thread that has this score now was about as fast all the while. */
  isStill: (score: number) => boolean;
}

/** The index of the page's thread as it is now. The page has to be an empty one. */
export async function scoreOf(page: BarePage): Promise<number> {
  // What is run for the first time is compiled.
  await page.evaluate(benchmarkIndex, WARM_UP_MS);
  return page.evaluate(benchmarkIndex, HALF_MS);
}

/** Makes the thread of an empty page as slow as a phone of that score; a machine that is slower than this phone stays as it is. */
export async function becomePhone(page: BarePage, score: number): Promise<Phone> {
  const slower = Math.max(1, (await scoreOf(page)) / score);
  await page.send('Emulation.setCPUThrottlingRate', { rate: slower });
  return phoneOf(score, slower, await scoreOf(page));
}

/** A phone of the score `wanted`, emulated by a thread that was made so many times slower and had the score `before` then. */
export function phoneOf(wanted: number, slower: number, before: number): Phone {
  const isNear = (score: number): boolean => Math.abs(score / wanted - 1) <= MOST_ASTRAY;
  return { slower, isStill: (after) => isNear(before) && isNear(after) };
}

/**
 * Lighthouse's index, in our own words: the mean of how often in a tenth of a second ten thousand letters are joined (which leaves
 * garbage) and a hundred thousand numbers copied (which leaves none). Runs in the page.
 */
function benchmarkIndex(halfMs: number): number {
  const inATenth = (work: () => void, atATime: number): number => {
    const start = performance.now();
    let done = 0;
    while (performance.now() - start < halfMs) {
      for (let one = 0; one < atATime; one += 1) work();
      done += atATime;
    }
    return done / ((performance.now() - start) / 100);
  };
  const join = (): void => {
    let letters = '';
    for (let letter = 0; letter < 10_000; letter += 1) letters += 'a';
    if (letters.length === 1) throw new Error('nothing was joined');
  };
  const lists = [0, 1].map(() => Array.from({ length: 100_000 }, (_, at) => at));
  let turn = 0;
  const copy = (): void => {
    turn += 1;
    const [from, to] = [lists[turn % 2] ?? [], lists[(turn + 1) % 2] ?? []];
    for (let at = 0; at < from.length; at += 1) to[at] = from[at] as number;
  };
  return (inATenth(join, 1) + inATenth(copy, 10)) / 2;
}
