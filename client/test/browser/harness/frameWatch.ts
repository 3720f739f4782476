// How long a person looks at one and the same frame: every frame that a tile shows is noted, with whichever element shows it.
import type { BrowserPage } from './BrowserPage.ts';
import { byId } from './selectors.ts';

interface Watched {
  drawnAtMs: number[];
}

/** From now on every frame that is seen in the camera tile of `name` is noted in the page. */
export function watchFrames(page: BrowserPage, name: string): Promise<void> {
  return page.evaluate(
    ({ tiles, name: wanted }) => {
      const drawnAtMs: number[] = [];
      const known = new WeakSet<HTMLVideoElement>();
      const follow = (video: HTMLVideoElement): void => {
        known.add(video);
        const drawn = (nowMs: number): void => {
          if (video.isConnected && getComputedStyle(video).opacity !== '0') drawnAtMs.push(nowMs);
          video.requestVideoFrameCallback(drawn);
        };
        video.requestVideoFrameCallback(drawn);
      };
      const look = (): void => {
        const tile = [...document.querySelectorAll(tiles)].find((each) => each.textContent?.includes(wanted));
        for (const video of tile?.querySelectorAll('video') ?? []) if (!known.has(video)) follow(video);
        requestAnimationFrame(look);
      };
      look();
      Object.assign(globalThis, { drawnAtMs });
    },
    { tiles: byId('tile', { stream: 'camera' }), name },
  );
}

/** The longest time between two frames since the last call, in ms; Infinity where there were none. */
export function longestGapMs(page: BrowserPage): Promise<number> {
  return page.evaluate(() => {
    const { drawnAtMs } = globalThis as unknown as Watched;
    const times = drawnAtMs.splice(0, drawnAtMs.length - 1);
    const gaps = times.map((time, index) => (times[index + 1] ?? drawnAtMs[0] ?? Infinity) - time);
    return gaps.length === 0 ? Infinity : Math.max(...gaps);
  }, null);
}
