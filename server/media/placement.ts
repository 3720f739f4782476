// Where a Router or a device goes: pure decisions from what each Worker has to do.

/** Shares of a core that hardly differ: below what a few seconds of one meeting move. Then what was placed decides. */
const HARDLY = 0.05;
/**
 * A Room stays on one Worker as long as that has less to do. Each further Router costs a pipe for every stream of the Room, so small Rooms
 * never pay for it; later leaves no room for those inside, who turn cameras on.
 */
export const GROW_ABOVE = 0.5;
/** Here a Worker takes nobody whom another could take (`Admission` refuses where none could). */
const FULL = 0.8;
/** A Router elsewhere has to be so much better than those the Room has: pipes of a Room of ten take about half of it. */
const WORTH_PIPES = 0.2;

export interface Burden {
  /** Share of a core, foreseen. */
  readonly cpu: number;
  /** Routers and devices placed there. */
  readonly placed: number;
}

/** The one with the least to do, and among those that hardly differ the one where least was placed. */
export function lightestOf<One extends Burden>(all: readonly One[]): One | undefined {
  const least = Math.min(...all.map(({ cpu }) => cpu));
  return all.filter(({ cpu }) => cpu <= least + HARDLY).toSorted((a, b) => a.placed - b.placed)[0];
}

/**
 * Where a member of a Room goes.
 * @param own what the Workers have to do that the Room is on: its own first, then the others in the order in which it grew
 * @param lightest of the Workers that it is not on; null where there is none
 * @returns an index of `own`, or `grow`: on to the lightest
 */
export function placeOfMember(own: readonly number[], lightest: number | null): number | 'grow' {
  const roomy = own.findIndex((cpu) => cpu < GROW_ABOVE);
  if (roomy >= 0) return roomy;
  const best = Math.min(...own);
  const margin = best < FULL ? WORTH_PIPES : 0;
  return lightest !== null && lightest < best - margin ? 'grow' : own.indexOf(best);
}
