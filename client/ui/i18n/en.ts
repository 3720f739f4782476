// The words in English; the shape every other language must fill.
import { captions } from './en/captions.ts';
import { embed } from './en/embed.ts';
import { feed } from './en/feed.ts';
import { full } from './en/full.ts';
import { hall } from './en/hall.ts';
import { gestures } from './en/gestures.ts';
import { chat } from './en/chat.ts';
import { effects } from './en/effects.ts';
import { files } from './en/files.ts';
import { hosting } from './en/hosting.ts';
import { iso } from './en/iso.ts';
import { polls } from './en/polls.ts';
import { orders } from './en/orders.ts';
import { protect } from './en/protect.ts';
import { recording } from './en/recording.ts';
import { quality } from './en/quality.ts';
import { security } from './en/security.ts';
import { restart } from './en/restart.ts';
import { show } from './en/show.ts';
import { sharing } from './en/sharing.ts';
import { stage } from './en/stage.ts';
import { watch } from './en/watch.ts';
import { watchCaptions } from './en/watchCaptions.ts';
import { message } from './message.ts';

type Name = { name: string };
type Count = { count: number };

export const en = {
  ...captions,
  ...embed,
  ...files,
  ...security,
  ...protect,
  ...recording,
  ...iso,
  ...sharing,
  ...show,
  ...chat,
  ...stage,
  ...watch,
  ...watchCaptions,
  ...feed,
  ...full,
  ...hall,
  ...orders,
  ...restart,

  'app.name': 'Conclave',
  'app.skip': 'Skip to content',
  'app.loading': 'Opening…',

  'home.headline': 'A room that only the people in it can see and hear.',
  'home.line': 'Conclave seals picture, sound and words in your browser. The server passes them on and holds no key.',
  'home.new': 'New meeting',
  'home.creating': 'Making the room…',
  'home.joinTitle': 'Join with a link',
  'home.linkLabel': 'Link to a room',
  'home.linkPlaceholder': 'Paste a link',
  'home.go': 'Join',
  'home.fact.account.title': 'No account, nothing to install',
  'home.fact.account.text': 'Make a room, send its link. Whoever has the link can join, in any current browser.',
  'home.fact.sealed.title': 'Always sealed',
  'home.fact.sealed.text': 'There is no switch to turn it off, and nothing you lose by it.',
  'home.fact.yours.title': 'On this server alone',
  'home.fact.yours.text': 'Nothing is loaded from, or sent to, anyone else.',
  'home.createFailed.unreachable': 'The server does not answer. Check your connection, then try again.',
  'home.createFailed.refused': 'The server makes no new rooms at the moment. Try again in a few minutes.',
  'home.createFailed.failed': 'The room could not be made. Try again.',

  'link.empty': 'Paste the whole link that you were sent.',
  'link.notALink': 'This is not a link to a room. A link starts with https:// and has /r/ in it.',
  'link.otherServer': 'This link belongs to another server. Open it in a new tab instead.',
  'link.fragmentMissing':
    'The end of the link is missing: the part after #, which holds the key. Ask for the link again and copy all of it.',
  'link.fragmentBroken':
    'The end of the link is damaged: the part after #, which holds the key. Ask for the link again and copy all of it.',
  'link.versionUnknown': 'This link was made by another version of Conclave. Reload the page, or ask for a new link.',
  'link.noSuchPage': 'There is no page at this address. If you were sent a link, paste all of it here.',
  'link.kindUnsupported':
    'This link is for watching an event, which is not shown inside of another page. Open it in a tab of its own.',
  'link.copy': 'Copy link',
  'link.copied': 'Link copied',
  'link.copyFailed': 'The browser did not let us copy. Select the link and copy it yourself.',
  'link.invite': 'Invite with this link',
  'link.keep': 'Whoever has this link can join. Send it only to people you want in the room.',

  'preJoin.title': 'Ready to join?',
  'preJoin.titleHost': 'Your room is ready',
  'preJoin.inside': message<Count>(
    '{count, plural, =0 {Nobody is inside yet} one {# person is inside} other {# people are inside}}',
  ),
  'preJoin.checking': 'Looking into the room…',
  'preJoin.name': 'Your name',
  'preJoin.namePlaceholder': 'How others see you',
  'preJoin.nameHint': 'Remembered on this device. The server never reads it.',
  'preJoin.join': 'Join',
  'preJoin.joinWithout': 'Join without mic or camera',
  'preJoin.ask': 'Turn on camera and mic',
  'preJoin.askHint': 'Your browser will ask you first.',
  'preJoin.asking': 'Waiting for your answer in the browser’s prompt…',
  'preJoin.cameraOff': 'Camera is off',
  'preJoin.preview': 'Your camera, mirrored',
  'preJoin.micLevel': 'Microphone level',
  'preJoin.back': 'Back',
  'preJoin.cancel': 'Cancel',
  'preJoin.probe.unreachable': 'The server does not answer. Check your connection; you can still try to join.',
  'preJoin.cannotSeal':
    'This browser cannot seal picture and sound, so it cannot join. Use a current Chrome, Edge, Firefox or Safari.',
  'preJoin.newMeeting': 'Make a new room',

  'step.admission': 'Connecting…',
  'step.connecting': 'Connecting…',
  'step.securing': 'Securing…',
  'step.waitingForMember': 'Waiting for a member to let this device in…',

  'device.mic': 'Microphone',
  'device.camera': 'Camera',
  'device.speaker': 'Speaker',
  'device.default': 'System default',
  'device.unnamed': message<{ number: number }>('Device {number}'),
  'device.noneListed': 'Names appear once you allow access',
  'device.choose': message<{ device: string }>('Choose: {device}'),
  'device.mend': 'How to mend it',

  'fault.both.denied': 'The browser does not let this page use your camera and microphone.',
  'fault.both.notFound': 'No camera and no microphone were found. Plug one in, then try again.',
  'fault.mic.denied': 'The browser does not let this page use your microphone.',
  'fault.mic.notFound': 'No microphone was found. Plug one in, then try again.',
  'fault.mic.busy': 'Another program is using your microphone. Close it there, then try again.',
  'fault.mic.unsuitable': 'This microphone does not fit. Choose another one.',
  'fault.mic.cancelled': 'You closed the browser’s prompt, so the microphone stays off.',
  'fault.mic.unsupported': 'This browser gives pages no microphone here. Open the page over https.',
  'fault.mic.failed': 'The microphone did not start. Unplug it and plug it in again, or choose another.',
  'fault.camera.denied': 'The browser does not let this page use your camera.',
  'fault.camera.notFound': 'No camera was found. Plug one in, then try again.',
  'fault.camera.busy': 'Another program is using your camera. Close it there, then try again.',
  'fault.camera.unsuitable': 'This camera does not fit. Choose another one.',
  'fault.camera.cancelled': 'You closed the browser’s prompt, so the camera stays off.',
  'fault.camera.unsupported': 'This browser gives pages no camera here. Open the page over https.',
  'fault.camera.failed': 'The camera did not start. Unplug it and plug it in again, or choose another.',
  'fault.screen.denied':
    'The system does not let this browser record the screen. Allow it in the system’s privacy settings.',
  'fault.screen.notFound': 'There was nothing to share.',
  'fault.screen.busy': 'The screen is being recorded by another program. Close it there, then try again.',
  'fault.screen.unsuitable': 'This window cannot be shared. Choose another one.',
  'fault.screen.cancelled': 'Nothing is shared.',
  'fault.screen.unsupported': 'This browser cannot share the screen.',
  'fault.screen.failed': 'Sharing did not start. Try again.',
  'fault.retry': 'Try again',
  'fault.youCanJoin': 'You can join all the same.',

  'mend.chromium': 'Click the icon left of the address, open “Site settings”, and allow the camera and the microphone.',
  'mend.firefox': 'Click the crossed-out camera or microphone left of the address, and clear “Blocked”.',
  'mend.safari':
    'Open Safari → Settings → Websites (on a phone: “aA” → Website Settings), and allow the camera and the microphone.',
  'mend.other': 'Open this site’s permissions beside the address, and allow the camera and the microphone.',

  'meeting.title': 'Meeting',
  'meeting.stage': 'People in the room',
  'meeting.controls': 'Controls',
  'meeting.elapsed': 'Time in the room',
  'meeting.count': message<Count>('{count, plural, one {# person} other {# people}}'),
  'meeting.alone.title': 'You are the only one here',
  'meeting.alone.text': 'Send the link to the people you want to meet.',
  'meeting.alone.hide': 'Hide',
  'meeting.reconnecting': 'Connection lost. Reconnecting…',
  'meeting.sharing': 'You are sharing your screen',
  'meeting.stopSharing': 'Stop sharing',
  'meeting.tapToHear': 'Tap to hear the others',
  'meeting.mutedSpeaking': 'You are muted, so nobody hears you.',
  'meeting.page': message<{ page: number; pages: number }>('Page {page} of {pages}'),
  'meeting.previousPage': 'Previous page',
  'meeting.nextPage': 'Next page',

  'bar.micOn': 'Mute',
  'bar.micOff': 'Unmute',
  'bar.micFailed': 'Microphone does not work',
  'bar.starting': 'Starting…',
  'bar.cameraOn': 'Turn camera off',
  'bar.cameraOff': 'Turn camera on',
  'bar.cameraFailed': 'Camera does not work',
  'bar.screenOn': 'Stop sharing',
  'bar.screenOff': 'Share screen',
  'bar.people': 'People',
  'bar.chat': 'Chat',
  'bar.chatUnread': message<Count>('{count, plural, one {Chat, # new message} other {Chat, # new messages}}'),
  'bar.more': 'More',
  'bar.leave': 'Leave',
  'bar.withKey': message<{ label: string; key: string }>('{label} ({key})'),

  'more.layout': 'Layout',
  'more.layoutGrid': 'Grid',
  'more.layoutSpeaker': 'Speaker',
  'more.selfView': 'Show my own picture',
  'more.fullScreen': 'Full screen',
  'more.leaveFullScreen': 'Leave full screen',
  'more.shortcuts': 'Keyboard shortcuts',
  'more.language': 'Language',
  'more.theme': 'Colours',
  'theme.system': 'As the system',
  'theme.light': 'Light',
  'theme.dark': 'Dark',

  'tile.you': message<Name>('{name} (you)'),
  'tile.yourself': 'You',
  'tile.screenOf': message<Name>('{name}’s screen'),
  'tile.waitingKey': message<Name>('Waiting for {name}’s key'),
  'tile.waitingNetwork': message<Name>('{name}’s connection is weak'),
  'tile.waitingFirstFrame': 'Picture is on its way',
  'tile.sealing': 'Your picture is being sealed',
  'tile.failing.locked': message<Name>(
    'What {name} sends does not open with the keys here, so nothing of it is shown.',
  ),
  'tile.failing.foreign': message<Name>('What the server sends as {name}’s is not theirs, so nothing of it is shown.'),
  'tile.failing.damaged': message<Name>('What {name} sends arrives damaged, so nothing of it is shown.'),
  'tile.failing.setup': message<Name>('This browser could not open what {name} sends.'),
  'tile.notSent': 'Not sent at the moment',
  'tile.cannotShow': message<Name>('This device cannot show {name}’s picture: the two share no video format.'),
  'tile.away': message<Name>('{name} lost the connection'),
  'tile.cameraStarting': 'Camera is starting',
  'tile.cameraFailed': 'Your camera does not work',
  'tile.muted': 'Microphone off',
  'tile.speaking': 'Speaking',
  'tile.pin': message<Name>('Show {name} large'),
  'tile.unpin': message<Name>('Stop showing {name} large'),

  'people.title': 'People',
  'people.you': 'you',
  'people.away': 'reconnecting',
  'people.micOn': 'Microphone on',
  'people.micOff': 'Microphone off',
  'people.cameraOn': 'Camera on',
  'people.cameraOff': 'Camera off',
  'people.sharing': 'Sharing the screen',
  'people.empty': 'Nobody else is here yet. Send the link to invite.',

  'keys.title': 'Keyboard shortcuts',
  'keys.enabled': 'Use single-key shortcuts',
  'keys.enabledHint': 'Ctrl or ⌘ with D and E work in any case.',
  'keys.mic': 'Mute or unmute',
  'keys.camera': 'Camera on or off',
  'keys.talk': 'Hold to talk while muted',
  'keys.screen': 'Share the screen',
  'keys.chat': 'Chat',
  'keys.people': 'People',
  'keys.layout': 'Change layout',
  'keys.full': 'Full screen',
  'keys.help': 'This list',
  'keys.space': 'Space',
  'keys.or': 'or',

  'ended.left.title': 'You left the room',
  'ended.left.text': 'The room stays open for the others, and the link still works.',
  'ended.roomGone.title': 'This meeting has ended',
  'ended.roomGone.text':
    'Its host ended it, or nobody was in the room for a day and the server forgot it. Make a new room and send its link.',
  'ended.roomEnded.title': 'The meeting has ended',
  'ended.roomEnded.text': 'The server closed the room for everyone, and does not say on whose word.',
  'ended.badLink.title': 'This link does not open the room',
  'ended.badLink.text':
    'Part of it may be missing, or it was replaced by a new one. Ask for the link again and copy all of it.',
  'ended.cannotSeal.title': 'This browser cannot seal the room',
  'ended.cannotSeal.text': 'So nothing was sent. Use a current Chrome, Edge, Firefox or Safari.',
  'ended.replaced.title': 'You joined from another tab',
  'ended.replaced.text': 'This tab let go of the room. Go on in the other one, or come back here.',
  'ended.full.title': 'The room is full',
  'ended.full.text': 'Try again when someone has left.',
  'ended.version.title': 'This page is out of date',
  'ended.version.text': 'The server was updated. Reload the page to go on.',
  'ended.unreachable.title': 'The server cannot be reached',
  'ended.unreachable.text': 'Check your connection, then join again.',
  'ended.failed.title': 'Something went wrong',
  'ended.failed.text': 'Join again. If it happens twice, tell whoever runs this server.',
  'ended.rejoin': 'Join again',
  'ended.reload': 'Reload the page',
  'ended.home': 'To the start page',

  'notice.joined': message<Name>('{name} joined'),
  'notice.left': message<Name>('{name} left'),
  'notice.reconnected': 'You are back online',
  'notice.mediaRecovered': 'Picture and sound are back',
  'notice.deviceLost': 'A device was unplugged, so it is off now.',
  'notice.unseen': message<Name>('{name}’s device cannot show your picture: the two share no video format.'),
  'notice.someone': 'Someone',
  'say.micOn': 'Microphone is on',
  'say.micOff': 'Microphone is muted',
  'say.cameraOn': 'Camera is on',
  'say.cameraOff': 'Camera is off',
  'say.screenOn': 'You are sharing your screen',
  'say.screenOff': 'You stopped sharing',
  'say.theyShare': message<Name>('{name} shares the screen'),
  'say.reconnecting': 'Connection lost. Reconnecting.',
  'say.chat': message<Name & { text: string }>('{name} writes: {text}'),

  'dialog.close': 'Close',
  'toast.dismiss': 'Dismiss',
  ...hosting,
  ...gestures,
  ...polls,
  ...effects,
  ...quality,
} as const;

export type Messages = typeof en;
export type MessageKey = keyof Messages;
