// The words in English of the lock, of what stands behind it, and of the comparison of safety codes.
import { message } from '../message.ts';

type Name = { name: string };
type Names = { names: string };
type Count = { count: number };
type Time = { time: string };

export const security = {
  'seal.securing': 'Securing…',
  'seal.sealed': 'Sealed',
  'seal.verified': 'Sealed, verified',
  'seal.changed': message<Count>('{count, plural, one {Sealed, # new} other {Sealed, # new}}'),
  'seal.resyncing': 'Renewing keys…',
  'seal.fenced': 'Not sending',
  'seal.split': 'Room split',
  'seal.held': 'Room was split',
  'seal.open': message<{ state: string }>('{state}. Show what protects this room'),

  'security.title': 'What protects this room',
  'security.sealed': 'This room is sealed.',
  'security.sealedText':
    'Picture, sound, screen, chat and files are locked with keys that only the devices below hold.',
  'security.securing': 'This room is being sealed.',
  'security.securingText': 'Nothing of yours is sent until the keys are there.',
  'security.resyncing': 'Keys are being renewed.',
  'security.resyncingText': 'Nothing of yours is sent until the new keys are there.',
  'security.behind': 'Nothing of yours is being sent.',
  'security.behindText':
    'The others went on to new keys, and these have not come here. This device asks to be let in anew in a moment.',
  'security.silent': 'Nothing of yours is being sent.',
  'security.silentText':
    'No other device has given a sign of life for a minute. They may be gone, or the server may hold back what they say. This device asks to be let in anew in a moment.',
  'security.stale': 'Nothing of yours is being sent.',
  'security.staleText':
    'No new keys have come for longer than a room ever goes without them. This device asks to be let in anew in a moment.',
  'security.split': 'The server shows the people of this room different rooms.',
  'security.splitText':
    'Someone here proved, by their signature, another course of this room than this device was shown. Nothing of yours is sent any more.',
  'security.split.1': 'Leave this room.',
  'security.split.2': 'Reach the others another way, by telephone for example, and tell them.',
  'security.split.3': 'If you meet here again, compare the safety code by telephone before you say anything.',
  'security.held.1': 'Reach the others another way, by telephone for example.',
  'security.held.2': 'Compare the safety code there, with each of them.',
  'security.held.3': 'Go on only if all see the same. If not, or if you reach nobody, leave.',
  'security.held': 'In this room the server showed people different rooms.',
  'security.heldText': 'The keys are there again, but nothing of yours is sent until you say so.',
  'security.heldWaiting': 'Nothing of yours is sent: the keys are not there, and you will be asked before anything is.',
  'security.goOn': 'I understand, go on',
  'security.whatToDo': 'What to do',
  'security.notSending': 'Nothing of yours is being sent',
  'security.more': 'What Conclave can and cannot protect',
  'security.newTab': 'opens in a new tab',
  'security.provided':
    'This holds if the page you opened is the published one, the link has not leaked, and you know everyone in the list.',

  'verify.code': 'Safety code',
  'verify.codeText':
    'Read the digits or the words to each other. If all see the same, nobody stands in between. They change whenever someone comes or goes, and now and then by themselves.',
  'verify.differs': 'If they differ, say nothing more here: leave, and reach the others another way.',
  'verify.wordsLanguage': 'The words are the same in every language, so that all can compare them.',
  'verify.digits': 'As digits',
  'verify.words': 'As words',
  'verify.copyCode': 'Copy code',
  'verify.codeCopied': 'Safety code copied',
  'verify.codeChanged': 'The code has just changed. Compare the new one.',
  'verify.confirm': 'We compared it: it matches',
  'verify.confirmAgain': 'We compared the new code: it matches',
  'verify.confirmText': 'Say so only if you heard it from them yourself. It is remembered until you close this tab.',
  'verify.alone': 'A code takes two to compare. Nobody else is here yet.',
  'verify.with': message<Time & Names>('Verified at {time} with {names}.'),
  'verify.came': message<Names>('Since then also {names} (not verified).'),
  'verify.returned': message<Names>('Back with another key since then: {names} (not verified).'),
  'verify.left': message<Names>('Left since then: {names}.'),
  'verify.more': message<Count>('{count, plural, one {# more} other {# more}}'),
  'verify.forget': 'Forget this comparison',
  'verify.devices': message<Count>('{count, plural, one {# device holds the keys} other {# devices hold the keys}}'),
  'verify.thisDevice': 'this device',
  'verify.ownBefore': 'this device, before it came back',
  'verify.verifiedAt': message<Time>('Verified at {time}'),
  'verify.notVerified': 'Not verified',
  'verify.since': message<Time>('here since {time}'),
  'verify.before': 'here before this device',
  'verify.print': message<{ print: string }>('key {print}'),
  'verify.firstPrint': message<{ print: string }>('Came back with another key; its first one was {print}.'),
  'verify.formerName': message<Name>('Was called {name} before.'),
  'verify.claimed': message<Time & Name>('At {time} {name} said that they compared the code with you.'),
  'verify.say.came': message<Name>('{name} joined and is not verified'),
  'verify.say.returned': message<Name>('{name} is back with another key and is not verified'),

  'say.sealed': 'The room is sealed',
  'say.resyncing': 'Keys are being renewed',
  'say.fenced': 'Nothing of yours is being sent: the others’ keys cannot be confirmed',
  'say.split': 'Warning: the room is split, nothing of yours is sent any more',
  'say.held': 'Warning: this room was split, nothing of yours is sent until you go on',
} as const;
