// The words in English about leading a room: who may come in, who is sent off, and what they read who wait outside.
import { message } from '../message.ts';

type Name = { name: string };
type Count = { count: number };

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

  'hosting.role.host': 'Host',
  'hosting.role.cohost': 'Co-host',
  'hosting.confirmed': 'Confirmed by the host’s signature',
  'hosting.peopleWaiting': message<Count>('People, {count, plural, one {# waits} other {# wait}} to come in'),
  'hosting.moreWaiting': message<Count>('More, {count, plural, one {# waits} other {# wait}} to come in'),
  'hosting.waiting': message<Count>('{count, plural, one {# person asks} other {# people ask}} to come in'),
  'hosting.admit': 'Admit',
  'hosting.admitAll': 'Admit all',
  'hosting.admitName': message<Name>('Admit {name}'),
  'hosting.refuseName': message<Name>('Refuse {name}'),
  'hosting.personMenu': message<Name>('Choices for {name}'),
  'hosting.makeCohost': 'Make co-host',
  'hosting.noCohost': 'No longer co-host',
  'hosting.remove': 'Remove from the room…',

  'hosting.whoMayComeIn': 'Who may come in',
  'hosting.mode.open': 'Anyone with the link',
  'hosting.mode.approve': 'I approve each newcomer',
  'hosting.mode.locked': 'Nobody new',
  'hosting.line.approve': 'Newcomers come in when the host lets them.',
  'hosting.line.locked': 'The room is locked: nobody new comes in.',
  'hosting.newLink': 'Revoke the link and make a new one…',

  'hosting.removeTitle': message<Name>('Remove {name} from the room?'),
  'hosting.removeText': message<Name>(
    'The others renew their keys at once, and {name} can open nothing that follows. But {name} still holds the link.',
  ),
  'hosting.after': message<Name>('So that {name} does not just come back'),
  'hosting.after.approve': 'Approve each newcomer',
  'hosting.after.approveHint': 'Whoever opens the link has to be let in.',
  'hosting.after.locked': 'Lock the room',
  'hosting.after.lockedHint': 'Nobody new comes in until you open it.',
  'hosting.after.newLink': 'Make a new link',
  'hosting.after.newLinkHint': 'The old one stops working for everybody outside.',
  'hosting.after.nothing': 'Nothing more',
  'hosting.after.nothingHint': message<Name>('With the link, {name} can come back.'),
  'hosting.after.nothingHintClosed': 'Who may come in stays as it is.',
  'hosting.removeConfirm': 'Remove',
  'hosting.removing': 'Removing…',
  'hosting.removed': message<Name>('You removed {name}'),
  'hosting.cancel': 'Cancel',

  'hosting.newLinkTitle': 'Revoke the link and make a new one?',
  'hosting.newLinkText': 'The old link stops working at once, wherever it was sent. Everybody in the room stays.',
  'hosting.newLinkConfirm': 'Make a new link',
  'hosting.newLinkBusy': 'Making it…',
  'hosting.newLinkDone': 'The new link',
  'hosting.newLinkDoneText': 'The old link opens the room no longer. Send this one to whoever should come.',

  'hosting.fault.notActing': 'Only the host can do that now.',
  'hosting.fault.notThere': 'That person is not there any more.',
  'hosting.fault.busy': 'The room is changing its keys. Try again in a moment.',
  'hosting.fault.untold':
    'The room has a new link, but the server does not take it: nobody new can come in, by the old link or the new one.',
  'hosting.announceLink': 'Try again',
  'hosting.newLinkUntold': 'The new link does not work yet',
  'hosting.fault.failed': 'That did not work. Try again.',

  'hosting.askToJoin': 'Ask to join',
  'hosting.door.approve': 'The host lets newcomers in.',
  'hosting.door.locked': 'The room is locked. Nobody new comes in for now.',
  'hosting.leaveWaiting': 'Cancel the request',
  'hosting.asked':
    'You asked to join. Those who lead the room see your name and let you in; the server does not learn it.',
} as const;
