// A browser that has only createEncodedStreams, beside one with RTCRtpScriptTransform: the polyfill seals for both.
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Participant } from './harness/Participant.ts';
import { setStage, type Stage } from './harness/stage.ts';

describe('a browser without RTCRtpScriptTransform', () => {
  let stage: Stage;
  let lara: Participant;
  let mick: Participant;

  beforeAll(async () => {
    stage = await setStage();
    lara = await stage.person('Lara on the old way', (context) =>
      context.addInitScript(() => {
        delete (globalThis as { RTCRtpScriptTransform?: unknown }).RTCRtpScriptTransform;
      }),
    );
    mick = await stage.person('Mick on the new way');
  });
  afterAll(() => stage?.close());

  it('joins a room beside one that has it', async () => {
    const link = await lara.makeMeeting(stage.server.origin);
    await lara.enter();
    await mick.joinByLink(link);
    const has = (person: Participant): Promise<boolean> =>
      person.page.evaluate(() => 'transform' in RTCRtpSender.prototype && 'RTCRtpScriptTransform' in globalThis, null);
    expect(await has(mick)).toBe(true);
  });

  it('seals what the other opens, and opens what the other seals', async () => {
    await mick.sees(lara);
    await lara.sees(mick);
    await mick.hears(lara);
    await lara.hears(mick);
    await mick.hearsVoices(1);
    await lara.hearsVoices(1);
  });
});
