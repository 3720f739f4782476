// Starts real Chromium with a camera and a microphone that need no hardware and no questions.
import { chmodSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { chromium, type Browser, type BrowserContext } from 'playwright-core';
import { chromiumBin } from './environment.ts';
import type { NetworkNamespace } from './NetworkNamespace.ts';
import { PATIENCE_MS } from './until.ts';

/** Frames a second of every fake camera: at 12, three people took all of two slow cores, and a press was answered after half a minute. */
export const CAMERA_FPS = 5;

/** How much of the machine a browser's fake devices take. */
export interface Pace {
  readonly cameraFps: number;
  readonly flags: readonly string[];
  /** Cameras and microphones are as the page asks for them; otherwise as `giveLightDevices` has them. */
  readonly asAsked: boolean;
  /** The browser has what of the machine nobody else wants: for who is measured beside it and would be elsewhere. */
  readonly givesWay?: boolean;
}
/** A page that plays is woken some 20 times a second for sound and not 100: a tenth of what two people in a Room take. */
const TEST_PACE: Pace = { cameraFps: CAMERA_FPS, flags: ['--audio-buffer-size=2048'], asAsked: false };
/** For tests of what is asked of devices, of layers, and of who is seen to speak: three times as dear. */
export const FULL_PACE: Pace = { ...TEST_PACE, asAsked: true };
/** What benches measure with, as they have from the start. */
export const BENCH_PACE: Pace = { cameraFps: 12, flags: [], asAsked: true };

const FLAGS = ['--use-fake-ui-for-media-stream', '--no-sandbox', '--disable-background-networking'];

const quoted = (word: string): string => `'${word.replaceAll("'", `'\\''`)}'`;

/**
 * Linux weighs sessions against one another where it groups by them, and only within one by how nice each is: `proc(5)`, autogroup. Playwright
 * gives every browser a session of its own.
 */
const GIVE_WAY = '{ echo 15 >/proc/self/autogroup; } 2>/dev/null\nexec nice -n 15';

/** Playwright starts one file: inside a namespace, or to give way, that file is a script that starts Chromium so. */
function writeWrapper(folder: string, command: readonly string[], givesWay = false): string {
  const file = path.join(folder, 'chromium');
  writeFileSync(file, `#!/bin/sh\n${givesWay ? GIVE_WAY : 'exec'} ${command.map(quoted).join(' ')} "$@"\n`);
  chmodSync(file, 0o755);
  return file;
}

/**
 * Runs in the page: a camera with a quarter of the pixels, and the microphone as it is. Unprocessed, its beep is still heard, but too
 * quiet for anybody to be seen to speak each second, so that nothing glows and the page stands still. The prototype, since tests that
 * film or sing put functions of their own before it and have to be told what the page asked for.
 */
export function giveLightDevices(): void {
  if (typeof MediaDevices === 'undefined') return;
  const asked = MediaDevices.prototype.getUserMedia;
  const size = { width: { ideal: 640 }, height: { ideal: 360 } };
  const raw = { echoCancellation: false, noiseSuppression: false, autoGainControl: false };
  const lighter = (wish: boolean | object | undefined, by: object): boolean | object | undefined =>
    typeof wish === 'object' ? { ...wish, ...by } : wish && by;
  MediaDevices.prototype.getUserMedia = function getUserMedia(wishes) {
    const [video, audio] = [lighter(wishes?.video, size), lighter(wishes?.audio, raw)];
    return asked.call(this, { ...wishes, ...(video && { video }), ...(audio && { audio }) });
  };
}

export interface Chromium {
  /** A device of its own: storage, permissions and fragment are shared with no other context. */
  newContext(options?: {
    width?: number;
    height?: number;
    locale?: string;
    colorScheme?: 'light' | 'dark';
    /** Touch, three device pixels to one of the page, and a page that is laid out as phones do. */
    phone?: boolean;
  }): Promise<BrowserContext>;
  close(): Promise<void>;
}

/** @param flags beyond those that every test needs */
export async function startChromium(
  network?: NetworkNamespace,
  flags: readonly string[] = [],
  pace: Pace = TEST_PACE,
): Promise<Chromium> {
  const folder = mkdtempSync(path.join(tmpdir(), 'conclave-chromium-'));
  const bin = chromiumBin();
  const isPlain = network === undefined && !pace.givesWay;
  const executablePath = isPlain ? bin : writeWrapper(folder, network?.inside([bin]) ?? [bin], pace.givesWay);
  // A moving pac-man with a timer, a beep each second; getDisplayMedia gets a fake screen too.
  const camera = `--use-fake-device-for-media-stream=fps=${pace.cameraFps}`;
  const args = [camera, ...pace.flags, ...FLAGS, ...flags];
  const browser: Browser = await chromium.launch({ executablePath, args });
  return {
    async newContext({ width = 1280, height = 800, locale = 'en-GB', colorScheme = 'light', phone = false } = {}) {
      const context = await browser.newContext({
        viewport: { width, height },
        locale,
        colorScheme,
        ...(phone && { hasTouch: true, isMobile: true, deviceScaleFactor: 3 }),
      });
      context.setDefaultTimeout(PATIENCE_MS);
      if (!pace.asAsked) await context.addInitScript(giveLightDevices);
      return context;
    },
    async close() {
      await browser.close().catch(() => undefined);
      rmSync(folder, { recursive: true, force: true });
    },
  };
}
