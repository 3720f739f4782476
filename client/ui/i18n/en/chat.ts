// The words of the chat, in English.
import { message } from '../message.ts';

type Name = { name: string };
type Count = { count: number };

export const chat = {
  'chat.title': 'Chat',
  'chat.messages': 'Messages',
  'chat.empty.title': 'No messages yet',
  'chat.empty.text': 'What you write here is sealed like the rest, and is gone when the meeting ends.',
  'chat.placeholder': 'Write to everyone',
  'chat.label': 'Message',
  'chat.send': 'Send',
  'chat.save': 'Save the change',
  'chat.sending': 'Sending…',
  'chat.failed': 'Not sent.',
  'chat.retry': 'Try again',
  'chat.keys': 'Enter sends, Shift+Enter starts a new line, ↑ changes your last message',
  'chat.tooLong': 'This is too long for one message. Send it in parts, or as a file.',
  'chat.new': 'New',
  'chat.newBelow': message<Count>('{count, plural, one {# new below} other {# new below}}'),
  'chat.toEnd': 'To the newest',
  'chat.earlier': message<Count>('{count, plural, one {Show # earlier} other {Show # earlier}}'),
  'chat.unfold': 'Show all',
  'chat.fold': 'Show less',

  'chat.edited': 'edited',
  'chat.deleted': 'Message deleted',
  'chat.deleting': 'Deleting for everyone…',
  'chat.undo': 'Undo',
  'chat.changing': 'Saving…',
  'chat.editFailed': 'The others still see it as it was.',
  'chat.deleteFailed': 'Not deleted for the others.',
  'chat.notYours':
    'You lost your place in the room since, so the others cannot tell that this is yours: they still see it as it was.',

  'chat.actions': message<Name>('Message from {name}: actions'),
  'chat.reply': 'Reply',
  'chat.react': 'React',
  'chat.edit': 'Edit',
  'chat.delete': 'Delete',
  'chat.copy': 'Copy text',
  'chat.copied': 'Text copied',
  'chat.copyFailed': 'The browser did not let us copy.',
  'chat.replyingTo': message<Name>('Reply to {name}'),
  'chat.editing': 'Change your message',
  'chat.cancel': 'Cancel',
  'chat.quote': 'In answer to',
  'chat.quoteUnknown': 'Answers a message that is not here',

  'chat.reactions': 'Reactions',
  'chat.reactionMine': message<{ names: string }>('{names}. Take yours back'),
  'chat.you': 'you',
  'chat.emojis': 'Choose a reaction',
  'chat.emojiSearch': 'Search',
  'chat.emojiNone': 'No emoji of that name here',

  'chat.typing': message<{ names: string; count: number }>(
    '{count, plural, one {{names} is typing…} other {{names} are typing…}}',
  ),
  'chat.typingMany': 'Several people are typing…',
  'chat.options': 'Chat options',
  'chat.tellTyping': 'Let others see when I type',

  'chat.history.missed': 'What was written and sent before you came is not shown.',
  'chat.history.ask': 'Ask for the chat so far',
  'chat.history.asked': 'You asked the others for the chat so far. It appears here once one of them shares it.',
  'chat.history.mark': message<Name>('shared by {name}'),
  'chat.history.markHint': message<Name>('This is {name}’s word of what was said, not the author’s own.'),
  'chat.history.request': message<Name>('{name} asks for the chat so far'),
  'chat.history.requests': message<{ names: string; count: number }>(
    '{count, plural, one {{names} asks for the chat so far} other {{names} ask for the chat so far}}',
  ),
  'chat.history.share': 'Share the chat so far…',
  'chat.history.shareShort': 'Share…',
  'chat.history.dismiss': 'Not now',
  'chat.history.title': 'Share the chat so far?',
  'chat.history.what': message<Count>(
    '{count, plural, one {The last message} other {The last # messages}} that you see here, with names and times; not what was deleted.',
  ),
  'chat.history.files': message<Count>(
    '{count, plural, one {The file that is still on the server: who receives this can save it.} other {The # files that are still on the server: who receives this can save them.}}',
  ),
  'chat.history.whom': message<{ names: string }>(
    'Everybody who is in the room now receives it: {names}. Who has it already sees nothing new.',
  ),
  'chat.history.word': 'It is shown as your word of what the others said and sent, and it cannot be taken back.',
  'chat.history.confirm': 'Share',
  'chat.history.nothing': 'There is nothing to share yet.',
  'chat.history.progress': message<{ done: number; total: number }>('Sharing the chat: part {done} of {total}'),
  'chat.history.failed': 'Not all of the chat could be shared.',
} as const;
