// With frames tapped from the Router and every key that a device ever held: the past and the future stay closed to it.
import type { BrowserContext, Page } from 'playwright-core';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { heldSecrets, noteInside } from './harness/insideView.ts';
import { countOpened } from './harness/openWith.ts';
import type { Participant } from './harness/Participant.ts';
import { setStage, type Stage } from './harness/stage.ts';
import { readFrames, type TappedFrame } from './harness/tap.ts';
import { until } from './harness/until.ts';

/** How long each period is tapped: some hundred frames of two voices and two pictures. */
const PERIOD_MS = 2_500;
/** Senders switch to a new Epoch at the latest 2 s after it is there. */
const SWITCH_MS = 3_500;

interface Period {
  fromMs: number;
  toMs: number;
}

async function tapPeriod(): Promise<Period> {
  const fromMs = Date.now();
  await sleep(PERIOD_MS);
  return { fromMs, toMs: Date.now() };
}

describe('the keys of one who was there for a while', () => {
  let stage: Stage;
  let secrets: Uint8Array[] = [];
  let before: TappedFrame[] = [];
  let during: TappedFrame[] = [];
  let after: TappedFrame[] = [];

  beforeAll(async () => {
    stage = await setStage({ tap: true });
    const [ana, ben] = [await stage.person('Ana'), await stage.person('Ben')];
    let guestContext: BrowserContext | undefined;
    const guest = await stage.person('Guest', async (context) => {
      guestContext = context;
      await noteInside(context);
    });
    const everyone = (count: number): Promise<unknown> =>
      Promise.all(
        [ana, ben].map((person: Participant) =>
          until(async () => (await person.people()).length === count, { what: `${count} people` }),
        ),
      );
    const link = await ana.makeMeeting(stage.server.origin);
    await ana.enter();
    await ben.joinByLink(link);
    await ana.sees(ben);
    await ben.sees(ana);
    const periods = [await tapPeriod()];
    await guest.joinByLink(link);
    await everyone(3);
    await guest.sees(ana);
    await guest.sees(ben);
    await sleep(SWITCH_MS);
    periods.push(await tapPeriod());
    secrets = await heldSecrets(guestContext?.pages()[0] as Page);
    await guest.leave();
    await everyone(2);
    await sleep(SWITCH_MS);
    periods.push(await tapPeriod());
    secrets = [...secrets, ...(await heldSecrets(guestContext?.pages()[0] as Page))];
    const frames = readFrames(stage.server.tapFile);
    [before, during, after] = periods.map(({ fromMs, toMs }) =>
      frames.filter(({ atMs }) => atMs >= fromMs && atMs <= toMs),
    ) as [TappedFrame[], TappedFrame[], TappedFrame[]];
  });
  afterAll(() => stage?.close());

  it('open what was sent while they were a member, so that what follows shows something', async () => {
    expect(secrets.length).toBeGreaterThan(0);
    expect(during.length).toBeGreaterThan(60);
    expect(await countOpened(during, secrets)).toBeGreaterThan(during.length * 0.95);
  });

  it('open nothing that was sent before they joined', async () => {
    expect(before.length).toBeGreaterThan(60);
    expect(await countOpened(before, secrets)).toBe(0);
  });

  it('open nothing that was sent in the Epoch after they left', async () => {
    expect(after.length).toBeGreaterThan(60);
    expect(await countOpened(after, secrets)).toBe(0);
  });
});
