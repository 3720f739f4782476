// The words in English of the feed page, and of the links to it.
import { message } from '../message.ts';

type Name = { name: string };

export const feed = {
  'feed.waiting': 'Waiting for the program',
  'feed.waitingForHost': 'This feed waits to be let in',
  'feed.broken': 'This feed link is not whole. Copy it again from the stage.',
  'feed.noTicket':
    'This is no feed link: the ticket at its end is missing. Make one in the stage’s panel, and copy all of it.',
  'feed.ended.revoked': 'This feed was taken away',
  'feed.ended.badLink': 'This feed link opens nothing any more',
  'feed.ended.linkChanged':
    'The link of this room was replaced, and this feed link with it. Make a new one in the stage’s panel.',
  'feed.ended.browser': 'This browser cannot open the feed. Update it.',
  'feed.ended.over': 'The feed is over',

  'feeds.title': 'Feeds for the production',
  'feeds.hint':
    'Each link lets one machine in, OBS or a recorder for instance: it holds the room’s keys, is listed among the devices, sends nothing, and shows who is on air.',
  'feeds.new': 'A new feed',
  'feeds.name': 'Name of the machine',
  'feeds.nameless': 'Feed',
  'feeds.what': 'What it shows',
  'feeds.program': 'The program',
  'feeds.solo': message<Name>('Only {name}, while on air'),
  'feeds.size': 'Size',
  'feeds.lines': message<{ lines: string }>('{lines} lines'),
  'feeds.ground': 'Background',
  'feeds.ground.scene': 'As viewers see it',
  'feeds.ground.transparent': 'Transparent',
  'feeds.ground.green': 'Green',
  'feeds.labels': 'Names and titles',
  'feeds.logo': 'Logo',
  'feeds.make': 'Make a feed link',
  'feeds.madeSaid': message<Name>('A feed link was made: {name}'),
  'feeds.link': message<Name>('Feed link: {name}'),
  'feeds.copy': 'Copy the feed link',
  'feeds.linkHint':
    'It holds the room’s key and is not shown again. The first machine that opens it is the only one. Where the room asks who comes in, let it in like a person.',
  'feeds.list': 'Feeds',
  'feeds.count': message<{ count: number }>('{count, plural, one {# feed} other {# feeds}}'),
  'feeds.holdsKeys': 'shows what is on air, holds the keys',
  'notice.feed': message<Name>('A feed comes in: {name}'),
  'notice.feedLeft': message<Name>('A feed is gone: {name}'),
  'feeds.state.unused': 'Not used yet',
  'feeds.state.in': 'In the room',
  'feeds.state.out': 'Not here',
  'feeds.stale':
    'Its link is of before the room’s link was replaced: if it starts anew it needs a new one, which ends this one.',
  'feeds.renew': 'New link',
  'feeds.renewName': message<Name>('Make a new link, and revoke this one: {name}'),
  'feeds.revoke': 'Revoke',
  'feeds.revokeName': message<Name>('Revoke: {name}'),
  'feeds.revokedSaid': message<Name>('The feed was taken away: {name}'),
} as const;
