// Meetings in which people leave and others come, and lines break and are taken up again, while everybody talks.
import { setTimeout as sleep } from 'node:timers/promises';
import type { Member } from '../Member.ts';
import { atTheirTimes, eventually } from '../pace.ts';
import { bringIn, closeAll, wordOf, type Ground, type Meeting, type Scenario } from '../Scenario.ts';
import { CHAT_BYTES, fillRooms } from './rooms.ts';

const FULL = { rooms: 20, inEach: 10, comeOverMs: 5_000, everyMs: 3_000, talkMs: 40_000, acts: 400 };
const SHORT = { rooms: 2, inEach: 4, comeOverMs: 500, everyMs: 500, talkMs: 3_000, acts: 18 };
/** How long a line is gone; well within what the server keeps a place for. */
const AWAY_MS = { from: 100, more: 1_900 };
/** Of three acts one is a leave, the others are crashes of which one comes back and one takes a fresh place. */
const ACTS = ['leave', 'resume', 'comeAfresh'] as const;

/** Of those in it, without the host, who has to add whoever comes. */
function pick(meeting: Meeting, number: number): Member | undefined {
  const present = meeting.members.filter((member) => member !== meeting.host && member.isIn);
  return present[number % Math.max(1, present.length)];
}

async function act(ground: Ground, meeting: Meeting, number: number): Promise<void> {
  const what = ACTS[number % ACTS.length];
  const member = pick(meeting, number);
  if (member === undefined || what === undefined) return;
  const awayMs = AWAY_MS.from + ((number * 37) % 20) * (AWAY_MS.more / 20);
  if (what === 'leave') await member.leave();
  else member.crash();
  await sleep(awayMs);
  if (what === 'resume') await member.resume();
  else {
    meeting.members = meeting.members.filter((one) => one !== member);
    await bringIn(ground, meeting);
  }
  ground.book.count(what);
}

export const churn: Scenario = {
  name: 'churn',
  about: 'meetings that talk while people leave and others come, lines break and are taken up again, and pages die',
  thresholds: [
    { of: 'resume', p95Ms: 500 },
    { of: 'in', p95Ms: 2_000 },
    { of: 'ack', p95Ms: 250 },
  ],
  async run(ground) {
    const plan = ground.isShort ? SHORT : FULL;
    const { book, signal } = ground;
    const meetings = await fillRooms(ground, plan);
    try {
      const acts = atTheirTimes({ count: plan.acts, overMs: plan.talkMs, signal }, async (number) => {
        const meeting = meetings[number % meetings.length];
        if (meeting === undefined) return;
        await act(ground, meeting, Math.floor(number / meetings.length)).catch((error: unknown) =>
          book.fault(`${ACTS[Math.floor(number / meetings.length) % ACTS.length]}: ${wordOf(error)}`),
        );
      });
      await Promise.all([talkAmongWhoIsThere(ground, meetings, plan), acts]);
      const isOneEpoch = ({ members, host }: Meeting): boolean =>
        members.every((member) => member.isIn && member.epoch === host.epoch);
      const agreed = await eventually(() => meetings.every(isOneEpoch));
      const [left, resumed, afresh] = ACTS.map((what) => book.counted(what));
      const wentOn = `${left} left and others came, ${resumed} came back to their place, ${afresh} took a fresh one`;
      return {
        claims: [
          { says: wentOn, holds: [left, resumed, afresh].every((times) => (times ?? 0) > 0) },
          { says: 'everybody who is there stands in one epoch with the others in the end', holds: agreed },
          {
            says: `those who came back were told all ${book.counted('missed')} things that they had missed`,
            holds: book.counted('missed') > 0,
          },
        ],
      };
    } finally {
      closeAll(meetings);
    }
  },
};

/** Who is away says nothing. */
async function talkAmongWhoIsThere(ground: Ground, meetings: readonly Meeting[], plan: typeof FULL): Promise<void> {
  const count = Math.round((plan.rooms * plan.inEach * plan.talkMs) / plan.everyMs);
  await atTheirTimes({ count, overMs: plan.talkMs, signal: ground.signal }, async (number) => {
    const meeting = meetings[number % meetings.length];
    const member = meeting && pick(meeting, Math.floor(number / meetings.length));
    if (member === undefined) return;
    await member.say(CHAT_BYTES).catch((error: unknown) => {
      // A line that breaks takes what was just said with it; an epoch that has gone by does not.
      if (member.isIn) ground.book.fault(`a word was not taken: ${wordOf(error)}`);
    });
  });
}
