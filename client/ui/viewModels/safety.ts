// The lock's states and the person's comparison as the page tells them apart, without words of any language.
import type { ComparisonView, FenceCause, RoomView } from '#core';

export type SealState = 'securing' | 'sealed' | 'resyncing' | 'fenced' | 'split' | 'held';

type Lock = Pick<RoomView, 'security' | 'splitSeen'>;

/** A split is another thing to a person than a group that cannot be followed for the moment, and stays one until they go on. */
export const sealState = ({ security, splitSeen }: Lock): SealState => {
  if (security.state === 'fenced' && security.cause === 'split') return 'split';
  return splitSeen ? 'held' : security.state;
};

/** The same with the cause of a fence. */
export const sealCause = (view: Lock): Exclude<SealState, 'fenced'> | Exclude<FenceCause, 'split'> => {
  const { security } = view;
  const state = sealState(view);
  if (state !== 'fenced') return state;
  return security.state === 'fenced' && security.cause !== 'split' ? security.cause : 'silent';
};

/** Nothing of ours is sent although we are in the Room. */
export const isSilenced = (view: Lock): boolean => {
  const state = sealState(view);
  return state !== 'sealed' && state !== 'securing';
};

/** Devices that are here and were not compared; none where nothing was. */
export const unverifiedCount = (comparison: ComparisonView): number =>
  comparison.state === 'compared' ? comparison.came.length + comparison.returned.length : 0;

export interface Unverified {
  how: 'came' | 'returned';
  name: string;
}

/** Who came, not verified, between two states of one comparison. */
export const newlyUnverified = (before: ComparisonView, after: ComparisonView): Unverified[] => {
  if (before.state !== 'compared' || after.state !== 'compared' || before.atMs !== after.atMs) return [];
  return (['came', 'returned'] as const).flatMap((how) => {
    const known = [...before[how]];
    return after[how].flatMap((name) => {
      const place = known.indexOf(name);
      if (place < 0) return [{ how, name }];
      known.splice(place, 1);
      return [];
    });
  });
};

/** The first few names, and how many more there are. */
export const shortened = <T>(names: readonly T[], most: number): { shown: T[]; more: number } => {
  // One more takes no more room than *1 more*.
  const shown = names.length <= most + 1 ? [...names] : names.slice(0, most);
  return { shown, more: names.length - shown.length };
};

/** The first eight hex digits of a key's hash: enough to tell devices of one room apart, short enough to read out. */
export const printOf = (keyHash: string): string => `${keyHash.slice(0, 4)} ${keyHash.slice(4, 8)}`;
