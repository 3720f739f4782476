// Looks into a recording as a player would: how long it is, whether its picture moves, whether it can be heard.
import { waitForUsable, type BrowserPage } from './BrowserPage.ts';
import type { Participant } from './Participant.ts';
import { byId } from './selectors.ts';
import { until } from './until.ts';

export interface RecordedFacts {
  bytes: number;
  /** Infinity in a file whose end was never written. */
  durationS: number;
  width: number;
  height: number;
  /** Mean difference of a colour value, 0 … 255, in the middle of the large tile: the largest between the first and a later moment. */
  change: number;
  /** Loudest sample, 0 … 1. */
  peak: number;
}

const MOMENTS = 7;

/** @param name of the file on this page's disk; looked at `MOMENTS` times between the seconds `from` and `to` */
export function inspectRecording(
  page: BrowserPage,
  { name, fromS, toS }: { name: string; fromS: number; toS: number },
): Promise<RecordedFacts> {
  return page.evaluate(
    async (wanted) => {
      const root = await navigator.storage.getDirectory();
      const folder = await root.getDirectoryHandle('recordings');
      const file = await (await folder.getFileHandle(wanted.name)).getFile();
      const video = document.createElement('video');
      const happened = (event: string): Promise<void> =>
        new Promise((resolve, reject) => {
          video.addEventListener(event, () => resolve(), { once: true });
          video.addEventListener('error', () => reject(new Error(video.error?.message ?? 'unplayable')), {
            once: true,
          });
        });
      video.muted = true;
      video.preload = 'auto';
      const loaded = happened('loadeddata');
      video.src = URL.createObjectURL(file);
      await loaded;
      const canvas = document.createElement('canvas');
      [canvas.width, canvas.height] = [160, 90];
      const context = canvas.getContext('2d', { willReadFrequently: true })!;
      const pixelsAt = async (second: number): Promise<Uint8ClampedArray> => {
        const seeked = happened('seeked');
        video.currentTime = second;
        await seeked;
        context.drawImage(video, 0, 0, 160, 90);
        // Neither the clock in the corner nor one's own picture.
        return context.getImageData(20, 20, 100, 50).data;
      };
      // The test picture turns: two moments alone may look the same.
      const moments: Uint8ClampedArray[] = [];
      for (let at = 0; at < wanted.moments; at += 1) {
        moments.push(await pixelsAt(wanted.fromS + ((wanted.toS - wanted.fromS) * at) / wanted.moments));
      }
      const differenceOf = (a: Uint8ClampedArray, b: Uint8ClampedArray): number =>
        a.reduce((sum, value, at) => sum + Math.abs(value - (b[at] ?? 0)), 0) / a.length;
      const change = Math.max(...moments.map((one) => differenceOf(one, moments[0]!)));
      const sound = await new OfflineAudioContext(1, 48_000, 48_000).decodeAudioData(await file.arrayBuffer());
      const peak = sound.getChannelData(0).reduce((most, value) => Math.max(most, Math.abs(value)), 0);
      const { duration: durationS, videoWidth: width, videoHeight: height } = video;
      URL.revokeObjectURL(video.src);
      return { bytes: file.size, durationS, width, height, change, peak };
    },
    { name, fromS, toS, moments: MOMENTS },
  );
}

/** From the menu as far as the question. */
export async function askToRecord(page: BrowserPage): Promise<void> {
  await page.click(byId('more'));
  await page.click(`[role="menu"]:popover-open ${byId('record')}`);
  await waitForUsable(page, byId('recordingBegin'));
}

/** The name of the one file that is offered. */
export const keptName = (page: BrowserPage): Promise<string> =>
  until(
    () => page.evaluate((css) => document.querySelector<HTMLElement>(css)?.dataset['name'], byId('keptRecording')),
    { what: 'the file to be offered' },
  );

/** By what the bar of `person` says is on the disk: a busy machine is behind its clock. */
export const untilWritten = (person: Participant, kilobytes: number): Promise<unknown> =>
  until(
    async () => {
      const [, amount = '0', unit] = /([\d.]+)\s(kB|MB)/.exec((await person.texts(byId('recordingBar'))).join()) ?? [];
      return Number(amount) * (unit === 'MB' ? 1_000 : 1) >= kilobytes;
    },
    { timeoutMs: 60_000, what: `${kilobytes} kB of a recording` },
  );

/** Hands the file on from one page's disk to another's, as bytes. */
export async function copyRecording(from: BrowserPage, to: BrowserPage, name: string): Promise<void> {
  const address = await from.evaluate(async (wanted) => {
    const root = await navigator.storage.getDirectory();
    const handle = await (await root.getDirectoryHandle('recordings')).getFileHandle(wanted);
    const reader = new FileReader();
    const read = new Promise((resolve) => reader.addEventListener('load', resolve));
    reader.readAsDataURL(await handle.getFile());
    await read;
    return reader.result as string;
  }, name);
  await to.evaluate(
    async ({ wanted, base64 }) => {
      const root = await navigator.storage.getDirectory();
      const folder = await root.getDirectoryHandle('recordings', { create: true });
      const writable = await (await folder.getFileHandle(wanted, { create: true })).createWritable();
      await writable.write(Uint8Array.from(atob(base64), (byte) => byte.codePointAt(0) ?? 0));
      await writable.close();
    },
    { wanted: name, base64: address.slice(address.indexOf(',') + 1) },
  );
}
