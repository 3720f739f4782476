// Rules of polls.ts.
import { expect, test } from 'vitest';
import type { PollView } from '#core';
import { percentOf, resultText, showsCounts } from './polls.ts';

const ana = { peerId: 'ana', displayName: 'Ana' };
const ben = { peerId: 'ben', displayName: 'Ben' };
const cora = { peerId: 'cora', displayName: '' };
const poll = (changes: Partial<PollView> = {}): PollView => ({
  key: 'ana/1',
  author: 'ana',
  authorName: 'Ana',
  mine: false,
  atMs: 0,
  state: 'open',
  question: 'Where?',
  options: ['Here', 'There'],
  multiple: false,
  named: true,
  results: 'afterVote',
  votes: [[ana, cora], [ben]],
  voters: 3,
  chosen: [],
  ...changes,
});

test.each([
  ['before one voted', poll(), false],
  ['once one voted', poll({ chosen: [0] }), true],
  ['to the author, who did not', poll({ mine: true }), true],
  ['once one voted, where they come at the end', poll({ results: 'atEnd', chosen: [0] }), false],
  ['to the author, where they come at the end', poll({ results: 'atEnd', mine: true }), false],
  ['at the end', poll({ results: 'atEnd', state: 'closed' }), true],
  ['once the author left', poll({ results: 'atEnd', state: 'authorLeft' }), true],
])('counts %s: %#', (_when, view, shown) => {
  expect(showsCounts(view)).toBe(shown);
});

test('a share is of those who voted, and nothing of nobody', () => {
  expect([0, 1].map((index) => percentOf(poll(), index))).toEqual([67, 33]);
  expect(percentOf(poll({ votes: [[], []], voters: 0 }), 0)).toBe(0);
});

test('the result as text has names only where the poll shows them', () => {
  const words = {
    count: (count: number, percent: number) => `${count}, ${percent} %`,
    voters: '3 voted',
    nameOf: (name: string) => name || 'Someone',
  };
  expect(resultText(poll(), words)).toBe('Where?\nHere: 2, 67 % (Ana, Someone)\nThere: 1, 33 % (Ben)\n3 voted');
  expect(resultText(poll({ named: false }), words)).toBe('Where?\nHere: 2, 67 %\nThere: 1, 33 %\n3 voted');
});
