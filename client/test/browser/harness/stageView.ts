// The stage as a person sees it: who is on it, where and how large; and what of it really arrives.
import type { Participant } from './Participant.ts';
import { byId } from './selectors.ts';
import { until } from './until.ts';

export interface SeenTile {
  name: string;
  role: string;
  stream: string;
  x: number;
  y: number;
  width: number;
  height: number;
}

/** Tiles in reading order, by where they stand once they have arrived there. */
export function tilesSeen({ page }: Participant): Promise<SeenTile[]> {
  return page.evaluate((css) => {
    const seen = [...document.querySelectorAll<HTMLElement>(css)].map((tile) => {
      const at = new DOMMatrix(tile.style.transform);
      return {
        name: tile.querySelector<HTMLElement>('.chip-name')?.innerText ?? '',
        role: tile.dataset['role'] ?? '',
        stream: tile.dataset['stream'] ?? '',
        x: at.e,
        y: at.f,
        width: Number.parseFloat(tile.style.width),
        height: Number.parseFloat(tile.style.height),
      };
    });
    return seen.toSorted((a, b) => a.y - b.y || a.x - b.x);
  }, byId('tile'));
}

export async function untilTiles(
  person: Participant,
  what: string,
  isSo: (tiles: SeenTile[]) => boolean,
): Promise<SeenTile[]> {
  return until(
    async () => {
      const tiles = await tilesSeen(person);
      return isSo(tiles) ? tiles : undefined;
    },
    { what: `${person.name} to see ${what}` },
  ).catch(async (error: Error) => {
    throw new Error(`${error.message}; seen: ${JSON.stringify(await tilesSeen(person))}`);
  });
}

export const untilLarge = (person: Participant, name: string): Promise<SeenTile[]> =>
  untilTiles(person, `${name} large`, (tiles) => tiles.some((tile) => tile.role === 'focus' && tile.name === name));

/** The tile of somebody, as its chip names it. */
export async function tileOf(person: Participant, name: string): Promise<string> {
  const found = await until(
    () =>
      person.page.evaluate(
        ({ css, wanted }) => {
          const tile = [...document.querySelectorAll<HTMLElement>(css)].find(
            (one) => one.querySelector<HTMLElement>('.chip-name')?.innerText === wanted,
          );
          return tile ? { peerId: tile.dataset['peerId'] ?? '', stream: tile.dataset['stream'] ?? '' } : null;
        },
        { css: byId('tile'), wanted: name },
      ),
    { what: `${person.name} to have a tile of ${name}` },
  );
  return byId('tile', { 'peer-id': found.peerId, stream: found.stream });
}

interface Kept {
  keptConnections: Set<RTCPeerConnection>;
}
/** Frames of pictures and packets of sounds that reached this page so far, by stream; needs `keepConnections`. */
function arrived({ page }: Participant): Promise<{ video: Record<string, number>; audio: Record<string, number> }> {
  return page.evaluate(async () => {
    const sum = { video: {} as Record<string, number>, audio: {} as Record<string, number> };
    for (const connection of (globalThis as unknown as Kept).keptConnections) {
      if (connection.connectionState === 'closed') continue;
      for (const report of (await connection.getStats()).values()) {
        if (report.type !== 'inbound-rtp') continue;
        const kind = report.kind === 'video' ? 'video' : 'audio';
        sum[kind][String(report.ssrc)] = Number(kind === 'video' ? report.framesReceived : report.packetsReceived) || 0;
      }
    }
    return sum;
  }, null);
}

const growing = (before: Record<string, number>, now: Record<string, number>): number =>
  Object.entries(now).filter(([id, count]) => count > (before[id] ?? 0)).length;

/** A picture on a busy machine may stand for a second. */
const WINDOW_LOOKS = 4;
const LOOK_MS = 500;

/** Waits until, over two seconds, exactly so many pictures arrive, and at least so many sounds. */
export async function untilPicturesArrive(person: Participant, pictures: number, sounds = 1): Promise<void> {
  const looks = [await arrived(person)];
  let last = '';
  await until(
    async () => {
      const now = await arrived(person);
      const [before] = looks;
      looks.push(now);
      if (before === undefined || looks.length <= WINDOW_LOOKS) return false;
      looks.shift();
      const [moving, heard] = [growing(before.video, now.video), growing(before.audio, now.audio)];
      last = `${moving} pictures and ${heard} sounds`;
      return moving === pictures && heard >= sounds;
    },
    { timeoutMs: 45_000, everyMs: LOOK_MS, what: `${pictures} pictures and ${sounds} sounds to reach ${person.name}` },
  ).catch((error: Error) => {
    throw new Error(`${error.message}; arriving: ${last}`);
  });
}
