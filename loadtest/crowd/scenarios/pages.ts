// Canaries: real pages in a meeting with Bots, whose pictures have to move all along while many meetings talk around them, and who hear the Bot that talks.
import { parseLink } from '#core';
import { fromPlaywright } from '../../../client/test/browser/harness/BrowserPage.ts';
import { BENCH_PACE, startChromium, type Chromium } from '../../../client/test/browser/harness/chromium.ts';
import { Participant } from '../../../client/test/browser/harness/Participant.ts';
import { byId } from '../../../client/test/browser/harness/selectors.ts';
import { until } from '../../../client/test/browser/harness/until.ts';
import { parseScript } from '../../bots/script.ts';
import { play } from '../../bots/Troupe.ts';
import { closeAll, wordOf, type Ground, type Scenario } from '../Scenario.ts';
import { fillRooms, talk } from './rooms.ts';

const FULL = { bots: 6, rooms: 20, inEach: 10, comeOverMs: 5_000, everyMs: 3_000, talkMs: 30_000 };
const SHORT = { bots: 2, rooms: 2, inEach: 3, comeOverMs: 500, everyMs: 500, talkMs: 1_000 };

/** Says that a picture stands still, not that it is slow. */
const STILL_MS = 45_000;
/** The first of the Bots talks all the time, the others never. */
const TALKER = 'Bot 1';
const SILENT = 'Bot 2';
/** They leave when the pages do. */
const LONG_MS = 600_000;

export const pages: Scenario = {
  name: 'pages',
  about: 'two real pages in a meeting with Bots; their pictures have to move while many meetings talk around them',
  // From the first look to one at which the picture has moved on.
  thresholds: [{ of: 'moves', p95Ms: 2_000 }],
  async run(ground) {
    const plan = ground.isShort ? SHORT : FULL;
    const chromium = await startChromium(undefined, [], BENCH_PACE);
    const stop = new AbortController();
    let bots: Promise<unknown> = Promise.resolve();
    try {
      const [ana, ben] = [await personAt(chromium, 'Ana'), await personAt(chromium, 'Ben')];
      const link = await ana.makeMeeting(ground.origin);
      await ana.enter();
      await ben.joinByLink(link);
      bots = sendBots(ground, link, plan.bots, stop.signal);
      for (const person of [ana, ben]) {
        const isComplete = async (): Promise<boolean> => (await person.people()).length === 2 + plan.bots;
        await until(isComplete, { timeoutMs: STILL_MS, what: `${person.name} to see all in the list` });
      }
      const heard = [await hearsTheTalker(ana), await hearsTheTalker(ben)];
      const meetings = await fillRooms(ground, plan);
      let looks = 0;
      try {
        const talked = talk(ground, meetings, plan);
        const isOver = { now: false };
        void talked.finally(() => (isOver.now = true)).catch(() => undefined);
        do {
          for (const [one, other] of [
            [ana, ben],
            [ben, ana],
          ] as const) {
            await ground.book.timed('moves', () => one.sees(other, { timeoutMs: STILL_MS }));
            looks += 1;
          }
        } while (!isOver.now);
        await talked;
      } finally {
        closeAll(meetings);
      }
      return {
        claims: [
          {
            says: `each other’s pictures moved at all ${looks} looks, sealed, with ${plan.bots} Bots in the list`,
            holds: looks > 0,
          },
          {
            says: 'both heard the other and the Bot that talks, and saw that it speaks and the next one does not',
            holds: heard.every(Boolean),
          },
        ],
      };
    } finally {
      stop.abort();
      await bots;
      await chromium.close();
    }
  },
};

/** Its sealed sound comes out of the page, beside the other person's; the ring is on its tile and on no silent one. */
async function hearsTheTalker(person: Participant): Promise<boolean> {
  const seen = (name: string): Promise<string | null> =>
    person.page.evaluate(
      ({ tiles, of }) => {
        const tile = [...document.querySelectorAll(tiles)].find((each) => each.textContent?.includes(of));
        return tile?.getAttribute('data-speaking') ?? null;
      },
      { tiles: byId('tile', { stream: 'camera' }), of: name },
    );
  const isSeen = async (): Promise<boolean> => (await seen(TALKER)) === 'true' && (await seen(SILENT)) === 'false';
  const options = { timeoutMs: STILL_MS, what: `${person.name} to see who speaks` };
  return Promise.all([person.hearsVoices(2), until(isSeen, options)]).then(
    () => true,
    () => false,
  );
}

async function personAt(chromium: Chromium, name: string): Promise<Participant> {
  return new Participant(fromPlaywright(await (await chromium.newContext()).newPage()), name);
}

function sendBots({ origin, book }: Ground, link: string, count: number, signal: AbortSignal): Promise<unknown> {
  const parsed = parseLink(link, origin);
  if (!parsed.ok) throw new Error('the page shows no link');
  const steps = parseScript('say 5s react 5s');
  const troupe = { origin, link: parsed.link, count, talkers: 1, overMs: count * 200, playMs: LONG_MS, steps, signal };
  const onProgress = (): void => undefined;
  return play({ ...troupe, onProgress }).catch((error: unknown) => book.fault(`the Bots failed: ${wordOf(error)}`));
}
