// Two makes of browser in one room: the same frames are sealed and opened by both.
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { startFirefox } from './harness/firefox.ts';
import { canMakeNetworks, createNetwork } from './harness/NetworkNamespace.ts';
import { Participant } from './harness/Participant.ts';
import { setStage, type Stage } from './harness/stage.ts';

const isRoot = canMakeNetworks();
if (!isRoot) process.stdout.write('skipped: Firefox needs a network of its own, and only root can make one\n');

describe.skipIf(!isRoot)('Firefox and Chromium in one room', () => {
  let stage: Stage | undefined;
  let clear: () => Promise<void> = async () => undefined;
  let fern: Participant;
  let carl: Participant;

  beforeAll(async () => {
    const network = createNetwork();
    clear = async () => {
      await stage?.close();
      network.close();
    };
    stage = await setStage({ network });
    const firefox = await startFirefox(network);
    stage.defer(() => firefox.close());
    fern = new Participant(await firefox.newPage(), 'Fern in Firefox');
    carl = await stage.person('Carl in Chromium');
  });
  afterAll(() => clear());

  it('meets by a link made in Chromium', async () => {
    const link = await carl.makeMeeting(stage?.server.origin ?? '');
    await carl.enter();
    await fern.joinByLink(link);
    expect([await carl.lockState(), await fern.lockState()]).toEqual(['sealed', 'sealed']);
  });

  it('shows Chromium’s moving picture in Firefox', () => fern.sees(carl));

  it('shows Firefox’s moving picture in Chromium', () => carl.sees(fern));

  it('lets both hear each other', async () => {
    await fern.hears(carl);
    await carl.hears(fern);
    // Without a sound card Firefox starts no audio output to listen to; what it sends is heard in Chromium.
    await carl.hearsVoices(1);
  });

  it('carries chat both ways', async () => {
    await fern.say('written in Firefox');
    await carl.reads('written in Firefox');
    await carl.say('written in Chromium');
    await fern.reads('written in Chromium');
  });
});
