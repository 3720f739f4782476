import { describe, expect, test } from 'vitest';
import type { RoomView } from '#core';
import { airOf } from './air.ts';

const view = (state: string, changes: Partial<RoomView> = {}) =>
  ({ show: { mine: { state } }, connection: 'online', cutOff: false, ...changes }) as RoomView;

describe('airOf', () => {
  test('is what the show says while the line is there, and nothing without a show', () => {
    for (const state of ['backstage', 'countdown', 'going', 'onAir', 'failed']) expect(airOf(view(state))).toBe(state);
    expect(airOf({ show: null, connection: 'reconnecting', cutOff: true })).toBeUndefined();
  });

  test.each(['reconnecting', 'restarting'] as const)(
    'is no “on air” while %s: cut once nothing of ours goes out, and unsure before that, since the media may outlive the line',
    (connection) => {
      for (const state of ['onAir', 'going']) {
        expect(airOf(view(state, { connection }))).toBe('unsure');
        expect(airOf(view(state, { connection, cutOff: true }))).toBe('cut');
      }
      expect(airOf(view('backstage', { connection, cutOff: true }))).toBe('backstage');
    },
  );
});
