// Leading a room without a browser: real server, real sockets, real keys; approvals, removals, new links, and who leads when.
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import type { RoomLink } from '../types.ts';
import { openMeetingBed, type Attendee, type MeetingBed } from './meetingBed.ts';

const within = { timeout: 20_000, interval: 20 };
/** Enough for one way back on a busy machine, and no longer to wait out. */
const GRACE_MS = 3_000;

describe('a room with a host', () => {
  let bed: MeetingBed;
  beforeEach(async () => {
    bed = await openMeetingBed({ graceMs: GRACE_MS });
  });
  afterEach(() => bed.close());

  const agree = (...all: Attendee[]) =>
    vi.waitFor(() => {
      const codes = all.map(({ view }) => view().security);
      for (const code of codes) expect(code).toMatchObject({ state: 'sealed' });
      expect(new Set(codes.map((code) => (code.state === 'sealed' ? code.safetyCode.digits.join() : ''))).size).toBe(1);
      for (const one of all) expect(one.names()).toHaveLength(all.length - 1);
    }, within);

  const attendAsHost = async () => {
    const host = await bed.attend('Host', { hostToken: bed.hostToken });
    await vi.waitFor(() => expect(host.view().hosting).toMatchObject({ iAmHost: true, iAct: true }), within);
    return host;
  };
  const untilEnded = ({ client }: Attendee, reason: string) =>
    vi.waitFor(() => expect(client.state.get()).toEqual({ phase: 'ended', reason }), within);
  const untilStep = ({ client }: Attendee, step: string) =>
    vi.waitFor(() => expect(client.state.get()).toMatchObject({ phase: 'joining', step }), within);
  const idOf = (from: Attendee, name: string) =>
    from.view().participants.find(({ displayName }) => displayName === name)?.peerId ?? expect.fail(`no ${name}`);
  const codeOfTrade = (link: RoomLink) => bed.approach('Probe', { link });

  it('E-84 P-105 lets a newcomer in whom the host admits, refuses one it refuses, and shows names inside only', async () => {
    const host = await attendAsHost();
    const ana = await bed.attend('Ana');
    await agree(host, ana);
    expect(await host.client.hosting.setMode('approve')).toEqual({ ok: true });
    const [dan, eve] = [bed.approach('Dan'), bed.approach('Eve')];
    await untilStep(dan, 'waitingForHost');
    await untilStep(eve, 'waitingForHost');
    await vi.waitFor(() => expect(host.view().hosting.knocks).toHaveLength(2), within);
    await vi.waitFor(() => expect(ana.view().hosting.mode).toBe('approve'), within);
    expect(ana.view().hosting).toMatchObject({ iAct: false, knocks: [] });
    const knocks = new Map(host.view().hosting.knocks.map(({ displayName, peerId }) => [displayName, peerId]));
    expect(await host.client.hosting.admit([knocks.get('Dan') ?? ''])).toEqual({ ok: true });
    await agree(host, ana, dan);
    expect(await host.client.hosting.deny([knocks.get('Eve') ?? ''])).toEqual({ ok: true });
    await untilEnded(eve, 'refused');
    await vi.waitFor(() => expect(host.view().hosting.knocks).toEqual([]), within);
    expect(
      host
        .view()
        .notices.filter(({ kind }) => kind === 'knock')
        .map((notice) => notice.displayName),
    ).toEqual(expect.arrayContaining(['Dan', 'Eve']));
    expect(bed.logged.join('\n')).not.toMatch(/Dan|Eve/);
  });

  it('E-88 P-103 removes one at once, who hears nothing more and stays out of a locked room', async () => {
    const host = await attendAsHost();
    const [ana, ben] = [await bed.attend('Ana'), await bed.attend('Ben')];
    await agree(host, ana, ben);
    expect(await ana.client.hosting.removePeer(idOf(ana, 'Ben'))).toEqual({ ok: false, fault: 'notActing' });
    expect(await host.client.hosting.setMode('locked')).toEqual({ ok: true });
    expect(await host.client.hosting.removePeer(idOf(host, 'Ben'))).toEqual({ ok: true });
    await untilEnded(ben, 'removed');
    await agree(host, ana);
    await vi.waitFor(() => expect(bed.server().directory.counts().peers).toBe(2), within);
    const again = bed.approach('Ben');
    await untilStep(again, 'locked');
    expect(host.view().hosting.knocks).toEqual([]);
    expect(await host.client.hosting.setMode('open')).toEqual({ ok: true });
    await agree(host, ana, again);
  });

  it('E-86 P-101 P-102 goes over to a new link: the old one opens nothing, the new one does, and who is inside stays', async () => {
    const host = await attendAsHost();
    const ana = await bed.attend('Ana');
    await agree(host, ana);
    const outcome = await host.client.hosting.newLink();
    if (!outcome.ok) throw new Error(outcome.fault);
    await vi.waitFor(() => expect(ana.client.link.get()).toEqual(outcome.link), within);
    expect(outcome.link.secret).not.toEqual(bed.link.secret);
    await untilEnded(codeOfTrade(bed.link), 'badLink');
    const dan = await bed.attend('Dan', { link: outcome.link });
    await agree(host, ana, dan);
    for (const { view } of [host, ana, dan]) expect(view().hosting.linkGeneration).toBe(1);
    for (const { view } of [host, ana]) expect(view().notices.map(({ kind }) => kind)).toContain('newLink');
  });

  it('P-102 finds back over a replaced link: to its place within the grace, and to a fresh one after it', async () => {
    const host = await attendAsHost();
    const [ana, ben] = [await bed.attend('Ana'), await bed.attend('Ben')];
    await agree(host, ana, ben);
    ana.line.lose(300);
    await vi.waitFor(() => expect(ana.view().connection).toBe('reconnecting'), within);
    const outcome = await host.client.hosting.newLink();
    expect(outcome.ok).toBe(true);
    await agree(host, ana, ben);
    const { peerId } = ben.view().self;
    ben.line.lose(GRACE_MS + 500);
    await vi.waitFor(() => expect(ben.view().self.peerId).not.toBe(peerId), within);
    await agree(host, ana, ben);
    ben.client.chat.send('found back');
    await vi.waitFor(() => expect(ana.texts()).toEqual(['Ben: found back (sent)']), within);
  });

  it('E-82 P-100 is led by the longest present while the host is gone, and by the host once it returns', async () => {
    const host = await attendAsHost();
    const ana = await bed.attend('Ana');
    const ben = await bed.attend('Ben');
    await agree(host, ana, ben);
    expect(await host.client.hosting.setMode('approve')).toEqual({ ok: true });
    host.client.leave();
    await agree(ana, ben);
    await vi.waitFor(
      () => expect(ana.view().hosting).toMatchObject({ iAct: true, iAmHost: false, host: null }),
      within,
    );
    expect(ben.view().hosting.iAct).toBe(false);
    expect(ana.view().notices.at(-1)?.kind).toBe('successor');
    const dan = bed.approach('Dan');
    await vi.waitFor(() => expect(ana.view().hosting.knocks).toHaveLength(1), within);
    expect(await ana.client.hosting.admit([ana.view().hosting.knocks[0]?.peerId ?? ''])).toEqual({ ok: true });
    await agree(ana, ben, dan);
    expect(await ana.client.hosting.removePeer(idOf(ana, 'Dan'))).toEqual({ ok: true });
    await untilEnded(dan, 'removed');
    await agree(ana, ben);
    const back = bed.approach('Host', { hostToken: bed.hostToken });
    await agree(ana, ben, back);
    await vi.waitFor(() => expect(back.view().hosting).toMatchObject({ iAmHost: true, mode: 'approve' }), within);
    await vi.waitFor(() => expect(ana.view().hosting.iAct).toBe(false), within);
    expect(ana.view().participants.map(({ displayName, host: isHost }) => [displayName, isHost])).toContainEqual([
      'Host',
      true,
    ]);
  });

  it('P-102 tells a host that comes back with a replaced link so, and lets it lead with the new one', async () => {
    const host = await attendAsHost();
    const ana = await bed.attend('Ana');
    await agree(host, ana);
    host.client.leave();
    await vi.waitFor(() => expect(ana.view().hosting.iAct).toBe(true), within);
    const outcome = await ana.client.hosting.newLink();
    if (!outcome.ok) throw new Error(outcome.fault);
    await untilEnded(bed.approach('Host', { hostToken: bed.hostToken }), 'linkChanged');
    const back = await bed.attend('Host', { hostToken: bed.hostToken, link: outcome.link });
    await agree(ana, back);
    await vi.waitFor(() => expect(back.view().hosting).toMatchObject({ iAmHost: true, iAct: true }), within);
  });

  it('E-81 P-104 is led by a co-host too, whom the host names and un-names', async () => {
    const host = await attendAsHost();
    const [ana, ben] = [await bed.attend('Ana'), await bed.attend('Ben')];
    await agree(host, ana, ben);
    expect(await host.client.hosting.setCohosts([idOf(host, 'Ana')])).toEqual({ ok: true });
    await vi.waitFor(() => expect(ana.view().hosting.iAct).toBe(true), within);
    const anaSeenByBen = () => ben.view().participants.find(({ displayName }) => displayName === 'Ana');
    await vi.waitFor(() => expect(anaSeenByBen()).toMatchObject({ cohost: true }), within);
    expect(await ana.client.hosting.setMode('locked')).toEqual({ ok: true });
    expect(await ana.client.hosting.removePeer(idOf(ana, 'Host'))).toEqual({ ok: false, fault: 'notActing' });
    expect(await host.client.hosting.setCohosts([])).toEqual({ ok: true });
    await vi.waitFor(() => expect(ana.view().hosting.iAct).toBe(false), within);
    expect(await ana.client.hosting.setMode('open')).toEqual({ ok: false, fault: 'notActing' });
  });
});
