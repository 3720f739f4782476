// The words in English of captions.

export const captions = {
  'captions.title': 'Captions',
  'captions.show': 'Show captions',
  'captions.make': 'Caption what I say',
  'captions.waiting': 'Preparing captions…',
  'captions.making': 'Your words are captioned on this device and sealed like the chat.',
  'captions.fetching': 'Your browser fetches what it needs to understand speech on this device.',
  'captions.cannot':
    'This browser cannot understand speech on the device itself. It could only send your voice to its maker, so it is not asked to.',
  'captions.failed': 'Your browser stopped understanding what you say, so captions are off.',
};
