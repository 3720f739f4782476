// A browser that has only createEncodedStreams, beside one with RTCRtpScriptTransform: the polyfill seals for both.
import type { BrowserContext } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Participant } from './harness/Participant.ts';
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
    stage = await setStage();
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
});
