// Whether it is who it says it is: from what a viewer's client checked to what the page says of each speaker.
import type { Audience, WatchPerson, WatchTrack } from '#core';

type Fault = NonNullable<Audience['fault']>;

/**
 * - `verified`: what is seen and heard of them is signed
 * - `checking`: too soon to say
 * - `unproven`: it is heard, and carries no valid signature
 * - `refused`: something came in their name that they did not sign
 * - `silent`: nothing of theirs comes
 */
export type SpeakerProof = 'verified' | 'checking' | 'unproven' | 'refused' | 'silent';

export interface Speaker extends WatchPerson {
  proof: SpeakerProof;
  onAir: boolean;
}

/** The first signature of a sound comes within this; longer, and a listener waits for a warning that they need. */
const PATIENCE_MS = 3_000;

/** Remembers since when somebody is heard without a valid signature. */
export class ProofWatch {
  #unprovenSince = new Map<string, number>();

  of(tracks: readonly WatchTrack[], peerId: string, nowMs: number): SpeakerProof {
    const media = tracks.flatMap((track) => (track.peerId === peerId ? [track.media] : []));
    const playing = media.flatMap((one) => (one.state === 'playing' ? [one.proof] : []));
    const isUnproven = playing.includes('unproven');
    if (!isUnproven) this.#unprovenSince.delete(peerId);
    if (media.some(({ state }) => state === 'refused')) return 'refused';
    if (isUnproven) {
      const sinceMs = this.#unprovenSince.get(peerId) ?? nowMs;
      this.#unprovenSince.set(peerId, sinceMs);
      return nowMs - sinceMs < PATIENCE_MS ? 'checking' : 'unproven';
    }
    return playing.length > 0 ? 'verified' : 'silent';
  }
}

/** Everybody on the host's list, those on air first and in the order of their places. */
export const speakersOf = (
  { people, program, tracks, forgedCaptions }: Pick<Audience, 'people' | 'program' | 'tracks' | 'forgedCaptions'>,
  watch: ProofWatch,
  nowMs: number,
): Speaker[] => {
  const places = program?.phase === 'live' ? [...new Set([...program.onAir, program.screen ?? ''])] : [];
  const speakers = people.map((person) => ({
    ...person,
    proof: forgedCaptions.includes(person.peerId) ? ('refused' as const) : watch.of(tracks, person.peerId, nowMs),
    onAir: places.includes(person.peerId),
  }));
  const rank = ({ peerId, onAir }: Speaker): number => (onAir ? places.indexOf(peerId) : places.length);
  return speakers.toSorted((one, other) => rank(one) - rank(other));
};

export type Warning = { kind: 'refused' | 'unproven'; name: string } | { kind: Fault };

/** The gravest alone: more at once are read by nobody. */
export const warningOf = (speakers: readonly Speaker[], fault: Audience['fault']): Warning | null => {
  const refused = speakers.find(({ proof }) => proof === 'refused');
  if (refused) return { kind: 'refused', name: refused.name };
  if (fault === 'rosterForged' || fault === 'programForged') return { kind: fault };
  const unproven = speakers.find(({ proof }) => proof === 'unproven');
  if (unproven) return { kind: 'unproven', name: unproven.name };
  return fault === null ? null : { kind: fault };
};
