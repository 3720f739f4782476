// Rules of sharing.ts.
import { expect, test } from 'vitest';
import type { RoomView } from '#core';
import { roomView } from '../test/fakes.ts';
import { sharingState } from './sharing.ts';

const SEALED: RoomView['security'] = { state: 'sealed', epoch: 1, safetyCode: { digits: [], words: [] }, members: [] };
const sharing = (sealed: boolean, security: RoomView['security'] = SEALED): RoomView => {
  const view = roomView({ security });
  return { ...view, self: { ...view.self, screen: { state: 'on', track: {} as MediaStreamTrack, sealed } } };
};

test('a screen is said to be sent only once a sealed frame of it was confirmed', () => {
  expect(sharingState(roomView({ security: SEALED }))).toBe('none');
  expect(sharingState(sharing(false))).toBe('sealing');
  expect(sharingState(sharing(true))).toBe('sent');
});

test.each<RoomView['security']>([
  { state: 'fenced', cause: 'silent' },
  { state: 'fenced', cause: 'split' },
  { state: 'resyncing', cause: 'gap' },
])('E-67 a screen is not said to be sent while $state', (security) => {
  expect(sharingState(sharing(true, security))).toBe('notSent');
});

test('E-67 a screen is not said to be sent while a split is still to be heeded', () => {
  expect(sharingState({ ...sharing(true), splitSeen: true })).toBe('notSent');
});
