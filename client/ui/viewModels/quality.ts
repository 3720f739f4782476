// What a tile says of the line behind it: how many bars, what is missing, and on whose side.
import type { LineQuality, QualityView } from '#core';

export interface TileQuality extends LineQuality {
  /** Whose line it is that is worse, where one is. */
  whose: 'yours' | 'theirs';
}

const fewer = (left: LineQuality, right: LineQuality): LineQuality => (right.bars < left.bars ? right : left);

/** Our own line, each way. */
export const ownQuality = ({ up, down }: QualityView): LineQuality => fewer(up, down);

/** What is lost on their way up is missing on our way down, too. Their delay or want of bandwidth makes us lose nothing. */
const explains = (theirs: LineQuality, down: LineQuality): boolean =>
  theirs.bars === down.bars && theirs.cause === 'loss' && down.cause === 'loss';

/** What comes from them goes through their way up and our way down; the worse of the two is what one sees. */
export const tileQuality = (quality: QualityView, tile: { peerId: string; self: boolean }): TileQuality => {
  if (tile.self) return { ...ownQuality(quality), whose: 'yours' };
  const { down } = quality;
  const theirs = quality.others[tile.peerId];
  // Where both are as bad it is ours that can be mended from here, unless ours is nothing but theirs seen from here.
  return theirs !== undefined && (theirs.bars < down.bars || explains(theirs, down))
    ? { ...theirs, whose: 'theirs' }
    : { ...down, whose: 'yours' };
};
