// Orders without a browser: real server, real sockets, real keys; who obeys whom, the end for everybody, and a knock that outlives the host.
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { probeRoom } from '../admission.ts';
import { openMeetingBed, type Attendee, type MeetingBed } from './meetingBed.ts';
import { FakeTrack } from './FakeTrack.ts';

const within = { timeout: 20_000, interval: 20 };
const mic = () => ({ mic: new FakeTrack('audio').asTrack() });

describe('a room whose host and co-host give orders', () => {
  let bed: MeetingBed;
  let host: Attendee;
  let ana: Attendee;
  let ben: Attendee;
  beforeEach(async () => {
    bed = await openMeetingBed();
    host = await bed.attend('Host', { hostToken: bed.hostToken, ...mic() });
    ana = await bed.attend('Ana');
    ben = await bed.attend('Ben', mic());
    await vi.waitFor(gathered, within);
  });
  afterEach(() => bed.close());

  const gathered = () => {
    for (const one of [host, ana, ben]) expect(one.names()).toHaveLength(2);
    expect(host.view().hosting).toMatchObject({ iAmHost: true, iAct: true });
  };

  const idOf = (from: Attendee, name: string) =>
    from.view().participants.find(({ displayName }) => displayName === name)?.peerId ?? expect.fail(`no ${name}`);
  const stateOf = ({ client }: Attendee) => client.state.get();

  it('E-130 E-132 obeys a co-host as the host, and nobody else; the host’s device obeys nobody', async () => {
    expect(await ana.client.orders.give('mute', idOf(ana, 'Ben'))).toEqual({ ok: false, fault: 'notActing' });
    expect(await host.client.hosting.setCohosts([idOf(host, 'Ana')])).toEqual({ ok: true });
    for (const { view } of [ana, ben]) await vi.waitFor(() => expect(view().hosting.cohosts).toHaveLength(1), within);
    expect(await ana.client.orders.give('mute', null)).toEqual({ ok: true });
    await vi.waitFor(() => expect(ben.view().self.mic.state).toBe('muted'), within);
    expect(ben.view().notices.at(-1)).toMatchObject({ kind: 'mutedBy', displayName: 'Ana' });
    expect(ana.client.orders.spotlight(idOf(ana, 'Ben'))).toEqual({ ok: true });
    const spotlight = { spotlight: idOf(ana, 'Ben'), spotlightBy: idOf(host, 'Ana') };
    for (const { view } of [host, ben]) await vi.waitFor(() => expect(view()).toMatchObject(spotlight), within);
    // The spotlight was said after the order, and is heard after it.
    expect(host.view().self.mic.state).toBe('on');
    const dan = await bed.attend('Dan');
    await vi.waitFor(() => expect(dan.view()).toMatchObject(spotlight), within);
    expect(await host.client.hosting.setCohosts([])).toEqual({ ok: true });
    for (const { view } of [ben, dan])
      await vi.waitFor(() => expect(view()).toMatchObject({ spotlight: null }), within);
  });

  it('E-133 P-106 ends for everybody by the host’s word, and its link says that the meeting has ended', async () => {
    expect(await host.client.orders.endForAll()).toEqual({ ok: true });
    const by = { self: false, displayName: 'Host' };
    for (const one of [ana, ben]) {
      await vi.waitFor(() => expect(stateOf(one)).toEqual({ phase: 'ended', reason: 'roomEnded', by }), within);
    }
    expect(stateOf(host)).toEqual({ phase: 'ended', reason: 'roomEnded', by: { self: true } });
    expect(await probeRoom(ana.line.platform, bed.link)).toEqual({ ok: false, reason: 'roomGone' });
    await vi.waitFor(() => expect(bed.server().directory.counts()).toEqual({ rooms: 0, peers: 0, viewers: 0 }), within);
  });

  it('E-84 E-82 has the successor read a knock that the host left unanswered, and let them in', async () => {
    expect(await host.client.hosting.setMode('approve')).toEqual({ ok: true });
    const dan = bed.approach('Dan');
    await vi.waitFor(() => expect(host.view().hosting.knocks).toHaveLength(1), within);
    expect(ana.view().hosting.knocks).toEqual([]);
    host.client.leave();
    await vi.waitFor(() => expect(ana.view().hosting.knocks).toMatchObject([{ displayName: 'Dan' }]), within);
    expect(stateOf(dan)).toMatchObject({ phase: 'joining', step: 'waitingForHost' });
    expect(ana.view().notices.map(({ kind }) => kind)).toContain('knock');
    expect(await ana.client.orders.endForAll()).toEqual({ ok: false, fault: 'notActing' });
    expect(await ana.client.hosting.admit(ana.view().hosting.knocks.map(({ peerId }) => peerId))).toEqual({ ok: true });
    for (const one of [ana, ben, dan]) await vi.waitFor(() => expect(one.names()).toHaveLength(2), within);
  });
});
