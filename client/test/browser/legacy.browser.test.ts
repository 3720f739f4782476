// A browser that has only createEncodedStreams, beside one with RTCRtpScriptTransform: the polyfill seals for both.
import type { BrowserContext } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Participant } from './harness/Participant.ts';
import { FULL_PACE } from './harness/chromium.ts';
import { waitForNoPicture } from './harness/pictures.ts';
import { setStage, type Stage } from './harness/stage.ts';

/** Notes in the page how often senders and receivers were asked for their encoded streams, the old way in. */
const countEncodedStreams = (context: BrowserContext): Promise<unknown> =>
  context.addInitScript(() => {
    const counts = { encodedStreams: 0 };
    for (const { prototype } of [RTCRtpSender, RTCRtpReceiver] as {
      prototype: { createEncodedStreams?: () => unknown };
    }[]) {
      const original = prototype.createEncodedStreams;
      prototype.createEncodedStreams = function (...values) {
        counts.encodedStreams += 1;
        return original?.apply(this, values);
      };
    }
    Object.assign(globalThis, { legacyCounts: counts });
  });

const encodedStreams = (person: Participant): Promise<number> =>
  person.page.evaluate(
    () => (globalThis as unknown as { legacyCounts: { encodedStreams: number } }).legacyCounts.encodedStreams,
    null,
  );

describe('a browser without RTCRtpScriptTransform', () => {
  let stage: Stage;
  let lara: Participant;
  let mick: Participant;

  beforeAll(async () => {
    stage = await setStage({ pace: FULL_PACE });
    lara = await stage.person('Lara on the old way', async (context) => {
      await context.addInitScript(() => {
        delete (globalThis as { RTCRtpScriptTransform?: unknown }).RTCRtpScriptTransform;
      });
      await countEncodedStreams(context);
    });
    mick = await stage.person('Mick on the new way', countEncodedStreams);
  });
  afterAll(() => stage?.close());

  it('joins a room beside one that has it', async () => {
    const link = await lara.makeMeeting(stage.server.origin);
    await lara.enter();
    await mick.joinByLink(link);
    expect([await lara.lockState(), await mick.lockState()]).toEqual(['sealed', 'sealed']);
  });

  it('seals what the other opens, and opens what the other seals', async () => {
    await mick.sees(lara);
    await lara.sees(mick);
    await mick.hears(lara);
    await lara.hears(mick);
    await mick.hearsVoices(1);
    await lara.hearsVoices(1);
    // Two sent and two received streams went the old way on one side, none on the other.
    expect(await encodedStreams(lara)).toBeGreaterThanOrEqual(4);
    expect(await encodedStreams(mick)).toBe(0);
  });

  it('carries the rest of a call: chat, both screens at once and their end', async () => {
    await lara.say('written on the old way');
    await mick.reads('written on the old way');
    await mick.say('written on the new way');
    await lara.reads('written on the new way');
    const before = await encodedStreams(lara);
    for (const person of [lara, mick]) await person.toggle('screenToggle', 'on');
    await mick.sees(lara, { stream: 'screen' });
    await lara.sees(mick, { stream: 'screen' });
    // One more is sent, and one more received.
    expect(await encodedStreams(lara)).toBeGreaterThanOrEqual(before + 2);
    for (const person of [lara, mick]) await person.toggle('screenToggle', 'off');
    await waitForNoPicture(mick.page, lara.name, 'screen');
    await mick.sees(lara);
    expect([await lara.lockState(), await mick.lockState()]).toEqual(['sealed', 'sealed']);
    await lara.leave();
    await waitForNoPicture(mick.page, lara.name);
  });
});
