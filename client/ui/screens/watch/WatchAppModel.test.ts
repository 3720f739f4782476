// The watch page's address: what it opens, what is wrong with it, and that the secret leaves it.
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { formatLink, parseLink, type RoomLink, type WatchClient, type WatchState } from '#core';
import { WatchAppModel } from './WatchAppModel.ts';

const ORIGIN = 'https://conclave.example';
const link = (kind: RoomLink['kind'], fill = 1): RoomLink => ({
  roomId: 'A'.repeat(22),
  kind,
  secret: new Uint8Array(24).fill(fill),
  hostKeyHash: 'A'.repeat(22),
});

function scene() {
  const opened: RoomLink[] = [];
  const left: string[] = [];
  const closed: number[] = [];
  let state: WatchState = { phase: 'opening' };
  const createWatchClient = (of: RoomLink): WatchClient => {
    const index = opened.push(of) - 1;
    return {
      state: { get: () => state, subscribe: () => () => undefined },
      start: () => undefined,
      view: () => undefined,
      goLive: () => undefined,
      retryNow: () => undefined,
      close: () => void closed.push(index),
    };
  };
  const app = new WatchAppModel({
    parseLink: (text) => parseLink(text, ORIGIN),
    formatLink: (of) => formatLink(of, ORIGIN),
    createWatchClient,
    goTo: (address) => void left.push(address),
  });
  return { app, opened, left, closed, end: () => (state = { phase: 'ended', reason: 'ended' }) };
}

const at = (text: string): string[] => {
  const url = new URL(text);
  const addresses: string[] = [];
  vi.stubGlobal('location', { origin: url.origin, pathname: url.pathname, hash: url.hash });
  const note = (_state: unknown, _title: string, address: string): void => void addresses.push(address);
  vi.stubGlobal('history', { state: null, replaceState: note, pushState: note });
  return addresses;
};

beforeEach(() => {
  const kept = new Map<string, string>();
  vi.stubGlobal('sessionStorage', {
    getItem: (key: string) => kept.get(key) ?? null,
    setItem: (key: string, value: string) => void kept.set(key, value),
    removeItem: (key: string) => void kept.delete(key),
  });
});
afterEach(() => vi.unstubAllGlobals());

describe('WatchAppModel', () => {
  it('W-70 opens the event of its address, takes the secret out of it, and keeps it for a reload', () => {
    const { app, opened } = scene();
    const addresses = at(formatLink(link('viewer'), ORIGIN));
    app.openAddress();
    expect([app.screen.value.name, opened[0]?.kind, addresses]).toEqual(['event', 'viewer', [`/w/${'A'.repeat(22)}`]]);
    at(`${ORIGIN}/w/${'A'.repeat(22)}`);
    const reloaded = scene();
    reloaded.app.openAddress();
    expect(reloaded.opened[0]?.secret).toEqual(link('viewer').secret);
    app.leaveNow();
    reloaded.app.leaveNow();
  });

  it.each([
    ['', 'fragmentMissing'],
    ['#1v.short', 'fragmentBroken'],
    ['#7v.a.b', 'versionUnknown'],
    [new URL(formatLink(link('member'), ORIGIN)).hash, 'fragmentBroken'],
  ])('W-71 says what is wrong with an address that ends in %j', (hash, fault) => {
    const { app, opened } = scene();
    at(`${ORIGIN}/w/${'A'.repeat(22)}${hash}`);
    app.openAddress();
    expect([app.screen.value, opened]).toEqual([{ name: 'broken', fault }, []]);
  });

  it('W-71 opens a whole link that is pasted there, and leaves for the room of a meeting’s', () => {
    const { app, opened, left } = scene();
    at(`${ORIGIN}/w/${'A'.repeat(22)}`);
    app.openAddress();
    expect([app.openPasted('  '), app.openPasted('nonsense')]).toEqual(['empty', 'notALink']);
    const meeting = formatLink(link('member'), ORIGIN);
    expect([app.openPasted(meeting), left]).toEqual([null, [meeting]]);
    expect([app.openPasted(formatLink(link('viewer'), ORIGIN)), opened.length]).toEqual([null, 1]);
    expect(app.screen.value.name).toBe('event');
    app.leaveNow();
  });

  it('W-72 the same address again changes nothing; another one, or one that is over, opens anew', () => {
    const { app, opened, closed, end } = scene();
    at(formatLink(link('viewer'), ORIGIN));
    app.openAddress();
    app.openAddress();
    expect(opened).toHaveLength(1);
    at(formatLink(link('viewer', 2), ORIGIN));
    app.openAddress();
    expect([opened.length, closed]).toEqual([2, [0]]);
    end();
    app.again();
    expect([opened.length, closed]).toEqual([3, [0, 1]]);
    app.leaveNow();
  });
});
