// Machines of a production without a browser: real server, sockets and keys. A ticket is an approval, a copy of it none, and no machine leads.
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import type { FeedKind } from '../feed/feedTypes.ts';
import { openMeetingBed, type Attendee, type MeetingBed } from './meetingBed.ts';

const within = { timeout: 20_000, interval: 20 };
const deviceKey = (letter: string) => letter.repeat(43);

describe('a machine with a ticket', () => {
  let bed: MeetingBed;
  beforeEach(async () => {
    bed = await openMeetingBed({ graceMs: 500 });
  });
  afterEach(() => bed.close());

  const attendAsHost = async () => {
    const host = await bed.attend('Host', { hostToken: bed.hostToken });
    await vi.waitFor(() => expect(host.view().hosting).toMatchObject({ iAmHost: true, iAct: true }), within);
    return host;
  };
  const ticketOf = async (from: Attendee, kind: FeedKind = 'feed') => {
    const made = await from.client.feeds.create('OBS', kind);
    return made.ok ? made.ticket : expect.fail(made.fault);
  };
  const machine = (ticket: string, letter = 'A') =>
    bed.approach('OBS', { feed: { ticket, deviceKey: deviceKey(letter) } });
  const untilSealed = (...all: Attendee[]) =>
    vi.waitFor(() => {
      for (const { view } of all) expect(view().security.state).toBe('sealed');
    }, within);
  const untilListed = (at: Attendee, count: number) =>
    vi.waitFor(
      () => expect(at.view().feeds.map(({ displayName }) => displayName)).toEqual(Array(count).fill('OBS')),
      within,
    );
  const kindsOf = (at: Attendee) => at.view().notices.map(({ kind }) => kind);

  it('E-209 O-4 O-9 comes in by itself where newcomers are asked for, and is told as a feed and as nothing else', async () => {
    const host = await attendAsHost();
    const ana = await bed.attend('Ana');
    await untilSealed(host, ana);
    expect(await host.client.hosting.setMode('approve')).toEqual({ ok: true });
    const feed = machine(await ticketOf(host));
    await untilListed(host, 1);
    await untilListed(ana, 1);
    await untilSealed(host, ana, feed);
    for (const one of [host, ana]) expect(one.view().security).toMatchObject({ members: { length: 3 } });
    expect(kindsOf(host).filter((kind) => ['joined', 'knock', 'feed'].includes(kind))).toEqual(['joined', 'feed']);
    expect(kindsOf(ana).filter((kind) => ['joined', 'knock', 'feed'].includes(kind))).toEqual(['feed']);
    const dan = bed.approach('Dan');
    await vi.waitFor(
      () => expect(host.view().hosting.knocks.map(({ displayName }) => displayName)).toEqual(['Dan']),
      within,
    );
    dan.client.close();
  });

  it('E-209 P-147 P-149 passes no copy of its ticket, and once revoked is out of the next epoch and does not come back', async () => {
    const host = await attendAsHost();
    expect(await host.client.hosting.setMode('approve')).toEqual({ ok: true });
    const ticket = await ticketOf(host);
    const feed = machine(ticket);
    await untilListed(host, 1);
    await untilSealed(host, feed);
    const copy = machine(ticket, 'B');
    await vi.waitFor(() => expect(copy.client.state.get()).toEqual({ phase: 'ended', reason: 'badLink' }), within);
    const { security } = host.view();
    const epoch = security.state === 'sealed' ? security.epoch : expect.fail(security.state);
    const [listed] = (await host.client.feeds.list()) ?? [];
    expect(await host.client.feeds.revoke(listed?.feedId ?? '')).toEqual({ ok: true });
    await vi.waitFor(() => expect(feed.client.state.get()).toEqual({ phase: 'ended', reason: 'removed' }), within);
    await untilListed(host, 0);
    await vi.waitFor(
      () => expect(host.view().security).toMatchObject({ epoch: epoch + 1, members: { length: 1 } }),
      within,
    );
    const again = machine(ticket);
    await vi.waitFor(() => expect(again.client.state.get().phase).toBe('ended'), within);
    expect(host.view().hosting.knocks).toEqual([]);
  });

  it('E-95 E-209 leads nothing when the host leaves: the next person does, with the tickets that the host made', async () => {
    const host = await attendAsHost();
    const ticket = await ticketOf(host);
    const hall = bed.approach('OBS', {
      feed: { ticket: await ticketOf(host, 'return'), deviceKey: deviceKey('H') },
      hall: true,
    });
    const feed = machine(ticket);
    await untilListed(host, 1);
    const ana = await bed.attend('Ana');
    await untilListed(ana, 1);
    await untilSealed(host, ana, feed, hall);
    const later = await ticketOf(host);
    expect(await host.client.hosting.setMode('approve')).toEqual({ ok: true });
    await vi.waitFor(() => expect(ana.view().hosting.mode).toBe('approve'), within);
    host.client.leave();
    const self = ana.view().self.peerId;
    for (const one of [ana, feed, hall]) {
      await vi.waitFor(() => expect(one.view().hosting).toMatchObject({ host: null, acting: [self] }), within);
    }
    expect(feed.view().hosting.iAct).toBe(false);
    machine(later, 'C');
    await untilListed(ana, 2);
    expect(ana.view().hosting.knocks).toEqual([]);
  });
});
