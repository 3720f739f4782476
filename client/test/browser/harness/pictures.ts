// What a person would see and hear of another: is the picture there, does it move, does the meter show a voice.
import type { BrowserPage } from './BrowserPage.ts';
import { byId } from './selectors.ts';
import { until } from './until.ts';

export type PictureStream = 'camera' | 'screen';

/** One look at a tile's <video>, scaled down to a few hundred pixels. */
export interface Look {
  width: number;
  height: number;
  /** Position of playback, seconds. */
  atS: number;
  /** Mean of all colours, 0 … 255: near 0 is black. */
  brightness: number;
  /** Which track plays: another id is another Consumer. */
  trackId: string;
  /** Red, green, blue of each pixel, 0 … 255. */
  pixels: number[];
}

/** Where to look: at the tiles of a meeting, or at those of a scene. */
export type Tiles = 'tile' | 'sceneTile';

/** Looks once at the tile of the participant called `name`; null while there is no such picture. */
export function lookAt(
  page: BrowserPage,
  name: string,
  stream: PictureStream = 'camera',
  where: Tiles = 'tile',
): Promise<Look | null> {
  return page.evaluate(
    ({ tiles, name: wanted }) => {
      const tile = [...document.querySelectorAll(tiles)].find((each) => each.textContent?.includes(wanted));
      const video = tile?.querySelector('video');
      if (!video || video.videoWidth === 0 || video.readyState < 2) return null;
      const canvas = document.createElement('canvas');
      canvas.width = 32;
      canvas.height = 18;
      const context = canvas.getContext('2d', { willReadFrequently: true });
      if (!context) return null;
      context.drawImage(video, 0, 0, 32, 18);
      const { data } = context.getImageData(0, 0, 32, 18);
      const pixels: number[] = [];
      for (let at = 0; at < data.length; at += 4) {
        pixels.push(data[at] ?? 0, data[at + 1] ?? 0, data[at + 2] ?? 0);
      }
      const mean = pixels.reduce((sum, pixel) => sum + pixel, 0) / pixels.length;
      return {
        width: video.videoWidth,
        height: video.videoHeight,
        atS: video.currentTime,
        brightness: mean,
        trackId: video.srcObject instanceof MediaStream ? (video.srcObject.getVideoTracks()[0]?.id ?? '') : '',
        pixels,
      };
    },
    { tiles: byId(where, { stream }), name },
  );
}

/** Mean difference of two looks' pixels, 0 … 255. */
export function difference(one: Look, other: Look): number {
  return one.pixels.reduce((sum, pixel, at) => sum + Math.abs(pixel - (other.pixels[at] ?? 0)), 0) / one.pixels.length;
}

/**
 * Whether two looks show one picture that plays: it is not black, time went on, and colours changed. It may be flat:
 * Firefox's fake camera is one colour that wanders.
 */
export function isMoving(one: Look | null, other: Look | null): boolean {
  if (!one || !other) return false;
  return other.brightness > 4 && other.atS > one.atS && difference(one, other) > 0.05;
}

/** Waits until the picture of `name` plays on this page; rejects with what was last seen. */
export async function waitForMovingPicture(
  page: BrowserPage,
  name: string,
  {
    stream = 'camera',
    timeoutMs = 45_000,
    where = 'tile',
  }: { stream?: PictureStream; timeoutMs?: number; where?: Tiles } = {},
): Promise<void> {
  let before = await lookAt(page, name, stream, where);
  let last: Look | null = before;
  const moved = async (): Promise<boolean> => {
    last = await lookAt(page, name, stream, where);
    const moves = isMoving(before, last);
    before = last;
    return moves;
  };
  await until(moved, { timeoutMs, everyMs: 400, what: `a moving ${stream} picture of ${name}` }).catch(
    (error: Error) => {
      const { pixels: _many, ...seen } = last ?? { pixels: [] };
      throw new Error(`${error.message}; seen: ${JSON.stringify(seen)}`);
    },
  );
}

/**
 * Waits until the picture of `name` stands still: over 400 ms neither its time nor its colours moved. A browser may
 * still draw a picture or two after it was told to pause. Rejects with how far it moved last.
 */
export async function waitForStillPicture(
  page: BrowserPage,
  name: string,
  { stream = 'camera', where = 'tile' }: { stream?: PictureStream; where?: Tiles } = {},
): Promise<void> {
  let before: Look | null = null;
  let moved = 'no picture';
  const isStill = async (): Promise<boolean> => {
    const last = await lookAt(page, name, stream, where);
    if (before && last) moved = `${last.atS - before.atS} s, ${difference(before, last)} of 255`;
    const stands = before !== null && last !== null && last.atS === before.atS && difference(before, last) === 0;
    before = last;
    return stands;
  };
  await until(isStill, { timeoutMs: 30_000, everyMs: 400, what: `a still ${stream} picture of ${name}` }).catch(
    (error: Error) => {
      throw new Error(`${error.message}; moved by ${moved}`);
    },
  );
}

/** Waits until `name` has no playing picture of this kind any more. */
export async function waitForNoPicture(
  page: BrowserPage,
  name: string,
  stream: PictureStream = 'camera',
  where: Tiles = 'tile',
): Promise<void> {
  await until(async () => (await lookAt(page, name, stream, where)) === null, {
    what: `no ${stream} picture of ${name}`,
  });
}

/** The meter on the camera tile of `name`, 0 … 100; null where there is none. */
export function audioLevel(page: BrowserPage, name: string): Promise<number | null> {
  return page.evaluate(
    ({ tiles, level, name: wanted }) => {
      const tile = [...document.querySelectorAll(tiles)].find((each) => each.textContent?.includes(wanted));
      const value = tile?.querySelector(level)?.getAttribute('data-level');
      return value === null || value === undefined ? null : Number(value);
    },
    { tiles: byId('tile', { stream: 'camera' }), level: byId('level'), name },
  );
}

/**
 * How many voices really sound on this page: remote audio is decoded, played and not silent within two seconds. Rejects
 * where the browser starts no audio output (Firefox on a machine without a sound card; see `SoundCard`).
 */
export function voicesHeard(page: BrowserPage): Promise<number> {
  return page.evaluate(async (listenMs) => {
    const context = new AudioContext();
    // A busy machine starts an output slowly; given up, each attempt would begin it anew.
    await Promise.race([context.resume(), new Promise((resolve) => setTimeout(resolve, 10_000))]);
    const { state } = context;
    if (state !== 'running') {
      void context.close();
      throw new Error(`this browser plays no audio: ${state}`);
    }
    const ears = [...document.querySelectorAll('audio')].flatMap((element) => {
      if (!(element.srcObject instanceof MediaStream) || element.paused) return [];
      const analyser = context.createAnalyser();
      context.createMediaStreamSource(element.srcObject).connect(analyser);
      return [{ analyser, peak: 0 }];
    });
    const samples = new Float32Array(2048);
    const endsAt = performance.now() + listenMs;
    while (performance.now() < endsAt) {
      for (const ear of ears) {
        ear.analyser.getFloatTimeDomainData(samples);
        for (const sample of samples) ear.peak = Math.max(ear.peak, Math.abs(sample));
      }
      await new Promise((resolve) => setTimeout(resolve, 30));
    }
    await context.close();
    return ears.filter(({ peak }) => peak > 0.005).length;
  }, 2_000);
}

/** Waits until the meter of `name` shows a voice. */
export async function waitForSound(page: BrowserPage, name: string): Promise<void> {
  await until(async () => ((await audioLevel(page, name)) ?? 0) > 0, { everyMs: 60, what: `sound from ${name}` });
}
