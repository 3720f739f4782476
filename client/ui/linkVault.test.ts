// Rules of linkVault.ts.
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { MemoryStorage } from './test/fakes.ts';
import { keepLink, roomIdOfPath, takeLink } from './linkVault.ts';

const ROOM = 'AAAAAAAAAAAAAAAAAAAAAA';
const at = (pathname: string, hash = ''): Location => ({ origin: 'https://a.example', pathname, hash }) as Location;

const fakeHistory = () => {
  const replaced: string[] = [];
  const history = { state: null, replaceState: (_state: unknown, _title: string, url: string) => replaced.push(url) };
  return { history: history as unknown as History, replaced };
};

beforeEach(() => vi.stubGlobal('sessionStorage', new MemoryStorage()));
afterEach(() => vi.unstubAllGlobals());

describe('takeLink', () => {
  test('answers the whole link and takes the fragment out of the address', () => {
    const { history, replaced } = fakeHistory();
    expect(takeLink(at(`/r/${ROOM}`, '#1.secret.hash'), history)).toBe(`https://a.example/r/${ROOM}#1.secret.hash`);
    expect(replaced).toEqual([`/r/${ROOM}`]);
  });

  test('finds the link again after a reload of the tab', () => {
    const { history } = fakeHistory();
    takeLink(at(`/r/${ROOM}`, '#1.secret.hash'), history);
    expect(takeLink(at(`/r/${ROOM}`), history)).toBe(`https://a.example/r/${ROOM}#1.secret.hash`);
  });

  test('answers the link without its end where this tab never had it, so that its loss is told', () => {
    const { history, replaced } = fakeHistory();
    expect(takeLink(at(`/r/${ROOM}`), history)).toBe(`https://a.example/r/${ROOM}`);
    expect(replaced).toEqual([]);
  });

  test('prefers the link in the address to the one kept', () => {
    const { history } = fakeHistory();
    keepLink(ROOM, `https://a.example/r/${ROOM}#1.old.hash`);
    expect(takeLink(at(`/r/${ROOM}`, '#1.new.hash'), history)).toBe(`https://a.example/r/${ROOM}#1.new.hash`);
  });

  test('is null on pages that are no room, and leaves their fragment alone', () => {
    const { history, replaced } = fakeHistory();
    expect(takeLink(at('/', '#1.secret.hash'), history)).toBeNull();
    expect(replaced).toEqual([]);
  });

  test('works where session storage is closed, and still cleans the address', () => {
    vi.stubGlobal('sessionStorage', undefined);
    const { history, replaced } = fakeHistory();
    expect(takeLink(at(`/r/${ROOM}`, '#1.secret.hash'), history)).toBe(`https://a.example/r/${ROOM}#1.secret.hash`);
    expect(takeLink(at(`/r/${ROOM}`), history)).toBe(`https://a.example/r/${ROOM}`);
    expect(replaced).toHaveLength(1);
  });
});

test('roomIdOfPath reads rooms and watch pages, and nothing deeper', () => {
  expect(roomIdOfPath(`/r/${ROOM}`)).toBe(ROOM);
  expect(roomIdOfPath(`/w/${ROOM}/`)).toBe(ROOM);
  expect(roomIdOfPath('/')).toBeNull();
  expect(roomIdOfPath(`/r/${ROOM}/x`)).toBeNull();
});
