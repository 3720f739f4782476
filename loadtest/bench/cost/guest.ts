// The one real client: Chromium with the page as people get it, in the Room with camera and microphone off, and what it costs.
import type { CDPSession, Page } from 'playwright-core';
import { fromPlaywright } from '../../../client/test/browser/harness/BrowserPage.ts';
import { BENCH_PACE, startChromium } from '../../../client/test/browser/harness/chromium.ts';
import { Participant } from '../../../client/test/browser/harness/Participant.ts';
import { descendants } from '../../../client/test/browser/harness/processes.ts';
import { byId } from '../../../client/test/browser/harness/selectors.ts';
import { until } from '../../../client/test/browser/harness/until.ts';
import { keepConnections } from '../../../client/test/browser/harness/videoUse.ts';
import { cpuSecondsFrom } from '../machine.ts';

/** What most laptops give a browser's window. */
const WINDOW = { width: 1280, height: 800 } as const;

/** Counters since the beginning, and gauges of the moment. */
export interface Reading {
  atMs: number;
  receivedBytes: number;
  decodedFrames: number;
  playedSamples: number;
  cpuSeconds: number;
  heapBytes: number;
}

/** What tells whether two Rooms were compared that show the same. */
export interface Sight {
  tiles: number;
  playing: number;
  /** m-lines of the receiving connection. */
  mLines: number;
  voices: number;
}

export interface Guest {
  readonly page: Page;
  /** Once `tiles` pictures play, the first bursts are over, and the pictures move. */
  settle(tiles: number, settleMs: number): Promise<void>;
  read(): Promise<Reading>;
  look(): Promise<Sight>;
  close(): Promise<void>;
}

interface Kept {
  keptConnections: Set<RTCPeerConnection>;
}

export async function seatGuest(link: string): Promise<Guest> {
  const chromium = await startChromium(undefined, [], BENCH_PACE);
  try {
    const context = await chromium.newContext(WINDOW);
    await context.addInitScript(keepConnections, []);
    const page = await context.newPage();
    const person = new Participant(fromPlaywright(page), 'The client');
    await person.openLink(link);
    await person.page.fill(byId('nameInput'), person.name);
    await person.page.click(byId('joinWithoutDevices'));
    await person.waitUntilSealed();
    const devtools = await context.newCDPSession(page);
    return guestOf(page, devtools, async () => {
      // With a goodbye: whoever only vanishes keeps a place for a while.
      await person.leave().finally(() => chromium.close());
    });
  } catch (error) {
    await chromium.close();
    throw error;
  }
}

function guestOf(page: Page, devtools: CDPSession, close: () => Promise<void>): Guest {
  const look = (): Promise<Sight> => page.evaluate(sightOf, byId('tile', { stream: 'camera' }));
  return {
    page,
    look,
    async settle(tiles, settleMs) {
      const seen = async (): Promise<boolean> => {
        const sight = await look();
        if (sight.playing >= tiles) return true;
        throw new Error(JSON.stringify(sight));
      };
      await until(seen, { timeoutMs: 90_000, what: `${tiles} pictures` });
      await page.waitForTimeout(settleMs);
      // After the first of each picture its layer changes, and until the key frame of the other one it stands still.
      await until(() => moves(page, tiles), { timeoutMs: 90_000, what: `${tiles} pictures to move` });
    },
    async read() {
      const heapBytes = await heapOf(devtools);
      const counters = await page.evaluate(countersOf);
      const renderers = descendants(process.pid, '--type=renderer');
      const cpuSeconds = renderers.reduce((sum, pid) => sum + cpuSecondsFrom(pid), 0);
      return { atMs: performance.now(), ...counters, cpuSeconds, heapBytes };
    },
    close,
  };
}

/** Within a second, as many frames as there are pictures. */
async function moves(page: Page, tiles: number): Promise<boolean> {
  const before = await page.evaluate(countersOf);
  await page.waitForTimeout(1_000);
  return (await page.evaluate(countersOf)).decodedFrames - before.decodedFrames >= tiles;
}

/** What is still held after a collection, of the page itself; its e2eeWorker has a heap of its own. */
async function heapOf(devtools: CDPSession): Promise<number> {
  await devtools.send('HeapProfiler.collectGarbage');
  const { usedSize } = await devtools.send('Runtime.getHeapUsage');
  return usedSize;
}

async function countersOf(): Promise<Pick<Reading, 'receivedBytes' | 'decodedFrames' | 'playedSamples'>> {
  const counters = { receivedBytes: 0, decodedFrames: 0, playedSamples: 0 };
  for (const connection of (globalThis as unknown as Kept).keptConnections) {
    for (const report of (await connection.getStats()).values()) {
      if (report.type === 'transport') counters.receivedBytes += Number(report.bytesReceived ?? 0);
      if (report.type !== 'inbound-rtp') continue;
      counters.decodedFrames += Number(report.framesDecoded ?? 0);
      counters.playedSamples += Number(report.totalSamplesReceived ?? 0) - Number(report.concealedSamples ?? 0);
    }
  }
  return counters;
}

function sightOf(tiles: string): Sight {
  const all = [...document.querySelectorAll(tiles)];
  const connections = [...(globalThis as unknown as Kept).keptConnections];
  return {
    tiles: all.length,
    playing: all.filter((tile) => (tile.querySelector('video')?.videoWidth ?? 0) > 0).length,
    mLines: Math.max(0, ...connections.map((one) => one.getTransceivers().length)),
    voices: document.querySelectorAll('audio[data-voice]').length,
  };
}
