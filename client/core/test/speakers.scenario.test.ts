// A speaker whose page is gone and loaded anew, without a browser: real server, sockets and keys.
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { openMeetingBed, type Attendee, type MeetingBed } from './meetingBed.ts';

const within = { timeout: 20_000, interval: 20 };

/** What a browser keeps for the page. */
const storeOf = () => {
  let kept: string | null = null;
  return { read: () => kept, write: (text: string | null) => void (kept = text) };
};

describe('a speaker', () => {
  let bed: MeetingBed;
  beforeEach(async () => {
    bed = await openMeetingBed({ graceMs: 500 });
  });
  afterEach(() => bed.close());

  const titles = ({ view }: Attendee) => view().show?.people.map(({ name, title }) => `${name}: ${title}`) ?? [];

  it('E-210 has name and title again at who produces when their page loads anew, and nobody else of that name has', async () => {
    const host = await bed.attend('Host', { hostToken: bed.hostToken });
    await vi.waitFor(() => expect(host.view().hosting.iAct).toBe(true), within);
    const speakerStore = storeOf();
    const ana = await bed.attend('Ana', { speakerStore });
    expect(host.client.stage.open()).toMatchObject({ ok: true });
    await vi.waitFor(() => expect(titles(host)).toEqual(['Host: ', 'Ana: ']), within);
    host.client.stage.describe(ana.view().self.peerId, { name: 'Ana Lima', title: 'Surgeon' });
    await vi.waitFor(() => expect(titles(ana)).toContain('Ana Lima: Surgeon'), within);
    await vi.waitFor(() => expect(speakerStore.read()).not.toBeNull(), within);
    ana.client.leave();
    await vi.waitFor(() => expect(titles(host)).toEqual(['Host: ']), within);
    const namesake = await bed.attend('Ana', { speakerStore: storeOf() });
    const again = await bed.attend('Ana', { speakerStore });
    for (const one of [host, again, namesake]) {
      await vi.waitFor(() => expect(titles(one).toSorted()).toEqual(['Ana Lima: Surgeon', 'Ana: ', 'Host: ']), within);
    }
    const own = again.view().show?.people.find(({ self }) => self);
    expect(own).toMatchObject({ name: 'Ana Lima', title: 'Surgeon' });
  });
});
