// Meetings without a browser: real server, real Workers, real sockets, real keys; only packets do not move.
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { FakeTrack } from './FakeTrack.ts';
import { openMeetingBed, type Attendee, type MeetingBed } from './meetingBed.ts';

const within = { timeout: 20_000, interval: 20 };

describe('a meeting', () => {
  let bed: MeetingBed;
  beforeEach(async () => {
    bed = await openMeetingBed();
  });
  afterEach(() => bed.close());

  const codeOf = ({ view }: Attendee) => {
    const { security } = view();
    return security.state === 'sealed' ? `${security.epoch} ${security.safetyCode.digits.join(' ')}` : security.state;
  };

  const agree = async (...all: Attendee[]) => {
    await vi.waitFor(() => {
      const codes = all.map(codeOf);
      expect(new Set(codes).size).toBe(1);
      expect(codes[0]).toMatch(/^\d+ (\d{5} ?)+$/);
      for (const one of all) expect(one.names()).toHaveLength(all.length - 1);
    }, within);
  };

  it('brings three together in one Epoch, who see the same code and each other’s names', async () => {
    const ana = await bed.attend('Ana Ångström');
    const bo = await bed.attend('Bo');
    const cy = await bed.attend('Cy');
    await agree(ana, bo, cy);
    expect(ana.names()).toEqual(['Bo', 'Cy']);
    expect(new Set(cy.names())).toEqual(new Set(['Ana Ångström', 'Bo']));
    expect(ana.view().notices.map(({ kind, displayName }) => `${kind} ${displayName}`)).toEqual([
      'joined Bo',
      'joined Cy',
    ]);
  });

  it('carries chat to everybody, and neither names nor words to the server’s log', async () => {
    const ana = await bed.attend('Ana');
    const bo = await bed.attend('Bo-of-the-log');
    const cy = await bed.attend('Cy');
    await agree(ana, bo, cy);
    ana.client.chat.send('first words');
    await vi.waitFor(() => expect(bo.texts()).toEqual(['Ana: first words (sent)']), within);
    bo.client.chat.send('second words');
    for (const one of [ana, bo, cy]) {
      await vi.waitFor(
        () => expect(one.texts()).toEqual(['Ana: first words (sent)', 'Bo-of-the-log: second words (sent)']),
        within,
      );
    }
    const log = bed.logged.join('\n');
    expect(log).not.toBe('');
    for (const secret of [
      'words',
      'Bo-of-the-log',
      Buffer.from(bed.link.secret).toString('base64url'),
      bed.hostToken,
    ]) {
      expect(log).not.toContain(secret);
    }
  });

  it('announces microphones and cameras to all, each bound to its member', async () => {
    const devices = () => ({ mic: new FakeTrack('audio').asTrack(), camera: new FakeTrack('video').asTrack() });
    const ana = await bed.attend('Ana', devices());
    const bo = await bed.attend('Bo', devices());
    await agree(ana, bo);
    for (const one of [ana, bo]) {
      await vi.waitFor(() => {
        const [other] = one.view().participants;
        expect(other?.mic).toEqual({ state: 'waiting', cause: 'firstFrame' });
        expect(other?.camera).toEqual({ state: 'waiting', cause: 'firstFrame' });
      }, within);
    }
    await ana.client.setMic(false);
    await vi.waitFor(() => expect(bo.view().participants[0]?.mic).toEqual({ state: 'muted' }), within);
    await ana.client.setCamera(false);
    await vi.waitFor(() => expect(bo.view().participants[0]?.camera).toEqual({ state: 'off' }), within);
    await ana.client.setMic(true);
    await vi.waitFor(() => expect(bo.view().participants[0]?.mic.state).toBe('waiting'), within);
  });

  it('keeps the place of who loses the connection, and delivers what was said meanwhile', async () => {
    const ana = await bed.attend('Ana');
    const bo = await bed.attend('Bo');
    await agree(ana, bo);
    const { peerId } = bo.view().self;
    bo.loseConnection();
    await vi.waitFor(() => expect(bo.view().connection).toBe('reconnecting'), within);
    ana.client.chat.send('are you there?');
    bo.client.chat.send('back in a moment');
    await vi.waitFor(() => expect(bo.view().connection).toBe('online'), within);
    await vi.waitFor(() => expect(ana.texts()).toContain('Bo: back in a moment (sent)'), within);
    await vi.waitFor(() => expect(bo.texts()).toContain('Ana: are you there? (sent)'), within);
    expect(bo.view().self.peerId).toBe(peerId);
    await agree(ana, bo);
  });

  it('goes on in a later Epoch without who left', async () => {
    const ana = await bed.attend('Ana');
    const bo = await bed.attend('Bo');
    const cy = await bed.attend('Cy');
    await agree(ana, bo, cy);
    const before = codeOf(ana);
    cy.client.leave();
    await agree(ana, bo);
    expect(codeOf(ana)).not.toBe(before);
    expect(ana.view().notices.at(-1)).toMatchObject({ kind: 'left', displayName: 'Cy' });
    bo.client.chat.send('just the two of us');
    await vi.waitFor(() => expect(ana.texts()).toEqual(['Bo: just the two of us (sent)']), within);
  });

  it('lets whoever comes back in, as somebody new', async () => {
    const ana = await bed.attend('Ana');
    const bo = await bed.attend('Bo');
    await agree(ana, bo);
    bo.client.leave();
    const again = await bed.attend('Bo');
    await agree(ana, again);
    expect(again.view().self.peerId).not.toBe('');
    expect(ana.names()).toEqual(['Bo']);
  });

  it('makes one group of many who come at the same moment', async () => {
    const all = await Promise.all(['Ana', 'Bo', 'Cy', 'Di', 'Ed', 'Flo'].map((name) => bed.attend(name)));
    await agree(...all);
    all[3]?.client.chat.send('all here');
    for (const one of all) await vi.waitFor(() => expect(one.texts()).toEqual(['Di: all here (sent)']), within);
  });

  it('stays one group while lines are cut and people come and go', async () => {
    const ana = await bed.attend('Ana');
    const bo = await bed.attend('Bo');
    const cy = await bed.attend('Cy');
    await agree(ana, bo, cy);
    bo.loseConnection();
    const arriving = bed.attend('Di');
    cy.client.leave();
    const di = await arriving;
    ana.loseConnection();
    await agree(ana, bo, di);
    di.client.chat.send('still here?');
    for (const one of [ana, bo])
      await vi.waitFor(() => expect(one.texts()).toEqual(['Di: still here? (sent)']), within);
  });

  it('E-104 tells those who were compared with, and nobody else, that somebody compared the code with them', async () => {
    const ana = await bed.attend('Ana');
    const bo = await bed.attend('Bo');
    await agree(ana, bo);
    const { security } = ana.view();
    expect(ana.client.safety.confirmCode(security.state === 'sealed' ? security.safetyCode.digits : [])).toBe(true);
    const anaFor = ({ view }: Attendee) => view().devices.find(({ displayName }) => displayName === 'Ana');
    await vi.waitFor(() => expect(anaFor(bo)?.claimedAtMs).toEqual(expect.any(Number)), within);
    expect(anaFor(bo)?.verifiedAtMs).toBeNull();
    expect(bo.view().comparison).toEqual({ state: 'none' });
    const cy = await bed.attend('Cy');
    await agree(ana, bo, cy);
    expect(ana.view().comparison).toMatchObject({ names: ['Bo'], came: ['Cy'] });
    expect(anaFor(cy)?.claimedAtMs).toBeNull();
    ana.client.safety.forgetComparison();
    await vi.waitFor(() => expect(anaFor(bo)?.claimedAtMs).toBeNull(), within);
    expect(ana.view().comparison).toEqual({ state: 'none' });
  });

  it('E-101 does not take who comes back for who was verified', async () => {
    const ana = await bed.attend('Ana');
    const bo = await bed.attend('Bo');
    await agree(ana, bo);
    const { security } = ana.view();
    ana.client.safety.confirmCode(security.state === 'sealed' ? security.safetyCode.digits : []);
    bo.client.leave();
    await agree(ana);
    const again = await bed.attend('Bo');
    await agree(ana, again);
    expect(ana.view().comparison).toMatchObject({ names: ['Bo'], came: [], returned: ['Bo'], left: [] });
    expect(ana.view().devices.map(({ verifiedAtMs }) => verifiedAtMs)).toEqual([null, null]);
  });

  it('makes the host of who holds the host’s token', async () => {
    const host = await bed.attend('Host', { hostToken: bed.hostToken });
    const guest = await bed.attend('Guest');
    await agree(host, guest);
    expect(host.view().self.role).toBe('host');
    expect(guest.view().self.role).toBe('member');
  });
});
