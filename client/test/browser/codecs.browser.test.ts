// Every codec through the real server and SFU: what devices can decides which one, it arrives sealed, and layers follow the tile.
import type { BrowserContext, Page } from 'playwright-core';
import { afterEach, beforeAll, afterAll, describe, expect, it } from 'vitest';
import type { Participant } from './harness/Participant.ts';
import { lookAt } from './harness/pictures.ts';
import { setStage, type Stage } from './harness/stage.ts';
import { until } from './harness/until.ts';

interface Kept {
  keptConnections: Set<RTCPeerConnection>;
}

/** A device whose browser lacks these video codecs; keeps its connections at hand so that their figures can be read. */
const withoutCodecs = (context: BrowserContext, lacking: readonly string[]): Promise<unknown> =>
  context.addInitScript((missing) => {
    const keptConnections = new Set<RTCPeerConnection>();
    Object.assign(globalThis, { keptConnections });
    const { addTransceiver, setRemoteDescription } = RTCPeerConnection.prototype;
    RTCPeerConnection.prototype.addTransceiver = function (what, init) {
      const transceiver = addTransceiver.call(this, what, init);
      if (what !== 'video') return transceiver;
      // How mediasoup-client asks what the browser can: by what an offer of it lists.
      const codecs = RTCRtpReceiver.getCapabilities('video')?.codecs ?? [];
      transceiver.setCodecPreferences(codecs.filter(({ mimeType }) => !missing.includes(mimeType.toLowerCase())));
      return transceiver;
    };
    RTCPeerConnection.prototype.setRemoteDescription = function (this: RTCPeerConnection, ...values: never[]) {
      keptConnections.add(this);
      return (setRemoteDescription as (...values: never[]) => Promise<void>).apply(this, values);
    } as RTCPeerConnection['setRemoteDescription'];
  }, lacking);

/** Codecs of the pictures that this page sends and decodes now. */
function codecsInUse(person: Participant): Promise<{ sent: string[]; decoded: string[] }> {
  return person.page.evaluate(async () => {
    const use = { sent: [] as string[], decoded: [] as string[] };
    for (const connection of (globalThis as unknown as Kept).keptConnections) {
      const stats = await connection.getStats();
      for (const report of stats.values()) {
        if (report.kind !== 'video' || !report.codecId) continue;
        const codec = String(stats.get(report.codecId)?.mimeType).toLowerCase();
        if (report.type === 'outbound-rtp' && report.framesEncoded > 0) use.sent.push(codec);
        if (report.type === 'inbound-rtp' && report.framesDecoded > 0) use.decoded.push(codec);
      }
    }
    return { sent: [...new Set(use.sent)], decoded: [...new Set(use.decoded)] };
  }, null);
}

const LARGE = { width: 1280, height: 800 };
const SMALL = { width: 320, height: 240 };

describe('a meeting in each codec', () => {
  let stage: Stage;
  const contexts: BrowserContext[] = [];
  const pageOf = (index: number): Page => contexts[index]?.pages()[0] as Page;

  beforeAll(async () => {
    stage = await setStage();
  });
  afterEach(async () => {
    for (const context of contexts.splice(0)) await context.close();
  });
  afterAll(() => stage?.close());

  const device = (name: string, lacking: readonly string[]): Promise<Participant> =>
    stage.person(name, async (context) => {
      contexts.push(context);
      await withoutCodecs(context, lacking);
    });

  const meet = async (lacking: readonly string[]): Promise<{ ana: Participant; ben: Participant; link: string }> => {
    const [ana, ben] = [await device('Ana', lacking), await device('Ben', lacking)];
    const link = await ana.makeMeeting(stage.server.origin);
    await ana.enter();
    await ben.joinByLink(link);
    await ana.sees(ben);
    await ben.sees(ana);
    return { ana, ben, link };
  };

  it.each([
    ['video/vp8', [], true],
    ['video/vp9', ['video/vp8'], true],
    ['video/h264', ['video/vp8', 'video/vp9'], true],
    ['video/av1', ['video/vp8', 'video/vp9', 'video/h264'], false],
  ] as const)('shows %s both ways where devices lack %j', async (codec, lacking, hasLayers) => {
    const { ana, ben } = await meet(lacking);
    for (const person of [ana, ben]) expect(await codecsInUse(person)).toEqual({ sent: [codec], decoded: [codec] });
    const widthOfAna = async (): Promise<number> => (await lookAt(ben.page, ana.name))?.width ?? 0;
    if (!hasLayers) return;
    await until(async () => (await widthOfAna()) >= 640, { what: 'a large picture in a large tile' });
    await pageOf(1).setViewportSize(SMALL);
    await until(async () => (await widthOfAna()) <= 320, { what: 'a small picture in a small tile' });
    await pageOf(1).setViewportSize(LARGE);
    await until(async () => (await widthOfAna()) >= 640, { what: 'a large picture again' });
    await ben.sees(ana);
  });

  it('goes over to what all can when someone joins who lacks its codec, and back when they leave', async () => {
    const { ana, ben, link } = await meet([]);
    const cleo = await device('Cleo', ['video/vp8']);
    await cleo.joinByLink(link);
    for (const [one, other] of [
      [cleo, ana],
      [cleo, ben],
      [ana, cleo],
      [ben, cleo],
      [ana, ben],
      [ben, ana],
    ] as const) {
      await one.sees(other);
    }
    for (const person of [ana, ben, cleo]) {
      expect((await codecsInUse(person)).sent).toEqual(['video/vp9']);
      expect(await person.lockState()).toBe('sealed');
    }
    await cleo.leave();
    const sentByAna = async (): Promise<string> => (await codecsInUse(ana)).sent.join();
    await until(async () => (await sentByAna()) === 'video/vp8', { what: 'VP8 again' });
    await ana.sees(ben);
    await ben.sees(ana);
  });
});
