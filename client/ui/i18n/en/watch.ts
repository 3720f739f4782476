// The words in English of the watch page, and of the scene that it shows.
import { message } from '../message.ts';

type Name = { name: string };
type Names = { names: string };

export const watch = {
  // The scene, on whatever it is shown.
  'scene.label': 'On air',
  'scene.starting': 'It begins in a moment',
  'scene.startsAt': message<{ time: string }>('Begins at {time}'),
  'scene.soon': 'It begins soon',
  'scene.pause': 'A short pause',
  'scene.pauseText': 'It goes on here in a moment.',
  'scene.after': 'That was it',
  'scene.afterText': 'Thank you for watching.',
  'scene.nobody': 'In a moment',
  'scene.lost': 'The picture is on its way back',
  'scene.screenOf': message<Name>('The screen of {name}'),
  'scene.noCamera': message<Name>('{name}, without a camera'),
  'scene.logo': message<Name>('Logo of {name}'),
  'scene.waiting.firstFrame': 'The picture is coming…',
  'scene.waiting.key': 'Waiting for the key…',
  'scene.waiting.network': 'Waiting for the network…',
  'scene.waiting.failing': 'The picture cannot be opened at the moment',
  'scene.waiting.setup': 'This browser cannot open the picture',
  'scene.refused': 'Not shown: not signed by this speaker',

  // The page.
  'watch.event': 'Live event',
  'watch.opening': 'Opening the event…',
  'watch.live': 'Live',
  'watch.viewers': message<{ count: number }>('{count, plural, one {# viewer} other {# viewers}}'),
  'watch.controls': 'Controls',
  'watch.play': 'Go on',
  'watch.pause': 'Pause',
  'watch.paused': 'Paused. Going on shows what is live then, nothing is kept.',
  'watch.mute': 'Sound off',
  'watch.unmute': 'Sound on',
  'watch.volume': 'Volume',
  'watch.volumeOf': message<{ percent: number }>('{percent} %'),
  'watch.soundOn': 'Turn the sound on',
  'watch.soundWhy': 'The browser plays sound only after a press.',
  'watch.fullScreen': 'Full screen',
  'watch.goLive': 'You are behind – go live',
  'watch.onAir': message<Names>('On air: {names}'),
  'watch.nobodyOnAir': 'Nobody is on air',

  'watch.role.speaker': 'speaker',
  'watch.role.producer': 'producer',
  'watch.proof.verified': message<Name & { role: string }>('verified: {name}, {role}'),
  'watch.proof.checking': message<Name & { role: string }>('checking: {name}, {role}'),
  'watch.proof.unproven': message<Name & { role: string }>('not proven: {name}, {role}'),
  'watch.proof.refused': message<Name & { role: string }>('refused: {name}, {role}'),
  'watch.proof.silent': message<Name & { role: string }>('{name}, {role}'),

  'watch.warn.refused': message<Name>('Not shown: what came as {name} was not signed by their device.'),
  'watch.warn.unproven': message<Name>('The sound of {name} is not signed at the moment. It may not be them.'),
  'watch.warn.rosterUnreadable':
    'The list of speakers that came last cannot be opened with your link: the link may have been replaced.',
  'watch.warn.rosterForged':
    'The server sent a list of speakers that the host did not sign. It does not count; the last signed list does.',
  'watch.warn.programForged':
    'The server sent a program that no producer of this event signed. It does not count; the last signed one does.',
  'watch.warn.keysUnreadable': 'The keys that came last cannot be opened. If the picture stops, this is why.',

  'watch.lost.network': 'The connection is lost. Trying again…',
  'watch.lost.restart': 'The server restarts. The picture comes back by itself.',
  'watch.lost.notOpen': 'The event is not open at the moment. This page looks again by itself.',
  'watch.lost.full': 'There is no place free at the moment. This page tries again by itself.',
  'watch.impaired': 'Picture and sound do not get through at the moment.',
  'watch.draining': message<{ minutes: number }>(
    '{minutes, plural, =0 {The server is updated in a few seconds.} one {The server is updated in about a minute.} other {The server is updated in about # minutes.}} The picture comes back by itself.',
  ),
  'watch.back': 'Connected again.',
  'watch.tryNow': 'Try now',

  'watch.details': 'Who speaks, and is it true?',
  'watch.details.short': 'Details',
  'watch.details.people': 'Speakers of this event',
  'watch.details.nobody': 'The host’s list of speakers has not come yet.',
  'watch.details.onAir': 'on air',
  'watch.details.verified':
    'Signed by the device that the host of this event listed under this name. Checked in your browser, all the time.',
  'watch.details.checking': 'The first signature is awaited.',
  'watch.details.unproven': 'What you hear carries no valid signature at the moment.',
  'watch.details.refused': 'What came was not signed by this person’s device, and is not shown.',
  'watch.details.silent': 'Not on air.',
  'watch.details.how': 'What “verified” means',
  'watch.details.howText':
    'The host’s key stands in your link. With it the host signed the list of speakers, and each speaker’s device signs every picture and its sound. The server cannot change either without your browser noticing.',
  'watch.details.not': 'What it does not mean',
  'watch.details.notText':
    'That the name is a person’s real name: the host chose it. That only you can watch: whoever has this link can. That nobody records: anybody who watches can.',
  'watch.details.server':
    'The server passes this event on and holds no key to it. It sees your address, and when you watch. You send nothing: no picture, no sound, no name.',
  'watch.details.eased': 'Pictures come smaller than they could, because your connection is slow.',
  'watch.details.keys': 'Keys',
  'watch.keys.pause': 'Pause and go on',
  'watch.keys.sound': 'Sound off and on',
  'watch.keys.volume': 'Louder, quieter',
  'watch.keys.live': 'Go live',
  'watch.keys.details': 'Details',
  'watch.keys.space': 'Space',

  // Before and after.
  'watch.notOpen.title': 'The event has not begun',
  'watch.notOpen.text': 'This page looks again by itself and starts as soon as it is open. You can leave it as it is.',
  'watch.full.title': 'No place is free',
  'watch.full.text': 'As many watch as this server can carry. This page tries again by itself.',
  'watch.network.title': 'The server cannot be reached',
  'watch.network.text': 'Check your connection. This page tries again by itself.',
  'watch.nextLook': message<{ seconds: number }>('Next attempt in {seconds, plural, one {# second} other {# seconds}}'),
  'watch.ended.ended.title': 'The event is over',
  'watch.ended.ended.text': 'Its host closed it. Thank you for watching.',
  'watch.ended.left.title': 'You stopped watching',
  'watch.ended.left.text': 'Open the link again to go on.',
  'watch.ended.badLink.title': 'This link does not open the event',
  'watch.ended.badLink.text':
    'It was replaced, or is of another event. Look for the newest link where you found this one.',
  'watch.ended.linkChanged.title': 'The link was replaced',
  'watch.ended.linkChanged.text':
    'The host gave out a new link, and this one opens nothing any more. Look for the new one.',
  'watch.ended.removed.title': 'The host ended this for you',
  'watch.ended.removed.text': 'You cannot watch this event with this link any more.',
  'watch.ended.cannotOpen.title': 'This browser cannot open the event',
  'watch.ended.cannotOpen.text':
    'It lacks what it takes to open and to check sealed pictures. Use a current Chrome, Edge, Firefox or Safari.',
  'watch.ended.version.title': 'This page is out of date',
  'watch.ended.version.text': 'The server was updated. Reload the page to go on.',
  'watch.ended.failed.title': 'Something went wrong',
  'watch.ended.failed.text': 'Try again. If it happens twice, tell whoever sent you the link.',
  'watch.again': 'Watch again',
  'watch.reload': 'Reload the page',

  'watch.broken.fragmentMissing.text':
    'The link was opened without the part after #, which holds the key. Without it nothing of the event can be opened. Mail programs and messengers sometimes cut it off.',
  'watch.broken.fragmentBroken.text':
    'The part after # is not what it was when the link was made: something was cut off, or added.',
  'watch.broken.versionUnknown.text': 'It was made by another version of Conclave than this server runs.',
  'watch.broken.todo.ask': 'Look for the link where the event was announced, and open it from there.',
  'watch.broken.todo.scan': 'Or scan its QR code, if there is one.',
  'watch.broken.safe': 'The key is in the link only: the server cannot add it, it never had it.',
} as const;
