// The words in English about the line: bars, their causes, and doing without pictures.
import { message } from '../message.ts';

type Name = { name: string };

export const quality = {
  'quality.bars.1': 'Poor connection',
  'quality.bars.2': 'Weak connection',
  'quality.bars.3': 'Fair connection',
  'quality.bars.4': 'Good connection',
  'quality.words': message<{ bars: string; why: string }>('{bars}: {why}'),
  'quality.yours.loss': 'your network loses packets',
  'quality.yours.delay': 'your network is slow to answer',
  'quality.yours.bandwidth': 'your network has little bandwidth',
  'quality.theirs.loss': message<Name>('{name}’s network loses packets'),
  'quality.theirs.delay': message<Name>('{name}’s network is slow to answer'),
  'quality.theirs.bandwidth': message<Name>('{name}’s network has little bandwidth'),
  'quality.unstable': 'Your network is unstable.',
  'quality.audioOnly': 'Audio only',
  'quality.keepScreens': 'Keep shared screens',
  'quality.dismiss': 'Dismiss',
  'quality.spared.screen': 'Audio only: this screen is not received',
  'quality.say.all': 'Audio only: no pictures are received',
  'quality.say.cameras': 'Audio and shared screens are received',
  'quality.say.nothing': 'Pictures are received again',
};
