// npm run bench:waits: how long people wait: in a large Room for a new voice and the next page, and at a watch link; prints a table, writes JSON.
import { writeFileSync } from 'node:fs';
import { setTimeout as sleep } from 'node:timers/promises';
import { parseArgs } from 'node:util';
import { formatLink } from '#core';
import { HEARD_MICROPHONES } from '#protocol/limits';
import { canMedia } from './cost/can.ts';
import { Crowd } from './cost/Crowd.ts';
import { seatGuest } from './cost/guest.ts';
import { openHall, type Hall } from './cost/hall.ts';
import { endOnSignals } from './endOnSignals.ts';
import { percentileFigure, tableOf, type Figure, type Report } from './figures.ts';
import { currentCommit, describeMachine } from './machine.ts';
import { measurePages } from './waits/pages.ts';
import { measureVoices, type Talk } from './waits/voices.ts';
import { measureWatchOpen, OPENING_PARTS } from './waits/watchOpen.ts';

interface Plan {
  /** Members beside the measured client, in the first Room and the second; pages are turned in the second. */
  others: number[];
  talks: Talk[];
  rounds: number;
  settleMs: number;
  /** Times that a watch link is opened on each line, and how many times as often where openings do not count. */
  openings: number;
  tries: number;
  parts: readonly string[];
}

const PARTS = ['voices', 'pages', 'watch'];

/** One after the other, as in a discussion; and people who fall into each other's words. */
const FULL: Plan = {
  others: [19, 40],
  talks: [
    { name: 'calm', everyMs: 1_500, speaksMs: 2_500, voices: 24 },
    { name: 'lively', everyMs: 200, speaksMs: 900, voices: 80 },
  ],
  rounds: 3,
  settleMs: 5_000,
  openings: 7,
  tries: 3,
  parts: PARTS,
};
const SHORT: Plan = {
  others: [18],
  talks: [{ name: 'calm', everyMs: 1_500, speaksMs: 2_500, voices: 3 }],
  rounds: 1,
  settleMs: 500,
  openings: 1,
  tries: 1,
  parts: PARTS,
};

const FPS = 5;
const PAGE = 16;
/** Later than this people take a first word for lost. */
const MOST_LATE_MS = 500;
/** A watch link “opens in a second on a phone”. */
const OPEN_MS = 1_000;
/** Of fewer openings no median is judged. */
const FEWEST_OPENINGS = 3;

const say = (text: string): void => void process.stdout.write(`${text}\n`);
const listOf = (values: readonly number[]): string => values.map((value) => Math.round(value)).join(' ');

async function measureRoom(hall: Hall, crowd: Crowd, others: number, plan: Plan, isLast: boolean): Promise<Figure[]> {
  await crowd.grow(others);
  const guest = await seatGuest(formatLink(hall.link, hall.url));
  const figures: Figure[] = [];
  try {
    await guest.settle(Math.min(others, PAGE - 1), plan.settleMs);
    for (const talk of plan.parts.includes('voices') ? plan.talks : []) {
      const name = `new-voice-${talk.name}-of-${others}`;
      const { forwarded, heard, missed } = await measureVoices(hall, crowd, guest.page, talk);
      say(`── ${name}: ${heard.length} voices heard, ${missed} over before they were; ms: ${listOf(heard)}`);
      figures.push(
        percentileFigure({ name: `${name}-forwarded-p50`, unit: 'ms', values: forwarded }, { share: 0.5 }),
        percentileFigure({ name: `${name}-forwarded-p95`, unit: 'ms', values: forwarded }, { share: 0.95 }),
        percentileFigure({ name: `${name}-heard-p50`, unit: 'ms', values: heard }, { share: 0.5 }),
        percentileFigure(
          { name: `${name}-heard-p95`, unit: 'ms', values: heard },
          { share: 0.95, ...(plan.talks === FULL.talks && { target: MOST_LATE_MS }) },
        ),
      );
    }
    if (isLast && plan.parts.includes('pages')) {
      // Whoever speaks comes forward, and the seats would change under the measurement.
      crowd.speak([]);
      await sleep(plan.settleMs);
      figures.push(...pageFigures(await measurePages(guest.page, plan.rounds)));
    }
  } finally {
    await guest.close();
  }
  return figures;
}

/** The first time that a page is turned to, its pictures were in no spare; later they may be. */
function pageFigures(waits: Awaited<ReturnType<typeof measurePages>>): Figure[] {
  for (const { first, all, pictures, unseen } of waits) {
    say(`── a page of ${pictures}, ${unseen} of them new: first ${Math.round(first)} ms, all ${Math.round(all)} ms`);
  }
  const groups = { new: waits.filter(({ unseen }) => unseen > 0), again: waits.filter(({ unseen }) => unseen === 0) };
  return Object.entries(groups).flatMap(([name, some]) =>
    some.length === 0
      ? []
      : (['first', 'all'] as const).map((what) =>
          percentileFigure(
            { name: `page-${name}-${what}-p50`, unit: 'ms', values: some.map((wait) => wait[what]) },
            { share: 0.5 },
          ),
        ),
  );
}

async function openingFigures(plan: Plan): Promise<Figure[]> {
  const figures: Figure[] = [];
  for (const [way, openings] of await measureWatchOpen(plan.openings, plan.tries)) {
    for (const opening of openings) {
      const parts = OPENING_PARTS.map((part) => `${part} ${Math.round(opening[part])}`).join(' · ');
      const { requests, bytes, slower, counts } = opening;
      const thread = `thread ${slower.toFixed(1)} times slower${counts ? '' : ', whose speed moved: not counted'}`;
      say(`── watch-open-${way}: ${parts} ms; ${requests} answers, ${Math.round(bytes / 1_000)} kB; ${thread}`);
    }
    const counted = openings.filter(({ counts }) => counts);
    if (counted.length === 0) continue;
    for (const part of OPENING_PARTS) {
      const name = part === 'picture' ? `watch-open-${way}-p50` : `watch-open-${way}-${part}-p50`;
      const isJudged = way === 'phone' && part === 'picture' && counted.length >= FEWEST_OPENINGS;
      figures.push(
        percentileFigure(
          { name, unit: 'ms', values: counted.map((opening) => opening[part]) },
          { share: 0.5, ...(isJudged && { target: OPEN_MS }) },
        ),
      );
    }
  }
  return figures;
}

async function run(plan: Plan): Promise<Figure[]> {
  const inRooms = plan.parts.includes('voices') || plan.parts.includes('pages') ? await roomFigures(plan) : [];
  return plan.parts.includes('watch') ? [...inRooms, ...(await openingFigures(plan))] : inRooms;
}

async function roomFigures(plan: Plan): Promise<Figure[]> {
  // oxlint-disable-next-line node/no-process-env -- set-up tells the media Worker's place this way, as it tells the tests
  const hall = await openHall(process.env['MEDIASOUP_WORKER_BIN']);
  try {
    const media = await canMedia(hall.url, FPS);
    const crowd = new Crowd(hall, { origin: hall.url, link: hall.link, media });
    try {
      const figures: Figure[] = [];
      for (const [index, others] of plan.others.entries()) {
        figures.push(...(await measureRoom(hall, crowd, others, plan, index === plan.others.length - 1)));
      }
      return figures;
    } finally {
      crowd.close();
    }
  } finally {
    await hall.close();
  }
}

const { values: options } = parseArgs({
  options: {
    short: { type: 'boolean', default: false },
    json: { type: 'string' },
    parts: { type: 'string', default: PARTS.join() },
    others: { type: 'string' },
  },
});
endOnSignals();
const place = { machine: describeMachine(), commit: currentCommit(), date: new Date().toISOString() };
const plan = { ...(options.short ? SHORT : FULL), parts: options.parts.split(',') };
if (options.others !== undefined) plan.others = options.others.split(',').map(Number);
if (!plan.others.every((count) => count > HEARD_MICROPHONES))
  throw new Error(`--others wants more than ${HEARD_MICROPHONES}`);
const report: Report = {
  figures: await run(plan),
  ...place,
};
say(tableOf(report));
if (options.json !== undefined) writeFileSync(options.json, `${JSON.stringify(report, null, 2)}\n`);
