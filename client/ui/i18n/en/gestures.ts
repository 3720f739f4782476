// The words in English about reactions, raised hands and sounds.
import { message } from '../message.ts';

type Name = { name: string };

export const gestures = {
  'bar.hand': 'Raise hand',
  'bar.reactions': 'Reactions',
  'more.chat': 'Chat',
  'more.reactions': 'Reactions…',
  'more.waiting': message<{ label: string; count: number }>('{label}, {count, plural, one {# new} other {# new}}'),
  'keys.hand': 'Raise or lower your hand',

  'reactions.choose': 'Send a reaction',
  'reactions.keys': 'Keys 1 to 8 send, arrows choose, Escape closes',
  'reactions.thumbsUp': 'Thumbs up',
  'reactions.clap': 'Applause',
  'reactions.heart': 'Heart',
  'reactions.laugh': 'Laughing',
  'reactions.wow': 'Surprised',
  'reactions.celebrate': 'Celebration',
  'reactions.thinking': 'Thinking',
  'reactions.thumbsDown': 'Thumbs down',
  'reactions.andMore': message<{ list: string; count: number }>('{list} and {count} more'),
  'reactions.tooMany': 'That was a lot at once. Wait a few seconds.',

  'hands.title': 'Raised hands',
  'hands.tile': message<{ place: number }>('Hand raised, number {place} in line'),
  'hands.lower': 'Lower',
  'hands.lowerName': message<Name>('Lower {name}’s hand'),
  'hands.lowerMine': 'Lower my hand',
  'hands.lowerAll': 'Lower all',
  'hands.since': message<{ time: string }>('since {time}'),
  'hands.ask': 'You are speaking with your hand up. Lower it?',
  'hands.up': 'Your hand is up',
  'hands.down': 'Your hand is down',
  'notice.hand': message<Name>('{name} raised a hand'),
  'notice.handLowered': message<Name>('{name} lowered your hand'),

  'sounds.title': 'Sounds',
  'sounds.all': 'Play sounds',
  'sounds.allHint': 'Remembered on this device.',
  'sounds.each': 'When',
  'sounds.joined': 'Someone joins',
  'sounds.left': 'Someone leaves',
  'sounds.hand': 'Someone raises a hand',
  'sounds.chat': 'A chat message comes',
  'sounds.knock': 'Someone asks to come in',
  'sounds.recording': 'A recording starts',
  'sounds.play': message<{ sound: string }>('Play: {sound}'),
  'sounds.read': 'Tell screen readers of reactions',
  'sounds.readHint': 'One short line every few seconds at most.',
  'more.soundsDialog': 'Sounds…',

  'meeting.mutedKeys': 'Press M to speak, or hold the space bar.',
  'meeting.tapToResume': 'Tap to resume sound',
} as const;
