// The words in English of the feed page.
export const feed = {
  'feed.waiting': 'Waiting for the program',
  'feed.waitingForHost': 'This feed waits to be let in',
  'feed.broken': 'This feed link is not whole. Copy it again from the stage.',
  'feed.ended.revoked': 'This feed was taken away',
  'feed.ended.badLink': 'This feed link opens nothing any more',
  'feed.ended.browser': 'This browser cannot open the feed. Update it.',
  'feed.ended.over': 'The feed is over',
} as const;
