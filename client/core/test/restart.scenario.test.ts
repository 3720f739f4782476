// A server that is stopped, or killed, and started again: everybody finds it by themselves, and nothing that was said is lost.
import { afterEach, describe, expect, it, vi } from 'vitest';
import type { Attendee } from './meetingBed.ts';
import { openProcessBed, type ProcessBed } from './processBed.ts';

const within = { timeout: 40_000, interval: 30 };

const KEY = 'K'.repeat(43);

let bed: ProcessBed | null = null;
const opened = async (settings?: Record<string, string>): Promise<ProcessBed> => (bed = await openProcessBed(settings));
afterEach(async () => {
  await bed?.close();
  bed = null;
});

const agree = (...all: Attendee[]) =>
  vi.waitFor(() => {
    const codes = all.map(({ view }) => view().security);
    for (const code of codes) expect(code).toMatchObject({ state: 'sealed' });
    expect(new Set(codes.map((code) => (code.state === 'sealed' ? code.safetyCode.digits.join() : ''))).size).toBe(1);
    for (const one of all) expect(one.names()).toHaveLength(all.length - 1);
  }, within);
const kinds = ({ view }: Attendee) => view().notices.map(({ kind }) => kind);
const handsOf = ({ view }: Attendee) =>
  view().hands.map(({ peerId }) => view().participants.find((one) => one.peerId === peerId)?.displayName ?? 'self');

describe('P-172 a meeting whose server', () => {
  it('is stopped and started again is told so, waits, and goes on with its chat, hands, polls, co-hosts and the same people', async () => {
    const { server, attend, hostToken } = await opened({ DRAIN_MS: '300' });
    const host = await attend('Host', { hostToken });
    const [ana, ben] = [await attend('Ana'), await attend('Ben')];
    await agree(host, ana, ben);
    await vi.waitFor(() => expect(host.view().hosting.iAct).toBe(true), within);
    expect(await host.client.hosting.setCohosts([ana.view().self.peerId])).toEqual({ ok: true });
    ana.client.chat.send('before');
    ben.client.gestures.hands.raise();
    const draft = {
      question: 'Tea?',
      options: ['yes', 'no'],
      multiple: false,
      named: false,
      results: 'afterVote' as const,
    };
    expect(ana.client.gestures.polls.open(draft)).toBe(true);
    await vi.waitFor(() => expect(ben.view().polls).toHaveLength(1), within);
    ben.client.gestures.polls.vote(ben.view().polls[0]?.key ?? '', [0]);
    const everything = (...texts: string[]) => {
      for (const one of [host, ana, ben]) {
        expect(one.texts()).toEqual(texts);
        expect(handsOf(one)).toEqual([one === ben ? 'self' : 'Ben']);
        expect(one.view().polls.map(({ state, voters }) => [state, voters])).toEqual([['open', 1]]);
        expect(one.view().hosting.cohosts).toEqual([ana.view().self.peerId]);
      }
    };
    await vi.waitFor(() => everything('Ana: before (sent)'), within);
    const before = [host, ana, ben].map((one) => ({ one, id: one.view().self.peerId, told: kinds(one) }));
    expect(await server.end('SIGTERM')).toBe(0);
    for (const one of [host, ana, ben]) {
      await vi.waitFor(() => expect(one.view().connection).toBe('restarting'), within);
      expect(one.view().notices.at(-1)).toMatchObject({ kind: 'draining', inMs: 300 });
    }
    ana.client.chat.send('meanwhile');
    await server.start();
    await agree(host, ana, ben);
    await vi.waitFor(() => everything('Ana: before (sent)', 'Ana: meanwhile (sent)'), within);
    for (const { one, id, told } of before) {
      expect(one.view().self.peerId).toBe(id);
      expect(kinds(one).slice(told.length)).toEqual(['draining', 'reconnected']);
    }
  }, 120_000);

  it('is killed goes on with its show: who was on air is again, viewers see no end, a feed and who comes by the new link are in', async () => {
    const { server, attend, watch, hostToken } = await opened();
    const host = await attend('Host', { hostToken });
    await vi.waitFor(() => expect(host.view().hosting.iAct).toBe(true), within);
    const outcome = await host.client.hosting.newLink();
    if (!outcome.ok) throw new Error(outcome.fault);
    const ana = await attend('Ana', { link: outcome.link });
    const made = await host.client.feeds.create('OBS', 'feed');
    if (!made.ok) throw new Error(made.fault);
    const feed = await attend('OBS', { link: outcome.link, feed: { ticket: made.ticket, deviceKey: KEY } });
    await vi.waitFor(() => expect(host.view().feeds.map(({ displayName }) => displayName)).toEqual(['OBS']), within);
    const id = ana.view().self.peerId;
    expect(host.client.stage.open()).toEqual({ ok: true });
    const show = (one: Attendee) => one.view().show ?? expect.fail('no show');
    await vi.waitFor(() => expect(show(host).people.find(({ peerId }) => peerId === id)?.ready).toBe(true), within);
    expect(host.client.stage.change({ phase: 'live' })).toEqual({ ok: true });
    expect(host.client.stage.putOnAir(id)).toEqual({ ok: true });
    const onAir = () => expect(show(ana).mine.state).toBe('onAir');
    await vi.waitFor(onAir, within);
    const viewer = watch(await host.client.stage.watchLink());
    const seen = () => {
      const state = viewer.state.get();
      if (state.phase !== 'watching') throw new Error(state.phase);
      return state;
    };
    const wholeShow = () => {
      expect(seen()).toMatchObject({ connection: { state: 'online' }, hasKey: true, fault: null, closed: false });
      expect(seen().program).toMatchObject({ phase: 'live', onAir: [id] });
      expect(seen().people.map(({ name }) => name)).toEqual(expect.arrayContaining(['Host', 'Ana']));
    };
    await vi.waitFor(wholeShow, within);
    const told: string[] = [];
    viewer.state.subscribe(() => {
      const state = viewer.state.get();
      if (state.phase === 'watching') told.push(state.closed ? 'closed' : state.connection.state);
    });
    ana.client.chat.send('last words');
    await vi.waitFor(() => expect(ana.texts()).toEqual(['Ana: last words (sent)']), within);
    expect(await server.end('SIGKILL')).toBe(null);
    for (const one of [host, ana, feed])
      await vi.waitFor(() => expect(one.view().connection).not.toBe('online'), within);
    host.client.chat.send('typed in the dark');
    await vi.waitFor(() => expect(told).toContain('lost'), within);
    await server.start();
    await vi.waitFor(() => {
      for (const one of [host, ana, feed]) expect(one.view().security.state).toBe('sealed');
      expect(host.view().feeds).toHaveLength(1);
      expect(host.names()).toEqual(['Ana']);
      for (const one of [host, ana]) {
        expect(one.texts()).toEqual(['Ana: last words (sent)', 'Host: typed in the dark (sent)']);
      }
      onAir();
      wholeShow();
      expect(show(host)).toMatchObject({ iProduce: true, onAir: [id], viewers: 1 });
    }, within);
    expect(told).not.toContain('closed');
    const late = await attend('Late', { link: outcome.link });
    await vi.waitFor(() => expect(new Set(late.names())).toEqual(new Set(['Host', 'Ana'])), within);
  }, 120_000);
});
