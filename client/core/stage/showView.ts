// How a show becomes what is shown of it: pure, from the producer's word and what is known here.
import type { Show } from './stagePayload.ts';
import type { OwnAir, ShowPersonView, ShowView } from './stageTypes.ts';

interface ShowParts extends Pick<
  ShowView,
  'producer' | 'iProduce' | 'brand' | 'viewers' | 'hostAway' | 'talkingTo' | 'talkBack'
> {
  self: string;
  /** The server's clock minus ours. */
  clockMs: number;
  nowMs: number;
  /** Moments by the server's clock. */
  mine: OwnAir;
  isThere(id: string): boolean;
  isReady(id: string): boolean;
}

/** @param show without those who left the air or the room */
export function showViewOf(show: Show, parts: ShowParts): ShowView {
  const { self, clockMs, mine, isThere, isReady, nowMs } = parts;
  const here = (serverMs: number | null) => (serverMs === null ? null : serverMs - clockMs);
  const airOf = (id: string): ShowPersonView['air'] => {
    const entry = show.air.find((one) => one.id === id);
    if (entry === undefined) return { state: 'backstage' };
    const atMs = entry.at - clockMs;
    return atMs > nowMs ? { state: 'countdown', dueMs: atMs } : { state: 'onAir', sinceMs: atMs };
  };
  const people = show.people
    .filter(({ id }) => isThere(id))
    .map(({ id, n, d, r }): ShowPersonView => {
      const person = { peerId: id, name: n, title: d, role: r, self: id === self, ready: isReady(id) };
      return { ...person, air: airOf(id) };
    });
  const isShown = (id: string) => people.some(({ peerId, air }) => peerId === id && air.state !== 'backstage');
  return {
    producer: parts.producer,
    iProduce: parts.iProduce,
    phase: show.phase,
    layout: show.layout,
    screen: show.screen !== null && isShown(show.screen) ? show.screen : null,
    labels: show.labels,
    startsAtMs: here(show.startsAt),
    timerEndsAtMs: here(show.timer),
    brand: parts.brand,
    people,
    onAir: show.air.map(({ id }) => id).filter(isShown),
    mine: ownAirHere(mine, clockMs),
    talkBack: parts.talkBack,
    talkingTo: parts.talkingTo,
    viewers: parts.viewers,
    hostAway: parts.hostAway,
  };
}

function ownAirHere(mine: OwnAir, clockMs: number): OwnAir {
  if (mine.state === 'countdown') return { ...mine, dueMs: mine.dueMs - clockMs };
  return mine.state === 'onAir' ? { ...mine, sinceMs: mine.sinceMs - clockMs } : mine;
}
