// Who sits where: people keep their place while others speak, come and go; pure, from one order to the next.

/** The others' Peer ids, first place first. */
export type Seats = readonly string[];

/** Whoever leaves is followed by the last one, newcomers go to the end: nobody else moves. */
export const reseat = (seats: Seats, present: readonly string[]): Seats => {
  const here = new Set(present);
  const kept = [...seats];
  for (let place = 0; place < kept.length;) {
    if (here.has(kept[place] ?? '')) place += 1;
    else {
      const last = kept.pop();
      if (place < kept.length && last !== undefined) kept[place] = last;
    }
  }
  const seated = new Set(kept);
  const next = [...kept, ...present.filter((peerId) => !seated.has(peerId))];
  return next.length === seats.length && next.every((peerId, place) => peerId === seats[place]) ? seats : next;
};

export interface Heard {
  speaker: string;
  /** Who is on the first page. */
  first: ReadonlySet<string>;
  /** Who is on the page that is looked at. */
  seen: ReadonlySet<string>;
  /** When each was last heard, in any unit that grows. */
  heardAt: ReadonlyMap<string, number>;
}

/**
 * Whoever speaks from a page that nobody looks at changes places with the one on the first page who has been silent longest; where
 * several never spoke, with the last of them.
 */
export const comeForward = (seats: Seats, { speaker, first, seen, heardAt }: Heard): Seats => {
  if (first.has(speaker) || seen.has(speaker) || !seats.includes(speaker)) return seats;
  const silence = (peerId: string): number => heardAt.get(peerId) ?? -1;
  const candidates = seats.filter((peerId) => first.has(peerId));
  const leaves = candidates.reduceRight<string | undefined>(
    (longest, peerId) => (longest === undefined || silence(peerId) < silence(longest) ? peerId : longest),
    undefined,
  );
  if (leaves === undefined) return seats;
  return seats.map((peerId) => {
    if (peerId === speaker) return leaves;
    return peerId === leaves ? speaker : peerId;
  });
};
