// Many meetings at once, in each of which everybody says something now and then that all others of it hear.
import { atTheirTimes, eventually } from '../pace.ts';
import { bringIn, closeAll, openMeeting, wordOf, type Ground, type Meeting, type Scenario } from '../Scenario.ts';

const FULL = { rooms: 40, inEach: 10, comeOverMs: 10_000, everyMs: 3_000, talkMs: 30_000 };
const SHORT = { rooms: 3, inEach: 4, comeOverMs: 500, everyMs: 500, talkMs: 2_000 };

/** A line of chat as it is sealed. */
export const CHAT_BYTES = 400;

export type Size = typeof FULL;

/** Meetings, each with so many in it. */
export async function fillRooms(ground: Ground, { rooms, inEach, comeOverMs }: Size): Promise<Meeting[]> {
  const meetings: Meeting[] = [];
  for (let room = 0; room < rooms; room += 1) meetings.push(await openMeeting(ground));
  const count = rooms * (inEach - 1);
  await atTheirTimes({ count, overMs: comeOverMs, signal: ground.signal }, async (number, dueMs) => {
    const meeting = meetings[number % rooms];
    if (meeting !== undefined) await bringIn(ground, meeting, {}, dueMs);
  });
  return meetings;
}

/** Everybody says something every so often, one after the other; resolves with how many deliveries that makes. */
export async function talk(ground: Ground, meetings: readonly Meeting[], size: Size): Promise<number> {
  const everybody = meetings.flatMap(({ members }) =>
    members.map((member) => ({ member, others: members.length - 1 })),
  );
  const count = Math.round((everybody.length * size.talkMs) / size.everyMs);
  let due = 0;
  await atTheirTimes({ count, overMs: size.talkMs, signal: ground.signal }, async (number) => {
    const speaker = everybody[number % everybody.length];
    if (speaker === undefined) return;
    try {
      await speaker.member.say(CHAT_BYTES);
      due += speaker.others;
    } catch (error) {
      ground.book.fault(`a word was not taken: ${wordOf(error)}`);
    }
  });
  return due;
}

export const rooms: Scenario = {
  name: 'rooms',
  about: 'many meetings in which everybody says something every few seconds that all others of it hear',
  thresholds: [
    { of: 'ack', p95Ms: 250 },
    { of: 'deliver', p95Ms: 250 },
  ],
  async run(ground) {
    const size = ground.isShort ? SHORT : FULL;
    const { book } = ground;
    const meetings = await fillRooms(ground, size);
    try {
      const people = meetings.reduce((sum, { members }) => sum + members.length, 0);
      const due = await talk(ground, meetings, size);
      await eventually(() => book.times('deliver').length >= due);
      const delivered = book.times('deliver').length;
      return {
        claims: [
          { says: `all ${size.rooms * size.inEach} are in their meetings`, holds: people === size.rooms * size.inEach },
          { says: `each of ${due} words reached who was to hear it, once`, holds: due > 0 && delivered === due },
        ],
      };
    } finally {
      closeAll(meetings);
    }
  },
};
