// The hour strikes: many people come into many Rooms within seconds, and a hundred of them into one.
import { atTheirTimes } from '../pace.ts';
import { bringIn, closeAll, openMeeting, type Meeting, type Scenario } from '../Scenario.ts';

const FULL = { rooms: 20, inEach: 10, inTheLarge: 100, overMs: 10_000 };
const SHORT = { rooms: 2, inEach: 3, inTheLarge: 8, overMs: 1_000 };

export const storm: Scenario = {
  name: 'storm',
  about: 'the hour strikes: people come into many Rooms within seconds, and a third of them into one',
  thresholds: [
    { of: 'token', p95Ms: 250 },
    { of: 'join', p95Ms: 250 },
    // From the moment a person was to come until the group has them, which in the large Room takes an epoch or two.
    { of: 'in', p95Ms: 2_000 },
  ],
  async run(ground) {
    const plan = ground.isShort ? SHORT : FULL;
    const { book } = ground;
    const meetings: Meeting[] = [];
    try {
      for (let room = 0; room <= plan.rooms; room += 1) meetings.push(await openMeeting(ground));
      const [large, ...small] = meetings;
      const count = plan.rooms * plan.inEach + plan.inTheLarge;
      let came = 0;
      // Spread evenly, so that the large Room grows all along.
      const goesToLarge = (number: number): boolean =>
        Math.floor(((number + 1) * plan.inTheLarge) / count) > Math.floor((number * plan.inTheLarge) / count);
      await atTheirTimes({ count, overMs: plan.overMs, signal: ground.signal }, async (number, dueMs) => {
        const meeting = goesToLarge(number) ? large : small[number % small.length];
        if (meeting !== undefined && (await bringIn(ground, meeting, {}, dueMs)) !== null) came += 1;
      });
      book.count('came', came);
      return { claims: [{ says: `all ${count} who came are in their groups`, holds: came === count }] };
    } finally {
      closeAll(meetings);
    }
  },
};
