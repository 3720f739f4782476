// The words in English about what those who lead say to the others' devices: mute, spotlight, the end for everybody.
import { message } from '../message.ts';

type Name = { name: string };
type Both = { name: string; by: string };

export const orders = {
  'notice.mutedBy': message<Name>('{name} muted you'),
  'notice.videoStoppedBy': message<Name>('{name} turned your camera off'),
  'notice.screenStoppedBy': message<Name>('{name} stopped your screen share'),
  'notice.askedMic': message<Name>('{name} asks you to unmute'),
  'notice.askedCamera': message<Name>('{name} asks you to turn your camera on'),
  'notice.spotlight.byYou': message<Name>('You spotlighted {name} for everyone'),
  'notice.spotlight.yourself': 'You spotlighted yourself for everyone',
  'notice.spotlight.byThem': message<Both>('{by} spotlighted {name} for everyone'),
  'notice.spotlight.you': message<Name>('{name} spotlighted you for everyone'),
  'notice.spotlightEnded.you': 'You ended the spotlight',
  'notice.spotlightEnded.them': message<Name>('{name} ended the spotlight'),

  'orders.mute': 'Mute',
  'orders.stopVideo': 'Stop video',
  'orders.stopScreen': 'Stop screen share',
  'orders.askMic': 'Ask to unmute',
  'orders.askCamera': 'Ask to start video',
  'orders.told.mute': message<Name>('{name}’s device was told to mute'),
  'orders.told.stopVideo': message<Name>('{name}’s device was told to stop its video'),
  'orders.told.stopScreen': message<Name>('{name}’s device was told to stop sharing'),
  'orders.told.askMic': message<Name>('You asked {name} to unmute'),
  'orders.told.askCamera': message<Name>('You asked {name} to start video'),
  'orders.forEveryone': 'For everyone',
  'orders.muteAll': 'Mute everyone',
  'orders.muteAllHint': 'Whoever is muted can unmute again. Nobody is unmuted by others.',
  'orders.toldAll': 'Everyone’s device was told to mute',

  'orders.ask.mic': 'Unmute',
  'orders.ask.camera': 'Start video',
  'orders.ask.notNow': 'Not now',

  'orders.spotlight': 'Spotlight for everyone',
  'orders.endSpotlight': 'End the spotlight',
  'orders.lit.byThem': message<Both>('{name}: spotlighted for everyone by {by}'),
  'orders.lit.byYou': message<Name>('{name}: spotlighted for everyone by you'),
  'orders.lit.you': message<Name>('You are spotlighted for everyone by {name}'),
  'orders.lit.yourself': 'You spotlighted yourself for everyone',

  'orders.ownMenu': 'Choices for yourself',
  'orders.silence': 'Mute for me',
  'orders.volume': 'Volume for me…',
  'orders.volumeTitle': message<Name>('How loud {name} is for you'),
  'orders.volumeLabel': 'Volume',
  'orders.volumeText': 'Only on this device; nobody else hears a difference or is told. It lasts as long as the call.',
  'orders.volumeReset': 'As loud as it comes',
  'orders.silenced': 'silent for you',

  'orders.leaveMenu': 'Leave or end the meeting',
  'orders.leave': 'Leave',
  'orders.end': 'End for everyone…',
  'orders.endTitle': 'End the meeting for everyone?',
  'orders.endText': 'Everybody is taken out of the room at once, and its links open nothing any more.',
  'orders.endLeaveHint': 'If you only leave, the others go on without you, and the link still works.',
  'orders.endLeave': 'Only leave',
  'orders.endConfirm': 'End for everyone',
  'orders.ending': 'Ending…',
  'orders.endFailed':
    'The others were told that the meeting has ended, but the server did not close the room: its links still work. Try again.',

  'ended.byYou.title': 'You ended the meeting for everyone',
  'ended.byThem.title': message<Name>('{name} ended the meeting'),
  'ended.byHost.text': 'The room is closed for everyone, and its links open nothing any more.',
} as const;
