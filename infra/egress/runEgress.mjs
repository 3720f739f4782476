// Owns one egress: a feed page in Chromium, its picture and sound to ffmpeg, until it is told to stop or something ends it.
import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { deferred } from './deferred.mjs';
import { FeedPage } from './FeedPage.mjs';
import { Output } from './Output.mjs';
import { freeProfile } from './profile.mjs';

/** A page gives something within this time, or nothing any more. */
const QUIET_MS = 60_000;
const TICK_MS = 1_000;

/** Exit codes; those of options and of set-up are the caller's. */
export const EXIT = { written: 0, fault: 1, leftOut: 3, ingest: 4 };

/** How far it is, once a second. */
const createMeter = ({ output, leftOut, onProgress }) => {
  let bytesBefore = 0;
  return () => {
    const { frames, seconds, drops, bytes } = output.progress;
    const kbps = bytes === 0 ? null : Math.round(((bytes - bytesBefore) * 8) / TICK_MS);
    bytesBefore = bytes;
    onProgress({
      state: output.state,
      seconds: Math.round(seconds * 10) / 10,
      frames,
      drops,
      kbps,
      leftOutSeconds: Math.round(leftOut.ms / 100) / 10,
      breaks: output.breaks,
    });
  };
};

/** All that may end it, and what comes before that. */
const start = ({ out, ffmpegBin, retryForMs, seconds, stop, say, onProgress, ...options }) => {
  const over = deferred();
  const leftOut = { ms: 0 };
  const timers = [];
  let lastMs = Date.now();
  let hasBegun = false;
  const fault = (why) => over.resolve({ exit: 'fault', why });
  const page = new FeedPage({
    ...options,
    onReady: () => output.begin(),
    onChunk: async (take, chunk) => {
      lastMs = Date.now();
      if (!hasBegun) {
        hasBegun = true;
        say('writing');
        if (seconds !== null)
          timers.push(setTimeout(() => over.resolve({ exit: 'order', why: 'time' }), seconds * 1000));
      }
      await output.write(take, chunk);
    },
    onLeftOut: (ms) => {
      leftOut.ms += ms;
      say(`${(ms / 1000).toFixed(1)} s were left out: ffmpeg did not keep up`);
    },
    onFault: fault,
    onOver: (reason) =>
      over.resolve({ exit: reason === 'roomEnded' ? 'order' : 'fault', why: `the feed ended: ${reason}` }),
  });
  const output = new Output({ ffmpeg: ffmpegBin, out, retryForMs, page, say, onOver: over.resolve });
  const measure = createMeter({ output, leftOut, onProgress });
  const tick = () => {
    if (output.breaks > 0 && output.state === 'waiting') lastMs = Date.now();
    if (Date.now() - lastMs >= QUIET_MS) fault('nothing came of the page');
    measure();
  };
  timers.push(setInterval(tick, TICK_MS));
  stop.addEventListener('abort', () => over.resolve({ exit: 'order', why: 'signal' }), { once: true });
  // What a browser says of an address that does not open holds the address, and with it the link's secret.
  page.open().catch((error) => {
    const [cause = 'Chromium could not be started'] = /net::\w+/.exec(error.message) ?? [];
    fault(`the page could not be opened: ${cause}`);
  });
  return { page, output, leftOut, over: over.promise, measure, stopTimers: () => timers.forEach(clearTimeout) };
};

/**
 * @param {{ link: string, out: { kind: string, target: string, keep: boolean }, seconds: number | null, profile: string | null,
 *   sandbox: boolean, language: 'en' | 'fr', timeZone: string | null, retryForMs: number, chromiumBin: string, ffmpegBin: string,
 *   stop: AbortSignal, say: (text: string) => void, onProgress: (progress: object) => void }} options
 * @returns {Promise<{ exit: number, why: string, seconds: number }>}
 */
export const runEgress = async ({ profile, ...options }) => {
  if (profile !== null) freeProfile(profile);
  const folder = profile ?? fs.mkdtempSync(path.join(os.tmpdir(), 'conclave-egress-'));
  const { page, output, leftOut, over, measure, stopTimers } = start({ ...options, folder });
  try {
    const { exit, why } = await over;
    await page.finish();
    const written = await output.finish();
    stopTimers();
    measure();
    const { seconds } = output.progress;
    if (exit !== 'order') return { exit: EXIT[exit], why, seconds };
    if (written === 'failed') return { exit: EXIT.fault, why: `${why}; ffmpeg did not write the rest`, seconds };
    const isWhole = leftOut.ms === 0 && output.breaks === 0 && written === 'written';
    return { exit: isWhole ? EXIT.written : EXIT.leftOut, why: isWhole ? why : `${why}; not all is in it`, seconds };
  } finally {
    stopTimers();
    await output.finish();
    await page.close();
    if (profile === null) fs.rmSync(folder, { recursive: true, force: true });
  }
};
