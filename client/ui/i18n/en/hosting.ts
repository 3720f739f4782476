// The words in English about leading a room: who may come in, who is sent off, and what they read who wait outside.
import { message } from '../message.ts';

type Name = { name: string };

export const hosting = {
  'ended.removed.title': 'You were removed from the room',
  'ended.removed.text': 'The keys were renewed without this device.',
  'ended.refused.title': 'You were not let in',
  'ended.refused.text': 'Ask the host of the room before you try again.',
  'ended.linkChanged.title': 'This link was replaced',
  'ended.linkChanged.text': 'It does not open the room any more. Ask for the new one.',

  'step.waitingForHost': 'Waiting for the host to let you in…',
  'step.locked': 'The room is locked. Waiting for the host to open it…',

  'notice.knock': message<Name>('{name} asks to come in'),
  'notice.mode.open.you': 'You opened the room to everyone with the link',
  'notice.mode.open.them': message<Name>('{name} opened the room to everyone with the link'),
  'notice.mode.open.someone': 'Everyone with the link can come in now',
  'notice.mode.approve.you': 'You decide who comes in from now on',
  'notice.mode.approve.them': message<Name>('{name} decides who comes in from now on'),
  'notice.mode.approve.someone': 'Newcomers have to be let in from now on',
  'notice.mode.locked.you': 'You locked the room',
  'notice.mode.locked.them': message<Name>('{name} locked the room'),
  'notice.mode.locked.someone': 'The room is locked now',
  'notice.successor': 'The host is gone. You decide who comes in until the host is back.',
  'notice.cohost': 'You are co-host now',
  'notice.newLink': 'The room has a new link. The old one opens it no longer.',
} as const;
