// The words in English about polls.
import { message } from '../message.ts';

type Name = { name: string };
type Count = { count: number };

export const polls = {
  'polls.title': 'Polls',
  'polls.button': 'Polls',
  'polls.unseen': message<Count>('{count, plural, one {Polls, # new} other {Polls, # new}}'),
  'polls.empty.title': 'No polls yet',
  'polls.empty.text': 'Ask everybody something, and see what they think.',
  'polls.new': 'New poll',
  'polls.show': 'Show',
  'notice.poll': message<Name>('{name} asks the room'),
  'notice.pollClosed': message<Name>('{name} closed a poll'),

  'polls.question': 'Question',
  'polls.options': 'Answers to choose from',
  'polls.option': message<{ number: number }>('Answer {number}'),
  'polls.addOption': 'Add an answer',
  'polls.removeOption': message<{ number: number }>('Remove answer {number}'),
  'polls.multiple': 'Several answers may be chosen',
  'polls.named': 'Show names beside answers',
  'polls.namedHint':
    'If off, this page shows no names. Every vote is signed by its sender all the same, so a changed app could show them.',
  'polls.results': 'People see the counts',
  'polls.results.afterVote': 'once they voted',
  'polls.results.atEnd': 'once the poll is closed',
  'polls.start': 'Start the poll',
  'polls.cancel': 'Cancel',
  'polls.incomplete': 'Write a question and at least two answers.',
  'polls.tooMany': 'You have four polls open. Close one first.',

  'polls.by': message<Name>('Asked by {name}'),
  'polls.byYou': 'Asked by you',
  'polls.state.open': 'Open',
  'polls.state.closed': 'Closed',
  'polls.state.authorLeft': 'Closed, since its author left',
  'polls.multipleHint': 'You may choose several.',
  'polls.namesShown': 'Names are shown beside answers.',
  'polls.namesHidden': 'The page shows no names. Votes are signed all the same, so a changed app could show them.',
  'polls.vote': 'Vote',
  'polls.voteAgain': 'Change my vote',
  'polls.choose': 'Choose an answer first.',
  'polls.voted': message<{ options: string }>('You chose: {options}'),
  'polls.atEnd': 'The counts are shown once the poll is closed.',
  'polls.voters': message<Count>('{count, plural, =0 {Nobody voted yet} one {# person voted} other {# people voted}}'),
  'polls.count': message<{ count: number; percent: number }>(
    '{count, plural, one {# vote} other {# votes}}, {percent} %',
  ),
  'polls.yours': 'your vote',
  'polls.close': 'Close the poll',
  'polls.copy': 'Copy the result',
  'polls.copied': 'Result copied',
  'polls.copyFailed': 'The browser did not let us copy.',
} as const;
