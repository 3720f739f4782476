// Doors open on an event: viewers come within a minute while its host changes the program and speaks captions to all who are there.
import { setTimeout as sleep } from 'node:timers/promises';
import { randomBytes } from 'node:crypto';
import { opusParameters } from '../../../server/media/test/rtpSamples.ts';
import type { Member } from '../Member.ts';
import { atTheirTimes, eventually } from '../pace.ts';
import { closeAll, openMeeting, wordOf, type Ground, type Scenario } from '../Scenario.ts';
import { createCaption, createMessage } from '../stamps.ts';
import { Viewer } from '../Viewer.ts';

const FULL = { viewers: 2_000, overMs: 60_000, captionEveryMs: 500, programEveryMs: 5_000, afterMs: 5_000 };
const SHORT = { viewers: 30, overMs: 2_000, captionEveryMs: 200, programEveryMs: 500, afterMs: 500 };

const CAPTION_BYTES = 300;
/** Of a plain program, without a logo. */
const PROGRAM_BYTES = 1_000;
const ROSTER_BYTES = 1_500;
const KEYS_BYTES = 44;

export const event: Scenario = {
  name: 'event',
  about: 'viewers come within a minute to an event whose captions and program go to all of them; signalling, no media',
  thresholds: [
    { of: 'join', p95Ms: 250 },
    { of: 'in', p95Ms: 1_000 },
    { of: 'deliver', p95Ms: 500 },
  ],
  async run(ground) {
    const plan = ground.isShort ? SHORT : FULL;
    const { book, origin, signal } = ground;
    const meeting = await openMeeting(ground);
    const viewers: Viewer[] = [];
    try {
      await goOnAir(meeting.host);
      const show = new AbortController();
      const shown = speak(ground, meeting.host, plan, show.signal);
      await atTheirTimes({ count: plan.viewers, overMs: plan.overMs, signal }, async (_, dueMs) => {
        const options = { origin, hall: meeting.hall, book, user: ground.nextUser(), streams: 1 };
        await Viewer.enter(options, dueMs).then(
          (viewer) => viewers.push(viewer),
          (error: unknown) => book.fault(`a viewer did not come in: ${wordOf(error)}`),
        );
      });
      await sleep(plan.afterMs, undefined, { signal }).catch(() => undefined);
      show.abort();
      await shown;
      const lastMs = performance.now();
      await meeting.host.ask('stage:publish', publishable(meeting.host));
      const heardAll = await eventually(() => viewers.every(({ programSentMs }) => programSentMs >= lastMs));
      return {
        claims: [
          { says: `all ${plan.viewers} viewers watch`, holds: viewers.length === plan.viewers },
          { says: `captions reached them, ${book.counted('caption')} times`, holds: book.counted('caption') > 0 },
          { says: 'a change of the program reaches every one of them', holds: heardAll },
        ],
      };
    } finally {
      for (const viewer of viewers) viewer.close();
      closeAll([meeting]);
    }
  },
};

const publishable = (host: Member) => ({
  groupId: host.groupId,
  epoch: host.epoch,
  program: createMessage(PROGRAM_BYTES),
});

/** A microphone that sends no packet: all that signalling knows of one. */
async function goOnAir(host: Member): Promise<void> {
  const transportId = host.sendTransportId;
  const mic = { transportId, kind: 'audio', stream: 'mic', rtpParameters: opusParameters(), paused: false } as const;
  const { producerId } = await host.ask('producer:create', mic);
  const keys = randomBytes(KEYS_BYTES);
  await host.ask('stage:publish', { ...publishable(host), roster: randomBytes(ROSTER_BYTES), keys });
  await host.ask('producer:air', { producerId, onAir: true });
}

async function speak(ground: Ground, host: Member, plan: typeof FULL, signal: AbortSignal): Promise<void> {
  const beginMs = performance.now();
  let programs = 0;
  while (!signal.aborted) {
    try {
      await host.ask('stage:caption', { caption: createCaption(CAPTION_BYTES) });
      if (performance.now() - beginMs > (programs + 1) * plan.programEveryMs) {
        programs += 1;
        await host.ask('stage:publish', publishable(host));
      }
    } catch (error) {
      ground.book.fault(`the host was not heard: ${wordOf(error)}`);
    }
    await sleep(plan.captionEveryMs, undefined, { signal }).catch(() => undefined);
  }
}
