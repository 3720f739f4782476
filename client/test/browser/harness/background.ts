// A background behind somebody, as their page is told and as the others see it: sharp, blurred, or not what was filmed.
import type { BrowserPage } from './BrowserPage.ts';
import type { Participant } from './Participant.ts';
import { lookAt } from './pictures.ts';
import { byId } from './selectors.ts';
import { until } from './until.ts';

/** Mean step between neighbouring points of the wall: sharp bars make far larger ones, blurred bars smaller ones. */
export const SHARP = 40;
const BLURRED = 15;

/** Frames take as long as `frameTookMs` of the page says: a device of any speed, whatever this one is. */
export function slowDown(): void {
  const data = Object.getOwnPropertyDescriptor(MessageEvent.prototype, 'data');
  Object.assign(globalThis, { frameTookMs: 5 });
  Object.defineProperty(MessageEvent.prototype, 'data', {
    get(this: MessageEvent): unknown {
      const value: unknown = data?.get?.call(this);
      if (typeof value !== 'object' || value === null || !('tookMs' in value)) return value;
      return { ...value, tookMs: (globalThis as { frameTookMs?: number }).frameTookMs };
    },
  });
}

/** Along the upper edge, where nobody stands; null without a picture. */
const barsOf = (pixels: readonly number[] | undefined): number | null => {
  if (pixels === undefined) return null;
  const row = pixels.filter((_, at) => at % 3 === 0).slice(32, 64);
  const steps = row.slice(1).map((red, at) => Math.abs(red - (row[at] ?? 0)));
  return steps.reduce((sum, step) => sum + step, 0) / steps.length;
};
const barsSeenBy = async (viewer: Participant, name: string): Promise<number | null> =>
  barsOf((await lookAt(viewer.page, name))?.pixels);

/** @param how `viewer` is to see the striped wall behind `name` @returns the sharpest that was seen of it until then */
export const seesWall = async (viewer: Participant, name: string, how: 'sharp' | 'blurred'): Promise<number> => {
  let sharpest = 0;
  const isSo = async (): Promise<boolean> => {
    const bars = await barsSeenBy(viewer, name);
    sharpest = Math.max(sharpest, bars ?? 0);
    return bars !== null && (how === 'sharp' ? bars > SHARP : bars < BLURRED);
  };
  await until(isSo, { what: `${viewer.name} to see the wall of ${name} ${how}`, timeoutMs: 45_000 });
  return sharpest;
};

/** Skin of the person of `portrait.ts`, as filmed. */
const SKIN = [226, 190, 160];
/** Waits until the person stands in the middle of the picture, as sharp as ever. @returns the picture's points */
export const seesPerson = (viewer: Participant, name: string): Promise<readonly number[]> =>
  until(
    async () => {
      const pixels = (await lookAt(viewer.page, name))?.pixels ?? [];
      const middle = pixels.slice((8 * 32 + 16) * 3, (8 * 32 + 16) * 3 + 3);
      const isSkin = middle.length === 3 && middle.every((value, at) => Math.abs(value - (SKIN[at] ?? 0)) < 30);
      return isSkin && pixels;
    },
    { what: `${viewer.name} to see ${name} before the wall`, timeoutMs: 45_000 },
  );

/** In the dialog that is open. */
export const chooseBackground = (page: BrowserPage, value: string): Promise<void> =>
  page.evaluate((css) => document.querySelector<HTMLInputElement>(css)?.click(), byId('backgroundChoice', { value }));
