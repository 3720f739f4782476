// Many who come within seconds, as at the beginning of every meeting. STORM_JOINERS=30 STORM_MS=200 tries another crowd by hand.
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { HEARD_MICROPHONES } from '#protocol/limits';
import { FakeTrack } from './FakeTrack.ts';
import { openMeetingBed, type Attendee, type MeetingBed } from './meetingBed.ts';

const JOINERS = Number(process.env['STORM_JOINERS'] ?? 12);
const WITHIN_MS = Number(process.env['STORM_MS'] ?? (JOINERS > 12 ? 5_000 : 1_000));
/** All clients, their cryptography and the server share this one process. */
const LONGEST_JOIN_MS = 10_000;

describe('a meeting that many join within seconds', () => {
  let bed: MeetingBed;
  beforeEach(async () => {
    bed = await openMeetingBed();
  });
  afterEach(() => bed.close());

  it(
    'lets everybody in, in one Epoch, and everybody receives everybody who is forwarded (P-65)',
    { timeout: 120_000 },
    async () => {
      const people: Attendee[] = [await bed.attend('first')];
      const tookMs: number[] = [];
      const join = async (index: number) => {
        await new Promise((resolve) => setTimeout(resolve, (index * WITHIN_MS) / JOINERS));
        const beganMs = performance.now();
        people.push(await bed.attend(`joiner ${index}`, { mic: new FakeTrack('audio').asTrack() }));
        tookMs.push(performance.now() - beganMs);
      };
      await Promise.all(Array.from({ length: JOINERS }, (_, index) => join(index)));
      const sealed = () => people.map(({ view }) => view().security);
      await vi.waitFor(
        () => {
          expect(
            new Set(sealed().map((one) => (one.state === 'sealed' ? one.safetyCode.digits.join() : one.state))).size,
          ).toBe(1);
          expect(sealed()[0]).toMatchObject({ state: 'sealed' });
          for (const { names } of people) expect(names()).toHaveLength(JOINERS);
          expect(bed.census.consumers.size).toBe(JOINERS * JOINERS);
          // Of more microphones than are forwarded at once the others wait, for each of their hearers.
          expect(bed.census.pausedConsumers).toBe(Math.max(0, JOINERS - HEARD_MICROPHONES) * JOINERS);
        },
        { timeout: 30_000, interval: 50 },
      );
      const sorted = tookMs.toSorted((a, b) => a - b);
      const at = (share: number) => Math.round(sorted[Math.ceil(share * sorted.length) - 1] ?? 0);
      const [epoch] = sealed().map((one) => (one.state === 'sealed' ? one.epoch : -1));
      process.stdout.write(
        `${JOINERS} joiners in ${WITHIN_MS} ms: p50 ${at(0.5)} ms, p95 ${at(0.95)} ms, last ${at(1)} ms, ${epoch} epochs\n`,
      );
      expect(at(0.95)).toBeLessThan(LONGEST_JOIN_MS);
    },
  );
});
