// Which of the announced Consumers are built in this client: those that are seen or heard first, and never more than it needs.
import type { StreamName } from '#e2ee';

/**
 * Consumers of a kind that are built though nobody sees or hears them: they flow at once when they are turned to. Each costs an
 * m-line, a transceiver and a transform, and every negotiation goes through all of them; fewer pictures show *first frame* more often in
 * rooms of this size, fewer voices have a first word cut off where so many microphones are on.
 */
export const SPARE_CONSUMERS: Readonly<Record<Kind, number>> = { video: 18, audio: 32 };

type Kind = 'audio' | 'video';

export interface Candidate {
  id: string;
  stream: StreamName;
  /** Seen, or heard, now. */
  wanted: boolean;
  /** Neither, but may be at any moment: a microphone that is on. */
  likely: boolean;
  /** When it was wanted last; any number that grows, 0 for never. */
  lastWanted: number;
  built: boolean;
}

const kindOf = (stream: StreamName): Kind => (stream === 'mic' || stream === 'screenAudio' ? 'audio' : 'video');

/** @param candidates in the order of their announcement */
export function buildPlan(candidates: readonly Candidate[]): { build: string[]; release: string[] } {
  const chosen = new Set([...chosenOf('audio', candidates), ...chosenOf('video', candidates)]);
  return {
    build: candidates.filter(({ id, built }) => !built && chosen.has(id)).map(({ id }) => id),
    release: candidates.filter(({ id, built }) => built && !chosen.has(id)).map(({ id }) => id),
  };
}

function chosenOf(kind: Kind, candidates: readonly Candidate[]): string[] {
  const ranked = candidates
    .filter(({ stream }) => kindOf(stream) === kind)
    // What is built already stays before what never was: there is no gain in an exchange.
    .toSorted(
      (left, right) =>
        Number(right.wanted) - Number(left.wanted) ||
        Number(right.likely) - Number(left.likely) ||
        right.lastWanted - left.lastWanted ||
        Number(right.built) - Number(left.built),
    );
  const wanted = ranked.filter((one) => one.wanted).length;
  return ranked.slice(0, Math.max(wanted, SPARE_CONSUMERS[kind])).map(({ id }) => id);
}
