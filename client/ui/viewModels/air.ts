// Whether this device is on air, as far as it can know.
import type { RoomView, ShowView } from '#core';

/**
 * Whether one is seen is not what the show says while its line is lost: `cut`, nothing of ours goes out; `unsure`, the line is lost and what we send may
 * still be seen.
 */
export type Air = ShowView['mine']['state'] | 'cut' | 'unsure';

export const airOf = ({
  show,
  connection,
  cutOff,
}: Pick<RoomView, 'show' | 'connection' | 'cutOff'>): Air | undefined => {
  const state = show?.mine.state;
  if (connection === 'online' || (state !== 'onAir' && state !== 'going')) return state;
  return cutOff ? 'cut' : 'unsure';
};
