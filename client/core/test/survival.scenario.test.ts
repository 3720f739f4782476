// What a meeting makes of a server that goes down, of a grace that ends, and of a device that slept.
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { openMeetingBed, type Attendee, type MeetingBed } from './meetingBed.ts';

const within = { timeout: 20_000, interval: 20 };
const GRACE_MS = 700;
/** Long enough for the others to end the meeting meanwhile. */
const AWAY_MS = 4_000;

describe('a meeting', () => {
  let bed: MeetingBed;
  beforeEach(async () => {
    bed = await openMeetingBed({ graceMs: GRACE_MS });
  });
  afterEach(() => bed.close());

  const agree = async (...all: Attendee[]) => {
    await vi.waitFor(() => {
      const codes = all.map(({ view }) => view().security);
      for (const code of codes) expect(code).toMatchObject({ state: 'sealed' });
      expect(new Set(codes.map((code) => (code.state === 'sealed' ? code.safetyCode.digits.join() : ''))).size).toBe(1);
      for (const one of all) expect(one.names()).toHaveLength(all.length - 1);
    }, within);
  };

  it('whose server lost its folder makes its room again under the same link, all find each other there, and a stranger’s link opens it', async () => {
    const ana = await bed.attend('Ana');
    const bo = await bed.attend('Bo');
    await agree(ana, bo);
    ana.client.chat.send('first words');
    await vi.waitFor(() => expect(bo.texts()).toEqual(['Ana: first words (sent)']), within);
    await bed.restart({ emptied: true });
    await vi.waitFor(() => expect(ana.names()).toEqual(['Bo']), { ...within, timeout: 25_000 });
    await agree(ana, bo);
    bo.client.chat.send('last words');
    const both = ['Ana: first words (sent)', 'Bo: last words (sent)'];
    await vi.waitFor(() => expect([ana.texts(), bo.texts()]).toEqual([both, both]), within);
    const cy = await bed.attend('Cy');
    await agree(ana, bo, cy);
  }, 90_000);

  it('that its host ended while somebody was away stays ended for them, and is not made again', async () => {
    const host = await bed.attend('Host', { hostToken: bed.hostToken });
    const bo = await bed.attend('Bo');
    await agree(host, bo);
    await vi.waitFor(() => expect(host.view().hosting.iAct).toBe(true), within);
    bo.line.lose(AWAY_MS);
    await vi.waitFor(() => expect(bo.view().connection).toBe('reconnecting'), within);
    await host.client.orders.endForAll();
    await vi.waitFor(() => expect(bed.server().directory.counts().rooms).toBe(0), within);
    await vi.waitFor(() => expect(bo.client.state.get()).toEqual({ phase: 'ended', reason: 'roomGone' }), within);
    expect(bed.server().directory.counts().rooms).toBe(0);
  });

  it('gives a place back at the end of the grace and a new one right after it', async () => {
    const ana = await bed.attend('Ana');
    const bo = await bed.attend('Bo');
    await agree(ana, bo);
    for (const lossMs of [GRACE_MS - 100, GRACE_MS, GRACE_MS + 100]) {
      const { peerId } = bo.view().self;
      bo.line.lose(lossMs);
      await vi.waitFor(() => expect(bo.view().connection).toBe('reconnecting'), within);
      await vi.waitFor(() => expect(bo.view().connection).toBe('online'), within);
      await agree(ana, bo);
      expect(ana.view().participants.map(({ peerId: shown }) => shown)).toEqual([bo.view().self.peerId]);
      if (bo.view().self.peerId !== peerId) expect(ana.view().notices.at(-1)).toMatchObject({ displayName: 'Bo' });
      bo.client.chat.send(`after ${lossMs}`);
      await vi.waitFor(() => expect(ana.texts().at(-1)).toBe(`Bo: after ${lossMs} (sent)`), within);
    }
  });

  it('takes back who slept while the others went on, and shows it nobody twice', async () => {
    const ana = await bed.attend('Ana');
    const bo = await bed.attend('Bo');
    const cy = await bed.attend('Cy');
    await agree(ana, bo, cy);
    const wake = bo.line.sleep();
    cy.client.leave();
    await vi.waitFor(() => expect(ana.names()).toEqual(['Bo']), within);
    const di = await bed.attend('Di');
    ana.client.chat.send('while you were away');
    bo.line.endUnheard();
    await vi.waitFor(() => expect(ana.names()).toEqual(['Di']), within);
    wake();
    await agree(ana, bo, di);
    expect(new Set(bo.names())).toEqual(new Set(['Ana', 'Di']));
    expect(bo.view().notices.filter(({ kind, displayName }) => kind === 'joined' && displayName === 'Di')).toHaveLength(
      1,
    );
    bo.client.chat.send('good morning');
    for (const one of [ana, di]) {
      await vi.waitFor(() => expect(one.texts().at(-1)).toBe('Bo: good morning (sent)'), within);
    }
  });

  it('gets its media back from two Workers that die one right after the other', async () => {
    const people = await Promise.all(['Ana', 'Bo', 'Cy'].map((name) => bed.attend(name)));
    for (const { client } of people) await client.setMic(true);
    const all = () => {
      expect(bed.census.producers.size).toBe(3);
      expect(bed.census.consumers.size).toBe(6);
      expect(bed.census.pausedConsumers).toBe(0);
      expect(bed.census.transports.size).toBe(6);
    };
    await vi.waitFor(all, within);
    bed.killWorker();
    await vi.waitFor(() => expect(bed.server().media.status()).toMatchObject({ ready: true, deaths: 1 }), within);
    await vi.waitFor(() => expect(bed.census.transports.size).toBeGreaterThan(2), within);
    bed.killWorker();
    await vi.waitFor(() => expect(bed.server().media.status()).toMatchObject({ ready: true, deaths: 2 }), within);
    await vi.waitFor(all, within);
    await agree(...people);
    for (const { view } of people) {
      expect(view().participants.map(({ mic }) => mic.state)).toEqual(['waiting', 'waiting']);
    }
  });
});
