// A member of ill will in a meeting, through the real server: its commit is undone, and nobody else loses a place.
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { openMeetingBed, type Attendee, type MeetingBed } from './meetingBed.ts';

const within = { timeout: 20_000, interval: 20 };

describe('a meeting with a member of ill will', () => {
  let bed: MeetingBed;
  beforeEach(async () => {
    bed = await openMeetingBed();
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

  /** Every state of its keys from now on. */
  const watch = ({ client, view }: Attendee): Set<string> => {
    const states = new Set<string>();
    client.state.subscribe(() => states.add(client.state.get().phase === 'in' ? view().security.state : 'out'));
    return states;
  };

  it('P-78 goes on without a gap for those who refuse a wrongful removal, and takes who made it in again', async () => {
    const [ana, bo, cy] = [await bed.attend('Ana'), await bed.attend('Bo'), await bed.attend('Cy')];
    const mallory = await bed.attend('Mallory');
    await agree(ana, bo, cy, mallory);
    // It takes Cy for gone, and tells the server nothing of the removal in its commit.
    const { peerId } = cy.view().self;
    let commits = 0;
    mallory.line.forge = {
      heard: (name, payload) => {
        const gone = [{ peerId, goneForMs: 9_000 }];
        return name === 'mls:queue' && commits === 0 ? { ...(payload as object), gone } : payload;
      },
      sent: (name, payload) => {
        if (name === 'mls:commit') commits += 1;
        return name === 'mls:commit' ? { ...(payload as object), removed: [] } : payload;
      },
    };
    const honest = [ana, bo, cy].map((one) => [one, watch(one)] as const);
    const seen = watch(mallory);
    const guest = await bed.attend('Guest');
    await vi.waitFor(() => expect(seen).toContain('resyncing'), within);
    expect(commits).toBe(1);
    mallory.line.forge = {};
    await agree(ana, bo, cy, mallory, guest);
    for (const [, states] of honest) expect([...states]).toEqual(['sealed']);
    mallory.client.chat.send('sorry');
    await vi.waitFor(() => expect(ana.texts().at(-1)).toBe('Mallory: sorry (sent)'), within);
  }, 60_000);
});
