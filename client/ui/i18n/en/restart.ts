// The words about a server that is updated: before, meanwhile, and to who comes in between.
import { message } from '../message.ts';

export const restart = {
  'notice.draining': message<{ minutes: number }>(
    '{minutes, plural, =0 {The server is updated in a few seconds.} one {The server is updated in about a minute.} other {The server is updated in about # minutes.}} You come back by yourself: stay on this page.',
  ),
  'meeting.restarting': 'The server restarts. You will be back by yourself; what you write is kept and sent then.',
  'say.restarting': 'The server restarts. You will be back by yourself.',
  'step.restarting': 'The server restarts. You come in by yourself as soon as it is back…',
  'home.createFailed.draining': 'The server is being updated and makes no new rooms just now. Try again in a moment.',
  'restart.awaited.title': 'The others are coming back',
  'restart.awaited.text': message<{ names: string }>('The server restarted. {names} will be here in a moment.'),
  'restart.awaited.more': message<{ count: number }>('{count, plural, one {# more} other {# more}}'),
  'restart.tryNow': 'Try now',
  'home.tryAgain': 'Try again',
} as const;
