// Browser to browser: the least that a page needs for a picture of somebody else, from a click on, in the same browser with the same camera.
import type { Page } from 'playwright-core';
import type { Chromium } from '../../../client/test/browser/harness/chromium.ts';

/** No server is asked: the document is what the bench says, at an address that is a secure context. */
const ADDRESS = 'http://127.0.0.1:9/direct';
const DOCUMENT = '<!doctype html><title>direct</title><button>Join</button><video autoplay playsinline muted></video>';
/** As on the pre-join screen of ours. */
const LOOK_MS = 1_500;

/** Two RTCPeerConnections of one page, the answerer's side made by the click. @returns ms until the first picture is on the screen */
export async function connectDirectly(chromium: Chromium): Promise<number> {
  const context = await chromium.newContext();
  try {
    const page = await context.newPage();
    await page.route(ADDRESS, (route) => route.fulfill({ contentType: 'text/html', body: DOCUMENT }));
    await page.goto(ADDRESS);
    await page.evaluate(prepare);
    await page.waitForTimeout(LOOK_MS);
    await page.click('button');
    return await pictureOf(page);
  } finally {
    await context.close();
  }
}

interface Prepared {
  picture: Promise<number>;
}

const pictureOf = (page: Page): Promise<number> => page.evaluate(() => (globalThis as unknown as Prepared).picture);

// What runs in the page.

/** The camera runs before the click, as it does on a pre-join screen. */
async function prepare(): Promise<void> {
  const SIZE = { width: { ideal: 1280 }, height: { ideal: 720 } };
  const stream = await navigator.mediaDevices.getUserMedia({ audio: true, video: SIZE });
  const video = document.querySelector('video');
  const button = document.querySelector('button');
  if (video === null || button === null) throw new Error('no document');
  const picture = new Promise<number>((resolve, reject) => {
    button.addEventListener('click', ({ timeStamp }) => {
      video.requestVideoFrameCallback((_now, { expectedDisplayTime }) => resolve(expectedDisplayTime - timeStamp));
      const [far, near] = [new RTCPeerConnection(), new RTCPeerConnection()];
      far.onicecandidate = ({ candidate }) => void near.addIceCandidate(candidate ?? undefined);
      near.onicecandidate = ({ candidate }) => void far.addIceCandidate(candidate ?? undefined);
      near.ontrack = ({ streams }) => (video.srcObject = streams[0] ?? null);
      for (const track of stream.getTracks()) far.addTrack(track, stream);
      const negotiate = async (): Promise<void> => {
        await far.setLocalDescription();
        await near.setRemoteDescription(far.localDescription as RTCSessionDescription);
        await near.setLocalDescription();
        await far.setRemoteDescription(near.localDescription as RTCSessionDescription);
      };
      negotiate().catch(reject);
    });
  });
  Object.assign(globalThis, { picture });
}
