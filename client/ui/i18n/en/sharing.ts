// The words in English about handing on a link, and about one that lost its end on the way.
import { message } from '../message.ts';

export const sharing = {
  'share.open': 'QR code, calendar and more',
  'share.title': 'Invite people',
  'share.invitation':
    'You are invited to a meeting. Open this link in a browser, all of it; the part after # is the key:',
  'share.copyInvitation': 'Copy invitation',
  'share.invitationCopied': 'Invitation copied',
  'share.system': 'Share…',
  'share.defaultTitle': 'Meeting in Conclave',
  'share.qr': 'Scan it',
  'share.qrText': 'With the camera of a phone. Whoever sees this code can join, on a shared screen too.',
  'share.qrLabel': 'QR code of the link',
  'share.calendar': 'Add to a calendar',
  'share.name': 'Title',
  'share.date': 'Day',
  'share.time': 'Begins at',
  'share.length': 'Lasts',
  'share.minutes': message<{ count: number }>('{count} min'),
  'share.calendarReaders':
    'The entry holds the whole link. Whoever can read the calendar can join, and so can the service that keeps it.',
  'share.idle': message<{ hours: number }>(
    'The server forgets a room in which nobody was for {hours} hours, and all rooms when it is restarted. Then open the link on this device first: who made the room can make it again, under the same link.',
  ),
  'share.calendarSave': 'Save calendar file',

  'broken.fragmentMissing.title': 'The end of this link was lost',
  'broken.fragmentMissing.text':
    'A link to a room ends in # and a key, which only browsers see. This one arrived without: some programs cut it off when they pass links on.',
  'broken.fragmentBroken.title': 'The end of this link is damaged',
  'broken.fragmentBroken.text':
    'A link to a room ends in # and a key. Of this one a part is missing or changed, as when a line break or a full stop got into it.',
  'broken.versionUnknown.title': 'This link is of another version',
  'broken.versionUnknown.text':
    'It was made by a version of Conclave that this page does not know. Reload the page; if that does not help, ask for a new link.',
  'broken.todo': 'What you can do',
  'broken.todo.paste': 'Copy all of the link where you found it, and paste it here:',
  'broken.todo.ask': 'Ask who invited you to send it again, in another way: as plain text, or as a calendar file.',
  'broken.todo.scan': 'Or scan their QR code: under “QR code, calendar and more” on their screen.',
  'broken.safe': 'Nobody can come in without the key, and the server cannot add it: it never had it.',

  'reopen.text': 'You made this room on this device, so you can make it again. The link that you sent works then.',
  'reopen.action': 'Open the room again',
} as const;
