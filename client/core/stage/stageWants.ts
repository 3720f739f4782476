// What of a show this device is to hand to viewers, by who leads and who is there: pure.
import type { ProgramContent, StagePerson } from '#e2ee';
import type { HostingView } from '../types.ts';
import type { Wants } from './PublishDuty.ts';
import { programOf } from './showEdits.ts';
import type { Show } from './stagePayload.ts';
import type { StageBrand } from './stageTypes.ts';
import type { StagePlace } from './StagePlace.ts';

export interface WantsParts {
  place: StagePlace;
  epoch: number;
  self: string;
  show: Show;
  brand: StageBrand;
  /** Peer id of whose word counts. */
  producer: string | undefined;
  hosting: HostingView;
  /** Peer id of whose device lists people for viewers. */
  lister: string | null;
  isThere(peerId: string): boolean;
  keyOf(peerId: string): Uint8Array | null;
  makesCaptions(peerId: string): boolean;
}

export function wantsOf(parts: WantsParts): Wants {
  const { place, epoch, self, show, producer, isThere, lister, keyOf } = parts;
  const { iAmHost, linkGeneration, cohosts } = parts.hosting;
  const order = [producer, ...show.people.map(({ id }) => id).filter((id) => id !== producer && isThere(id))];
  const rank = order.indexOf(self);
  return {
    place,
    epoch,
    self,
    linkGeneration,
    // Until our own key is known the list would have no producer, and viewers no program.
    people: lister === self && keyOf(self) !== null ? listed(parts) : null,
    delegates: iAmHost ? cohosts.flatMap((peerId) => keyOf(peerId) ?? []) : [],
    iAmHost,
    program: producer === self ? programNow(parts) : null,
    ownKey: keyOf(self),
    rank: rank === -1 ? order.length : rank,
  };
}

/**
 * Whose device lists people for viewers: the host's where it is there, else one that it delegated and that still leads, the producer's
 * before others'. @param mayList by the host's word
 */
export function listerOf(
  { host, acting }: Pick<HostingView, 'host' | 'acting'>,
  producer: string | undefined,
  mayList: (peerId: string) => boolean,
): string | null {
  const delegates = acting.filter(mayList);
  return host ?? (delegates.includes(producer ?? '') ? (producer ?? null) : (delegates[0] ?? null));
}

function programNow({ place, show, brand, makesCaptions }: WantsParts): ProgramContent {
  const nowMs = place.serverNowMs();
  const isOn = (id: string) => show.air.some((one) => one.id === id && one.at <= nowMs);
  return programOf(show, brand, isOn, makesCaptions);
}

/** Viewers read of producers, who sign for what is shown, and of whoever was or is about to be on air: of nobody else backstage. */
function listed({ show, keyOf }: WantsParts): StagePerson[] {
  return show.people.flatMap(({ id, n, d, r, s }) => {
    const feedKey = keyOf(id);
    return (r === 'producer' || s) && feedKey !== null ? [{ peerId: id, name: n, title: d, feedKey, role: r }] : [];
  });
}
