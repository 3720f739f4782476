// The words in English of captions for those who watch, and for those whose words they are.
import { message } from '../message.ts';

export const watchCaptions = {
  'watch.captions.show': 'Show captions',
  'watch.captions.hide': 'Hide captions',
  'watch.captions.label': message<{ action: string; note: string }>('{action} ({note})'),
  'watch.captions.title': 'Captions',
  'watch.captions.made': 'What is said can be read: the device of who is on air writes it.',
  'watch.captions.none': 'No captions: no device of who is on air makes any',
  'watch.captions.idle': 'Nobody is on air.',
  'watch.captions.how':
    'They are made on the speaker’s own device and signed by it. Lines that are not signed are not shown. A device can mishear.',
  'watch.captions.size': 'Size of captions',
  'watch.captions.size.small': 'Small',
  'watch.captions.size.medium': 'Medium',
  'watch.captions.size.large': 'Large',
  'watch.captions.size.largest': 'Very large',
  'watch.keys.captions': 'Captions on and off',
  'show.captions.you': 'Your words are shown to viewers.',
  'show.captions.makes': 'makes captions',
  'feeds.captions': 'Captions, where speakers’ devices make them',
} as const;
