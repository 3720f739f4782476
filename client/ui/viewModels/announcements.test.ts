// Rules of announcements.ts.
import { describe, expect, test } from 'vitest';
import type { ChatEntry, FileEntry, LocalMedia, Participant, RoomView } from '#core';
import { chatEntry, fileEntry, roomView } from '../test/fakes.ts';
import { announcementsOf } from './announcements.ts';

const off = { state: 'off' } as const;
const on = { state: 'on', track: {} as MediaStreamTrack, sealed: true } as const;
const person: Participant = {
  peerId: 'a',
  displayName: 'Ana',
  away: false,
  host: false,
  cohost: false,
  mic: off,
  camera: off,
  screen: off,
  screenAudio: off,
  speaking: false,
  level: 0,
};
const base: RoomView = roomView({ participants: [person] });
const withMic = (mic: LocalMedia): RoomView => ({ ...base, self: { ...base.self, mic } });
const entry = (id: string, self = false): ChatEntry => chatEntry(id, { self });
const sealed: RoomView['security'] = { state: 'sealed', epoch: 1, safetyCode: { digits: [], words: [] }, members: [] };

describe('announcementsOf', () => {
  test('says nothing when nothing changed', () => {
    expect(announcementsOf(base, { ...base })).toEqual([]);
  });

  test('says each notice once', () => {
    const joined = { id: 1, atMs: 1, kind: 'joined', displayName: 'Ana' } as const;
    const after = { ...base, notices: [joined] };
    expect(announcementsOf(base, after)).toEqual([{ kind: 'notice', notice: joined }]);
    expect(announcementsOf(after, { ...after })).toEqual([]);
  });

  test('says mute and unmute, and nothing of the moment between', () => {
    const starting = withMic({ state: 'starting' });
    expect(announcementsOf(withMic({ state: 'muted', track: null }), starting)).toEqual([]);
    expect(announcementsOf(starting, withMic(on))).toEqual([{ kind: 'mic', on: true }]);
    expect(announcementsOf(withMic(on), withMic({ state: 'muted', track: null }))).toEqual([
      { kind: 'mic', on: false },
    ]);
    expect(announcementsOf(starting, withMic({ state: 'failed', fault: 'busy' }))).toEqual([]);
  });

  test('says that someone shares, once, whether their screen plays already or is still on its way', () => {
    const waiting: RoomView = {
      ...base,
      participants: [{ ...person, screen: { state: 'waiting', cause: 'firstFrame' } }],
    };
    const playing: RoomView = {
      ...base,
      participants: [{ ...person, screen: { state: 'playing', track: {} as MediaStreamTrack } }],
    };
    expect(announcementsOf(base, waiting)).toEqual([{ kind: 'theyShare', name: 'Ana' }]);
    expect(announcementsOf(waiting, playing)).toEqual([]);
  });

  test('says when the room is sealed and when its keys are renewed', () => {
    expect(announcementsOf(base, { ...base, security: sealed })).toEqual([{ kind: 'security', state: 'sealed' }]);
    const resyncing = { ...base, security: { state: 'resyncing', cause: 'x' } } as const;
    expect(announcementsOf({ ...base, security: sealed }, resyncing)).toEqual([
      { kind: 'security', state: 'resyncing' },
    ]);
  });

  test('E-67 says when nothing is sent any more, and a split in words of its own', () => {
    const fenced = { ...base, security: { state: 'fenced', cause: 'silent' } } as const;
    const split = { ...base, security: { state: 'fenced', cause: 'split' } } as const;
    expect(announcementsOf({ ...base, security: sealed }, fenced)).toEqual([{ kind: 'security', state: 'fenced' }]);
    expect(announcementsOf(fenced, split)).toEqual([{ kind: 'security', state: 'split' }]);
  });

  test('E-66 says that a split that was seen is still to be heeded, once', () => {
    const held = { ...base, splitSeen: true, security: { ...sealed, state: 'held' } } as RoomView;
    const split = { ...base, splitSeen: true, security: { state: 'fenced', cause: 'split' } } as const;
    expect(announcementsOf(split, held)).toEqual([{ kind: 'security', state: 'held' }]);
    expect(announcementsOf(held, { ...held, security: { state: 'resyncing', cause: 'gap' } })).toEqual([]);
    const gone = { ...held, splitSeen: false, security: sealed };
    expect(announcementsOf(held, gone)).toEqual([{ kind: 'security', state: 'sealed' }]);
  });

  test('E-101 says who came unverified after a comparison, and nothing of a comparison anew', () => {
    const comparison = { state: 'compared' as const, atMs: 1, names: ['Ana'], came: ['Bo'], returned: [], left: [] };
    const before = { ...base, comparison };
    const after = { ...base, comparison: { ...comparison, came: ['Bo', 'Bo'], returned: ['Ana'] } };
    expect(announcementsOf(before, after)).toEqual([
      { kind: 'unverified', how: 'came', name: 'Bo' },
      { kind: 'unverified', how: 'returned', name: 'Ana' },
    ]);
    expect(announcementsOf(after, { ...after, comparison: { ...comparison, atMs: 2 } })).toEqual([]);
    expect(announcementsOf(base, before)).toEqual([]);
  });

  test('does not repeat itself at each new epoch', () => {
    const next = { ...base, security: { ...sealed, epoch: 2 } } as RoomView;
    expect(announcementsOf({ ...base, security: sealed }, next)).toEqual([]);
  });

  test('reads messages of others aloud, not one’s own', () => {
    const after = { ...base, chat: [entry('1'), entry('2', true)] };
    expect(announcementsOf(base, after)).toEqual([{ kind: 'chat', entry: entry('1') }]);
  });

  test('says that the connection is lost when it is', () => {
    expect(announcementsOf(base, { ...base, connection: 'reconnecting' })).toEqual([{ kind: 'reconnecting' }]);
  });

  test('says to who is on air whether they may still be seen, each once', () => {
    const onAir: RoomView = { ...base, show: { mine: { state: 'onAir' } } as RoomView['show'] };
    const unsure: RoomView = { ...onAir, connection: 'restarting' };
    const cut: RoomView = { ...unsure, cutOff: true };
    expect(announcementsOf(onAir, unsure)).toEqual([{ kind: 'restarting' }, { kind: 'unsure' }]);
    expect(announcementsOf(unsure, cut)).toEqual([{ kind: 'cut' }]);
    expect(announcementsOf(cut, { ...cut, retryAtMs: 5 })).toEqual([]);
  });
});

test('a file of another’s is said once, as a message is; one’s own, one of the past and its progress are not', () => {
  const files = (...entries: FileEntry[]): RoomView => ({ ...base, files: { limits: null, entries } });
  const offered = fileEntry('1');
  expect(announcementsOf(base, files(offered))).toEqual([{ kind: 'file', entry: offered }]);
  expect(announcementsOf(files(offered), files({ ...offered, state: { state: 'done' } }))).toEqual([]);
  expect(announcementsOf(base, files(fileEntry('2', { self: true }), fileEntry('3', { sharedBy: 'Ben' })))).toEqual([]);
});
