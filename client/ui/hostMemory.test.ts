// Rules of hostMemory.ts.
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { forgetHost, forgetOldHosts, hostTokenOf, keepHostToken } from './hostMemory.ts';
import { MemoryStorage } from './test/fakes.ts';

const NOW_MS = Date.parse('2026-11-26T00:00:00Z');
const DAY_MS = 24 * 60 * 60 * 1000;
let local: MemoryStorage;

beforeEach(() => {
  local = new MemoryStorage();
  vi.stubGlobal('localStorage', local);
});
afterEach(() => vi.unstubAllGlobals());

const tokenUntil = (atMs: number): string => {
  const part = (value: object): string => Buffer.from(JSON.stringify(value)).toString('base64url');
  return `${part({ alg: 'EdDSA' })}.${part({ room: 'ÿ?>', exp: Math.floor(atMs / 1000) })}.sig`;
};

test('forgets token and mode of a room that was ended, and of no other', () => {
  for (const room of ['a', 'b']) {
    keepHostToken(room, tokenUntil(NOW_MS + DAY_MS));
    local.setItem(`conclave.mode.${room}`, 'approve');
  }
  forgetHost('a');
  expect([...local.items.keys()].toSorted()).toEqual(['conclave.host.b', 'conclave.mode.b']);
});

test('forgets tokens that expired more than a day ago, with their modes, and keeps the others and all else', () => {
  keepHostToken('old', tokenUntil(NOW_MS - 2 * DAY_MS));
  local.setItem('conclave.mode.old', 'locked');
  keepHostToken('today', tokenUntil(NOW_MS - DAY_MS / 2));
  keepHostToken('new', tokenUntil(NOW_MS + 29 * DAY_MS));
  local.setItem('conclave.name', 'Ana');
  local.setItem('another.host.x', tokenUntil(0));
  forgetOldHosts(NOW_MS);
  expect([...local.items.keys()].toSorted()).toEqual([
    'another.host.x',
    'conclave.host.new',
    'conclave.host.today',
    'conclave.name',
  ]);
});

test.each(['', 'host-token', 'a.b.c', `x.${btoa('{"exp":"soon"}')}.y`, `x.${btoa('null')}.y`])(
  'leaves what is no token (%s) alone',
  (text) => {
    keepHostToken('room', text);
    forgetOldHosts(NOW_MS);
    expect(hostTokenOf('room')).toBe(text);
  },
);

test('is quiet where nothing can be stored', () => {
  vi.stubGlobal('localStorage', undefined);
  forgetOldHosts(NOW_MS);
  forgetHost('a');
  expect(hostTokenOf('a')).toBeNull();
});
