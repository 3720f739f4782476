// Rules of PollModel.ts.
import { signal } from '@preact/signals';
import { beforeEach, expect, test } from 'vitest';
import type { PollView, RoomView } from '#core';
import { setLanguage } from '../../../i18n/index.ts';
import { FakeRoomClient, roomView } from '../../../test/fakes.ts';
import { PollModel } from './PollModel.ts';

const poll = (key: string, changes: Partial<PollView> = {}): PollView => ({
  key,
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
  votes: [[], []],
  voters: 0,
  chosen: [],
  ...changes,
});

const start = () => {
  const client = new FakeRoomClient();
  const view = signal<RoomView>(roomView());
  const told: string[] = [];
  let shown = false;
  const model = new PollModel({ client, view, isShown: () => shown, tell: (text) => void told.push(text) });
  const show = (polls: PollView[]): void => {
    view.value = roomView({ polls });
    model.follow(polls);
  };
  return { client, model, told, show, open: (is: boolean) => (shown = is) };
};

beforeEach(() => setLanguage('en'));

test('open polls of others count as new until the panel showed them', () => {
  const { model, show, open } = start();
  show([poll('1'), poll('2', { mine: true }), poll('3', { state: 'closed' })]);
  expect(model.unseen.value).toBe(1);
  open(true);
  show([poll('1'), poll('4')]);
  open(false);
  expect(model.unseen.value).toBe(0);
  show([poll('1'), poll('4'), poll('5')]);
  expect(model.unseen.value).toBe(1);
});

test('what was written stays until it is sent, whatever becomes of the view', () => {
  const { client, model, told, show } = start();
  model.isWriting.value = true;
  model.write({ question: 'Where?' });
  expect(model.start()).toBe(false);
  expect(told).toEqual(['Write a question and at least two answers.']);
  model.addOption();
  model.write({ options: ['Here', '', 'There'] });
  show([]);
  expect(model.draft.value.question).toBe('Where?');
  expect(model.start()).toBe(true);
  expect(client.calls).toEqual(['poll Where?']);
  expect([model.draft.value.question, model.isWriting.value]).toEqual(['', false]);
});

test('a poll that is one too many keeps its draft and says so', () => {
  const { client, model, told } = start();
  Object.assign(client.gestures.polls, { open: () => false });
  model.write({ question: 'Where?', options: ['Here', 'There'] });
  expect(model.start()).toBe(false);
  expect(told).toEqual([expect.stringContaining('four polls open')]);
  expect(model.draft.value.question).toBe('Where?');
});

test('there are ten answers at the most', () => {
  const { model } = start();
  for (let times = 0; times < 20; times += 1) model.addOption();
  expect(model.draft.value.options).toHaveLength(10);
  model.removeOption(3);
  expect(model.draft.value.options).toHaveLength(9);
});

test('a vote is sent once something is chosen, and may be changed from what it was', () => {
  const { client, model, told } = start();
  model.vote('1');
  expect(told).toEqual(['Choose an answer first.']);
  model.choose('1', [1]);
  model.vote('1');
  expect(client.calls).toEqual(['vote 1 1']);
  expect(model.chosen.value.has('1')).toBe(false);
  model.change(poll('1', { chosen: [1] }));
  expect(model.chosen.value.get('1')).toEqual([1]);
});
