// Owns one egress: a feed page in Chromium, its picture and sound to ffmpeg, until it is told to stop or something ends it.
import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { chromium } from 'playwright-core';
import { Encoder } from './Encoder.mjs';

/** The last chunk is out by then, or the page does not answer. */
const LAST_CHUNK_MS = 10_000;
/** Something comes of a page that is opened, or nothing will. */
const FIRST_CHUNK_MS = 60_000;
const HEIGHTS = { 720: { width: 1280, height: 720 }, 1080: { width: 1920, height: 1080 } };

const sizeOf = (link) => (/[&]size=1080(&|$)/.test(link) ? HEIGHTS[1080] : HEIGHTS[720]);

const openPage = async ({ link, chromiumBin, folder, sandbox }) => {
  const context = await chromium.launchPersistentContext(folder, {
    executablePath: chromiumBin,
    viewport: sizeOf(link),
    chromiumSandbox: sandbox,
    args: ['--autoplay-policy=no-user-gesture-required', '--disable-background-networking'],
    // Ours: what was taken is written first.
    handleSIGINT: false,
    handleSIGTERM: false,
    handleSIGHUP: false,
  });
  return { context, page: context.pages()[0] ?? (await context.newPage()) };
};

/**
 * @param {{ link: string, out: { kind: string, target: string }, seconds: number | null, profile: string | null, sandbox: boolean,
 *   chromiumBin: string, ffmpegBin: string, stop: AbortSignal, say: (text: string) => void }} options
 * @returns {Promise<{ ok: boolean, why: string, bytes: number }>} `ok`: it ended as it should, and ffmpeg wrote all of it
 */
export const runEgress = async ({ link, out, seconds, profile, sandbox, chromiumBin, ffmpegBin, stop, say }) => {
  const folder = profile ?? fs.mkdtempSync(path.join(os.tmpdir(), 'conclave-egress-'));
  const over = Promise.withResolvers();
  const pageEnded = Promise.withResolvers();
  const isDone = { stopping: false };
  const fail = (why) => over.resolve({ ok: false, why });
  const encoder = new Encoder({
    ffmpeg: ffmpegBin,
    out,
    onEnded: (code) => isDone.stopping || fail(code === null ? 'ffmpeg could not be run' : `ffmpeg ended (${code})`),
  });
  let timer = setTimeout(() => fail('nothing came of the page'), FIRST_CHUNK_MS);
  const began = () => {
    say('writing');
    clearTimeout(timer);
    timer = seconds === null ? undefined : setTimeout(() => over.resolve({ ok: true, why: 'time' }), seconds * 1000);
  };
  const onHanded = async (_source, handed) => {
    if (handed.end) pageEnded.resolve();
    else if (handed.fault) fail(handed.fault);
    else if (handed.over) over.resolve({ ok: handed.over === 'roomEnded', why: `the feed ended: ${handed.over}` });
    else {
      if (encoder.bytes === 0) began();
      await encoder.write(Buffer.from(handed.chunk, 'base64'));
    }
  };
  stop.addEventListener('abort', () => over.resolve({ ok: true, why: 'signal' }), { once: true });
  let context;
  try {
    const opened = await openPage({ link, chromiumBin, folder, sandbox });
    ({ context } = opened);
    const { page } = opened;
    page.on('crash', () => fail('the page crashed'));
    context.on('close', () => isDone.stopping || fail('Chromium ended'));
    await page.exposeBinding('conclaveEgress', onHanded);
    await page.goto(link);
    const { ok, why } = await over.promise;
    isDone.stopping = true;
    await Promise.race([
      page.evaluate(() => void dispatchEvent(new Event('conclave-egress-stop'))).then(() => pageEnded.promise),
      new Promise((resolve) => setTimeout(resolve, LAST_CHUNK_MS).unref()),
    ]).catch(() => undefined);
    const code = await encoder.finish();
    return { ok: ok && code === 0, why: code === 0 ? why : `${why}; ffmpeg ended (${code})`, bytes: encoder.bytes };
  } finally {
    isDone.stopping = true;
    clearTimeout(timer);
    await encoder.finish();
    await context?.close().catch(() => undefined);
    if (profile === null) fs.rmSync(folder, { recursive: true, force: true });
  }
};
