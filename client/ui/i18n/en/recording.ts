// The words in English about recording the meeting on somebody's device.
import { message } from '../message.ts';

type Name = { name: string };

export const recording = {
  'recording.start': 'Record…',
  'recording.stop': 'Stop recording',
  'recording.askTitle': 'Record this meeting',
  'recording.askText':
    'What you see and hear here, and you yourself, is kept in a file on this device. Nothing of it goes to the server.',
  'recording.askTold':
    'Everybody is told before the first picture is kept, whoever comes later too, and a red sign stays at the top for all.',
  'recording.askLaw': 'Ask the others first: in many places that is the law.',
  'recording.quality': 'Picture',
  'recording.quality.standard': 'Standard (1280 × 720)',
  'recording.quality.standardHint': 'About 0.7 GB an hour at the most',
  'recording.quality.high': 'Sharp (1920 × 1080)',
  'recording.quality.highHint': 'About 1.6 GB an hour at the most; a slow computer may not keep up',
  'recording.begin': 'Start recording',
  'recording.cancel': 'Cancel',
  'recording.telling': 'Telling everybody. Nothing is recorded yet…',
  'recording.on': 'You are recording',
  'recording.saving': 'Finishing the recording…',
  'recording.asked': 'A host asks you to stop recording.',
  'recording.diskLow': 'Little space is left for the recording. Stop it soon, or make room.',
  'recording.badge': message<Name>('Recording · {name}'),
  'recording.badgeMore': message<Name & { count: number }>(
    '{count, plural, one {Recording · {name} and # more} other {Recording · {name} and # more}}',
  ),
  'recording.you': 'you',
  'recording.badgeOpen': message<{ words: string }>('{words}. Who records?'),
  'recording.consent': message<{ names: string; count: number }>(
    '{count, plural, one {{names} is recording. What you send from now on is kept on their device.} other {{names} are recording. What you send from now on is kept on their devices.}}',
  ),
  'recording.consent.leave': 'Leave',
  'recording.consent.quiet': 'Mute me and stop my camera',
  'recording.consent.ok': 'OK',
  'recording.whoTitle': 'Who records',
  'recording.since': message<{ time: string }>('since {time}'),
  'recording.nobody': 'Nobody says that they record.',
  'recording.askToStop': message<Name>('Ask {name} to stop'),
  'recording.askedToStop': 'A host asked them to stop',
  'recording.honest':
    'Conclave tells of every recording made with it. It cannot tell of other programs: nobody can be kept from recording what they see and hear.',
  'recording.keptTitle': 'Recordings on this device',
  'recording.keptText':
    'Save them where you like, then delete them here. They stand in this browser’s storage until then, and clearing it deletes them.',
  'recording.keptNone': 'There is nothing left here.',
  'recording.save': message<Name>('Save {name}'),
  'recording.saveShort': 'Save',
  'recording.saved': 'Handed to the browser’s downloads',
  'recording.delete': message<Name>('Delete {name}'),
  'recording.deleteShort': 'Delete',
  'recording.deleteSure': 'Delete for good?',
  'recording.fault.diskFull': 'The disk is full, so the recording ended. What was recorded until then is kept.',
  'recording.fault.noDisk':
    'This browser gives the page no place on the disk, as in a private window, so it cannot record.',
  'recording.fault.noSpace': 'There is too little free space on this device to record. Make room, then try again.',
  'recording.fault.noWriter': 'This browser cannot write recordings. Use a current Chrome, Edge, Firefox or Safari.',
  'recording.fault.failed': 'The recording ended by a fault. What was recorded until then is kept.',
  'recording.fault.notStarted': 'The recording did not start. Try again.',
  'recording.say.on': 'You are recording now. Everybody was told.',
  'recording.say.off': 'The recording has ended.',
  'notice.recording': message<Name>('{name} is recording. What you send from now on is kept on their device.'),
  'notice.recordingEnded': message<Name>('{name} no longer records'),
  'notice.recordingAsked': message<Name>('{name} asks for the recording to end'),
  'notice.recordingAsked.you': message<Name>('{name} asks you to stop recording'),
} as const;
