// How much a page publishes: through the server, and browser to browser in one page, with the same encodings and the same camera.
import type { BrowserContext } from 'playwright-core';
import { planOf } from '../../../core/media/encodings.ts';
import { cameraConstraints } from '../../../platform/devices.ts';
import { fromPlaywright, type BrowserPage } from './BrowserPage.ts';

interface Kept {
  keptConnections: Set<RTCPeerConnection>;
}

/** From the first frame: then, and for so long, what encoders are told to make is looked at. Estimates have climbed by then. */
const AFTER_MS = 4_000;
const LOOKS = 10;
const LOOK_MS = 200;
const FIRST_FRAME_TIMEOUT_MS = 60_000;

/**
 * bit/s that the page's encoders of pictures are told to make from the fifth second on, counted from the first frame; the page is one of
 * `keepConnections`. Not what leaves it: lines are probed with copies of what was sent, which no counter tells from pictures.
 */
export function publishedRate(page: BrowserPage): Promise<number> {
  return page.evaluate(
    async ({ afterMs, looks, lookMs, timeoutMs }) => {
      const wait = (ms: number) => new Promise<void>((resolve) => setTimeout(resolve, ms));
      const look = async (): Promise<{ frames: number; rate: number }> => {
        const seen = { frames: 0, rate: 0 };
        for (const connection of (globalThis as unknown as Kept).keptConnections) {
          if (connection.connectionState === 'closed') continue;
          for (const report of (await connection.getStats()).values()) {
            if (report.type !== 'outbound-rtp' || report.kind !== 'video') continue;
            seen.frames += Number(report.framesEncoded ?? 0);
            seen.rate += Number(report.targetBitrate ?? 0);
          }
        }
        return seen;
      };
      const startMs = performance.now();
      while ((await look()).frames === 0) {
        if (performance.now() - startMs > timeoutMs) throw new Error('no picture is sent');
        await wait(50);
      }
      await wait(afterMs);
      let sum = 0;
      for (let at = 0; at < looks; at += 1) {
        sum += (await look()).rate;
        await wait(lookMs);
      }
      return sum / looks;
    },
    { afterMs: AFTER_MS, looks: LOOKS, lookMs: LOOK_MS, timeoutMs: FIRST_FRAME_TIMEOUT_MS },
  );
}

/**
 * Opens a page that sends its camera to itself by two connections, in the product's three layers. A browser takes no simulcast by
 * itself: to the one that receives each layer is shown as a picture of its own, by letting the layers' names be those of m-lines.
 */
export async function openBrowserToBrowser(context: BrowserContext, origin: string): Promise<BrowserPage> {
  const page = fromPlaywright(await context.newPage());
  await page.goto(`${origin}/`);
  const encodings = (planOf('camera', 'vp8').encodings ?? []).map((one, index) => ({ ...one, rid: `r${index}` }));
  const wanted = { layers: encodings, camera: cameraConstraints() };
  await page.evaluate(async ({ layers, camera }) => {
    const MID = 'urn:ietf:params:rtp-hdrext:sdes:mid';
    const RID = 'urn:ietf:params:rtp-hdrext:sdes:rtp-stream-id';
    const rids = layers.map(({ rid }) => rid);
    const swapped = (sdp: string): string =>
      sdp.replaceAll(MID, 'swapping').replaceAll(RID, MID).replaceAll('swapping', RID);
    const parts = (sdp: string): [session: string, media: string] => {
      const [session = '', media = ''] = sdp.split(/(?=^m=)/m);
      return [session, media];
    };
    const bundled = (session: string, mids: readonly string[]): string =>
      session.replace(/^a=group:BUNDLE.*$/m, `a=group:BUNDLE ${mids.join(' ')}`);
    const named = (media: string, mid: string): string => media.replace(/^a=mid:.*$/m, `a=mid:${mid}`);

    const [track] = (await navigator.mediaDevices.getUserMedia({ video: camera })).getVideoTracks();
    if (track === undefined) throw new Error('no camera');
    const [from, to] = [new RTCPeerConnection(), new RTCPeerConnection()];
    for (const [one, other] of [
      [from, to],
      [to, from],
    ] as const) {
      one.addEventListener('icecandidate', ({ candidate }) => {
        if (candidate !== null) void other.addIceCandidate({ candidate: candidate.candidate, sdpMLineIndex: 0 });
      });
    }
    const transceiver = from.addTransceiver(track, { direction: 'sendonly', sendEncodings: layers });
    const codecs = RTCRtpReceiver.getCapabilities('video')?.codecs ?? [];
    transceiver.setCodecPreferences(codecs.filter(({ mimeType }) => mimeType.toLowerCase() === 'video/vp8'));
    const offer = await from.createOffer();
    const [session, media] = parts(offer.sdp ?? '');
    const plain = swapped(media).replaceAll(/^a=(rid|simulcast|msid):.*\r\n/gm, '');
    const shown = bundled(session, rids) + rids.map((rid) => named(plain, rid)).join('');
    await to.setRemoteDescription({ type: 'offer', sdp: shown });
    const answer = await to.createAnswer();
    await from.setLocalDescription(offer);
    const [answering, first] = parts(answer.sdp ?? '');
    const mid = /^a=mid:(.*)$/m.exec(media)?.[1]?.trim() ?? '0';
    const taken = rids.map((rid) => `a=rid:${rid} recv\r\n`).join('') + `a=simulcast:recv ${rids.join(';')}\r\n`;
    const back = bundled(answering, [mid]) + named(swapped(first), mid) + taken;
    await to.setLocalDescription(answer);
    await from.setRemoteDescription({ type: 'answer', sdp: back });
  }, wanted);
  return page;
}
