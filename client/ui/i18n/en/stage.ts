// The words in English about the stage: layouts, pages, one's own screen, and the small window beside others.
import { message } from '../message.ts';

type Name = { name: string };

export const stage = {
  'stage.pageSize': 'Tiles on a page',
  'stage.pageSize.auto': 'As many as fit well',
  'stage.pageSize.some': message<{ count: number }>('At most {count}'),
  'stage.moveSelf': 'Move your picture to the next corner',
  'stage.alone': message<Name>('Only {name}, in full screen'),
  'stage.notAlone': 'Back to everyone',
  'stage.actualSize': message<Name>('Show {name} in full size'),
  'stage.fit': message<Name>('Fit {name} to the window'),
  'stage.choose': message<Name>('Show {name} on the stage'),
  'stage.panHint': message<Name>('{name}, in full size: scroll or use the arrow keys'),

  'share.withSound': 'You are sharing your screen and its sound',
  'share.sealing': 'Your screen is being sealed. Nobody sees it yet.',
  'share.notSent': 'Your screen is not sent at the moment',
  'share.forFilms': 'Optimise for video',
  'share.forFilmsHint': 'Smooth pictures; text may blur',
  'say.theyStopped': message<Name>('{name} no longer shares the screen'),
  'say.layoutGrid': 'Grid',
  'say.layoutSpeaker': 'One large',

  'pip.open': 'Small window over others',
  'pip.close': 'Close the small window',
  'pip.failed': 'The browser did not open the small window.',
  'pip.nothing': 'There is no picture to show in the small window now.',
  'keys.pip': 'Small window over others',
  'keys.pages': 'Next and previous page',
  'keys.pageKeys': 'PgDn',
  'keys.pageKeysBack': 'PgUp',
} as const;
