// Two makes of browser in one room: the same frames are sealed and opened by both.
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { takeUp } from './harness/chatting.ts';
import { FULL_PACE } from './harness/chromium.ts';
import { makeFile, openChat, pressFile, untilFile } from './harness/files.ts';
import { startFirefox } from './harness/firefox.ts';
import type { BrowserContext } from 'playwright-core';
import { canMakeNetworks, createNetwork } from './harness/NetworkNamespace.ts';
import { Participant } from './harness/Participant.ts';
import { lookAt } from './harness/pictures.ts';
import { byId } from './harness/selectors.ts';
import { setStage, type Stage } from './harness/stage.ts';
import { until } from './harness/until.ts';
import { codecsInUse, keepConnections, shareReceived, videoUse } from './harness/videoUse.ts';

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
    stage = await setStage({ network, pace: FULL_PACE });
    const firefox = await startFirefox(network);
    stage.defer(() => firefox.close());
    const page = await firefox.newPage((fresh) => fresh.evaluateOnNewDocument(keepConnections, []));
    fern = new Participant(page, 'Fern in Firefox');
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
    await fern.hearsVoices(1);
    await carl.hearsVoices(1);
  });

  it('carries chat both ways', async () => {
    await fern.say('written in Firefox');
    await carl.reads('written in Firefox');
    await carl.say('written in Chromium');
    await fern.reads('written in Chromium');
  });

  it('carries an answer written in Firefox, and a reaction from there', async () => {
    await takeUp(fern, 'written in Chromium');
    await fern.page.click(byId('chatReply'));
    await fern.say('answered in Firefox');
    await until(async () => (await carl.texts(byId('chatQuote')))[0]?.includes('written in Chromium'), {
      what: 'Carl to see what Fern answers',
    });
    await takeUp(fern, 'written in Chromium');
    await fern.page.click(byId('chatReact'));
    await fern.page.fill(byId('emojiSearch'), 'thumbs up');
    await fern.page.press('Enter');
    await until(async () => (await carl.texts(byId('chatReaction')))[0]?.includes('👍'), {
      what: 'Carl to see Fern’s reaction',
    });
  });

  it('hands a file from Chromium to Firefox, byte for byte', async () => {
    const folder = mkdtempSync(path.join(tmpdir(), 'conclave-files-test-'));
    stage?.defer(() => rmSync(folder, { recursive: true, force: true }));
    const { file, hash } = makeFile(folder, 'from Chromium.bin', 5 * 1024 * 1024 + 7, 'words');
    for (const person of [carl, fern]) await openChat(person);
    await carl.page.pickFiles(byId('fileInput'), [file]);
    await untilFile(fern, 'from Chromium.bin', 'offered');
    await pressFile(fern, 'from Chromium.bin', 'fileSave');
    await untilFile(fern, 'from Chromium.bin', 'done');
    const received = await fern.page.evaluate(async () => {
      const folder = await (await navigator.storage.getDirectory()).getDirectoryHandle('conclave-files');
      for await (const handle of (folder as unknown as { values(): AsyncIterable<FileSystemFileHandle> }).values()) {
        const digest = await crypto.subtle.digest('SHA-256', await (await handle.getFile()).arrayBuffer());
        return [...new Uint8Array(digest)].map((byte) => byte.toString(16).padStart(2, '0')).join('');
      }
      return null;
    }, null);
    expect(received).toBe(hash);
  });

  /** What this Firefox can, in the room's order; H.264 is there only where its plug-in was fetched. */
  const codecsOfFirefox = (): Promise<string[]> =>
    fern.page.evaluate(() => {
      const mimeTypes = RTCRtpSender.getCapabilities('video')?.codecs.map(({ mimeType }) => mimeType.toLowerCase());
      return ['video/vp8', 'video/vp9', 'video/h264', 'video/av1'].filter((codec) => mimeTypes?.includes(codec));
    }, null);

  describe('in each codec that both have', () => {
    const ALL = ['video/vp8', 'video/vp9', 'video/h264', 'video/av1'];
    const widthOf = async (sender: Participant, viewer: Participant): Promise<number> =>
      (await lookAt(viewer.page, sender.name))?.width ?? 0;
    const large = (person: Participant): Promise<void> => person.page.resize(1280, 800);
    const small = (person: Participant): Promise<void> => person.page.resize(320, 240);

    /** Carl's device lacks all but one, so that both send it. */
    const meetIn = async (codec: string): Promise<BrowserContext[]> => {
      const contexts: BrowserContext[] = [];
      carl = (await stage?.person('Carl in Chromium', async (context) => {
        contexts.push(context);
        await context.addInitScript(
          keepConnections,
          ALL.filter((other) => other !== codec),
        );
      })) as Participant;
      await large(fern);
      const link = await carl.makeMeeting(stage?.server.origin ?? '');
      await carl.enter();
      await fern.joinByLink(link);
      return contexts;
    };

    const followsInSize = async (sender: Participant, viewer: Participant): Promise<void> => {
      await until(async () => (await widthOf(sender, viewer)) >= 640, { what: 'a large picture in a large tile' });
      await small(viewer);
      await until(async () => (await widthOf(sender, viewer)) <= 320, { what: 'a small picture in a small tile' });
      await large(viewer);
      await until(async () => (await widthOf(sender, viewer)) >= 640, { what: 'a large picture again' });
    };

    /** One size: a small tile gets half of the frames. */
    const followsInFrameRate = async (sender: Participant, viewer: Participant): Promise<void> => {
      const share = (): Promise<number> => shareReceived(sender, viewer, 2_500);
      await until(async () => (await share()) > 0.8, { what: 'all frames in a large tile' });
      await small(viewer);
      await until(async () => (await share()) < 0.7, { what: 'fewer frames in a small tile' });
      await large(viewer);
    };

    /** One size, one frame rate: a small tile gets what a large one gets, in the one size that is sent, which grows with the line. */
    const staysAsItIs = async (sender: Participant, viewer: Participant): Promise<void> => {
      const widthSent = async (): Promise<number[]> => (await videoUse(sender)).sent.map(({ width }) => width);
      await small(viewer);
      await viewer.sees(sender);
      await until(async () => (await widthSent()).join() === String(await widthOf(sender, viewer)), {
        what: 'the one size that is sent in a small tile',
      });
      await until(async () => (await shareReceived(sender, viewer, 2_500)) > 0.8, {
        what: 'all frames in a small tile',
      });
      await large(viewer);
    };

    it.each([
      ['video/vp8', 'sizes', 'sizes'],
      ['video/vp9', 'sizes', 'one'],
      ['video/av1', 'frame rates', 'one'],
    ] as const)('shows %s both ways; %s from Chromium, %s from Firefox', async (codec, fromChromium, fromFirefox) => {
      expect(await codecsOfFirefox()).toContain(codec);
      const contexts = await meetIn(codec);
      await fern.sees(carl);
      await carl.sees(fern);
      for (const person of [carl, fern]) {
        // Firefox began with VP8, before it heard that Carl's device lacks it.
        const isAlone = async (): Promise<boolean> => {
          const { sent, decoded } = await codecsInUse(person);
          return sent.join() === codec && decoded.join() === codec;
        };
        await until(isAlone, { what: `${codec} and nothing else at ${person.name}` });
        expect(await person.lockState()).toBe('sealed');
      }
      await carl.hearsVoices(1);
      await fern.hears(carl);
      if (fromChromium === 'sizes') await followsInSize(carl, fern);
      else await followsInFrameRate(carl, fern);
      if (fromFirefox === 'sizes') await followsInSize(fern, carl);
      else await staysAsItIs(fern, carl);
      for (const context of contexts) await context.close();
    });

    it('shows H.264 both ways where this Firefox has it, and says in words that it cannot where it has not', async () => {
      const hasH264 = (await codecsOfFirefox()).includes('video/h264');
      process.stdout.write(`  this Firefox has ${hasH264 ? '' : 'no '}H.264\n`);
      const contexts = await meetIn('video/h264');
      await carl.hearsVoices(1);
      if (hasH264) {
        await fern.sees(carl);
        await carl.sees(fern);
        await followsInSize(carl, fern);
      }
      for (const [one, other] of [
        [carl, fern],
        [fern, carl],
      ] as const) {
        const words = `This device cannot show ${other.name}’s picture`;
        const says = async (): Promise<boolean> => (await one.texts(byId('tile'))).some((text) => text.includes(words));
        if (hasH264) expect(await says()).toBe(false);
        else await until(says, { what: `${one.name} to read why they do not see ${other.name}` });
      }
      for (const context of contexts) await context.close();
    });
  });
});
