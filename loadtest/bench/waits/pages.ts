// How long the pictures of another page take: from the press of the button until they move.
import type { Page } from 'playwright-core';
import { byId } from '../../../client/test/browser/harness/selectors.ts';

export interface PageWait {
  /** Until the first of the new pictures moves, ms. */
  first: number;
  /** Until all of them do. */
  all: number;
  pictures: number;
  /** Of them, how many were not on any page before. */
  unseen: number;
}

/** What a page may take before the bench gives up on it. */
const PATIENCE_MS = 60_000;
/** Between two turns: what is asked for has come, and estimates settle. */
const REST_MS = 4_000;

/** Forward to the last page and back to the first, `rounds` times. */
export async function measurePages(page: Page, rounds: number): Promise<PageWait[]> {
  const waits: PageWait[] = [];
  const seen = new Set<string>();
  for (let round = 0; round < rounds; round += 1) {
    for (const button of ['pageNext', 'pagePrevious'] as const) {
      while ((await page.locator(byId(button)).getAttribute('aria-disabled')) !== 'true') {
        const { peerIds, before, ...wait } = await page.evaluate(turn, {
          button: byId(button),
          pageNow: byId('pageNow'),
          tiles: byId('tile', { stream: 'camera' }),
          patienceMs: PATIENCE_MS,
        });
        for (const peerId of before) seen.add(peerId);
        waits.push({ ...wait, pictures: peerIds.length, unseen: peerIds.filter((id) => !seen.has(id)).length });
        for (const peerId of peerIds) seen.add(peerId);
        await page.waitForTimeout(REST_MS);
      }
    }
  }
  return waits;
}

interface Turn {
  first: number;
  all: number;
  peerIds: string[];
  before: string[];
}

/** Runs in the page. A picture moves once a frame of it is shown that came after the press; one's own counts for nothing. */
async function turn(options: { button: string; pageNow: string; tiles: string; patienceMs: number }): Promise<Turn> {
  const others = (): HTMLElement[] =>
    [...document.querySelectorAll<HTMLElement>(options.tiles)].filter((tile) => tile.dataset['self'] !== 'true');
  const idsOf = (tiles: readonly HTMLElement[]): string[] => tiles.map((tile) => tile.dataset['peerId'] ?? '');
  const pageNow = (): string => document.querySelector<HTMLElement>(options.pageNow)?.innerText ?? '';
  const before = idsOf(others());
  const pageBefore = pageNow();
  const startMs = performance.now();
  document.querySelector<HTMLElement>(options.button)?.click();
  const moving = new Map<string, number>();
  const watched = new WeakSet<HTMLVideoElement>();
  while (performance.now() - startMs < options.patienceMs) {
    await new Promise((resolve) => requestAnimationFrame(resolve));
    const tiles = others();
    const peerIds = idsOf(tiles);
    const isTurned = pageNow() !== pageBefore && peerIds.length > 0;
    for (const tile of isTurned ? tiles : []) {
      const video = tile.querySelector('video');
      if (video === null || watched.has(video)) continue;
      watched.add(video);
      const peerId = tile.dataset['peerId'] ?? '';
      video.requestVideoFrameCallback((nowMs) => {
        if (!moving.has(peerId)) moving.set(peerId, nowMs - startMs);
      });
    }
    if (isTurned && peerIds.every((peerId) => moving.has(peerId))) {
      const times = peerIds.map((peerId) => moving.get(peerId) ?? 0);
      return { first: Math.min(...times), all: Math.max(...times), peerIds, before };
    }
  }
  throw new Error(`${moving.size} of ${others().length} pictures move after ${options.patienceMs} ms`);
}
