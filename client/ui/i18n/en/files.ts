// The words in English of files.
import { message } from '../message.ts';

type Name = { name: string };
type Size = { size: string };
type Parts = { done: string; size: string };

export const files = {
  'files.attach': 'Send files',
  'files.limit': message<Size>('Files up to {size}, sealed on this device. Pick, drop or paste.'),
  'files.limitUnknown': 'Files are sealed on this device. Pick, drop or paste.',
  'files.drop': 'Drop to send to everyone in the room',
  'files.none': 'The server takes no files.',
  'files.underWay': message<Name & { count: number }>('{count, plural, one {{name}} other {# files under way}}'),
  'files.show': 'Show',

  'files.state.preparing': 'Preparing…',
  'files.state.moving': message<Parts>('{done} of {size}'),
  'files.state.speed': message<{ speed: string }>('{speed} a second'),
  'files.state.left': message<{ time: string }>('{time} left'),
  'files.state.waiting': message<Parts>('Waiting for the network · {done} of {size}'),
  'files.state.paused': message<Parts>('Paused · {done} of {size}'),
  'files.state.uploaded': message<Size>('Sent · {size}'),
  'files.state.offered': message<Size>('{size}'),
  'files.state.checking': 'Checking…',
  'files.state.done': message<Size>('Saved, every byte checked · {size}'),
  'files.state.repick': 'The page was reloaded. Pick the same file again to go on where it was.',
  'files.state.withdrawn': 'Taken back by its sender',
  'files.state.expired': 'No longer on the server',

  'files.fault.tooLarge': 'Larger than this server takes.',
  'files.fault.quota': 'The server has no room for it now. Try again later, or take an older file back.',
  'files.fault.storageShort': 'Too little space on this device. Make room and try again.',
  'files.fault.noStorage': 'This window may not store files. Open the room in an ordinary window.',
  'files.fault.unreadable': 'The file was changed or moved on your disk. Send it anew.',
  'files.fault.damaged': 'What came is not what was sent, so it was thrown away. Try again.',
  'files.fault.targetLost': 'The place it was saved to was lost. Save it again.',
  'files.fault.refused': 'The server refused it. Try again.',

  'files.act.pause': message<Name>('Pause {name}'),
  'files.act.resume': message<Name>('Resume {name}'),
  'files.act.cancel': message<Name>('Cancel {name}'),
  'files.act.withdraw': message<Name>('Take {name} back'),
  'files.act.retry': message<Name>('Try {name} again'),
  'files.act.save': message<Name>('Save {name}'),
  'files.act.saveAgain': message<Name>('Save {name} once more'),
  'files.act.remove': message<Name>('Take {name} off the list'),
  'files.act.repick': 'Pick the file',
  'files.notSame': 'That is not the same file.',

  'files.said.offered': message<{ name: string; file: string; size: string }>('{name} sends {file}, {size}'),
  'files.said.uploaded': message<Name>('{name} is sent'),
  'files.said.done': message<Name>('{name} is saved'),
  'files.said.failed': message<{ name: string; why: string }>('{name}: {why}'),
};
