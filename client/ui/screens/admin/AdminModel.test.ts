// The admin page as it follows a server that answers, refuses, goes away and comes back.
import { describe, expect, it } from 'vitest';
import type { AdminStatus, Told } from '../../../platform/adminLine.ts';
import { AdminModel } from './AdminModel.ts';

const status = (more: Partial<AdminStatus> = {}): AdminStatus => ({
  version: '1.0.0',
  commit: null,
  startedAtMs: 0,
  nowMs: 1_000,
  isDraining: false,
  counts: { rooms: 1, peers: 2, viewers: 3, connections: 5 },
  workers: [{ cpu: 0.25 }, { cpu: null }],
  workerDeaths: 0,
  memory: { residentBytes: 1, freeBytes: 2, totalBytes: 3 },
  loopDelayMs: 4,
  disk: null,
  settings: [],
  findings: [],
  ...more,
});

function scene(remembered: string | null = null) {
  const asked: string[] = [];
  let answers: Told[] = [];
  let kept = remembered;
  let pending: (() => void) | null = null;
  const model = new AdminModel({
    ask: async (token) => {
      asked.push(token);
      return answers.shift() ?? { state: 'lost' };
    },
    recallToken: () => kept,
    rememberToken: (token) => void (kept = token),
    after: (_ms, then) => {
      pending = then;
      return () => (pending = null);
    },
  });
  return {
    model,
    asked,
    answer: (...next: Told[]) => void (answers = [...answers, ...next]),
    get kept() {
      return kept;
    },
    get waits() {
      return pending !== null;
    },
    async pass() {
      const then = pending;
      pending = null;
      then?.();
      await new Promise((resolve) => setTimeout(resolve));
    },
  };
}

const told = (more?: Partial<AdminStatus>): Told => ({ state: 'told', status: status(more) });

describe('the admin page', () => {
  it('asks for the token, shows what the server says, and keeps the token for the tab once it was right', async () => {
    const page = scene();
    page.model.start();
    expect(page.model.state.value).toEqual({ phase: 'asking', fault: null });
    page.answer(told());
    await page.model.signIn('  token  ');
    expect([page.asked, page.kept]).toEqual([['token'], 'token']);
    expect(page.model.state.value).toMatchObject({ phase: 'shown', line: 'here' });
    expect(page.model.history.value).toEqual([
      { atMs: 1_000, rooms: 1, people: 2, viewers: 3, connections: 5, loopDelayMs: 4, residentBytes: 1, cpu: [0.25] },
    ]);
  });

  it('with nothing written asks nobody', async () => {
    const page = scene();
    await page.model.signIn('   ');
    expect(page.asked).toEqual([]);
  });

  it.each(['refused', 'absent', 'limited'] as const)(
    'that is %s asks anew, says so, and keeps no token',
    async (state) => {
      const page = scene('old');
      page.answer({ state });
      page.model.start();
      await page.pass();
      expect(page.model.state.value).toEqual({ phase: 'asking', fault: state });
      expect([page.kept, page.waits]).toEqual([null, false]);
    },
  );

  it('that finds no server at a reload keeps the token, which was not refused', async () => {
    const page = scene('old');
    page.answer({ state: 'lost' });
    page.model.start();
    await page.pass();
    expect(page.model.state.value).toEqual({ phase: 'asking', fault: 'lost' });
    expect(page.kept).toBe('old');
  });

  it('goes on where the server went away and came back, with what it drew before', async () => {
    const page = scene();
    page.answer(told(), { state: 'lost' }, { state: 'limited' }, told({ nowMs: 9_000 }));
    await page.model.signIn('token');
    await page.pass();
    expect(page.model.state.value).toMatchObject({ phase: 'shown', line: 'lost', status: { nowMs: 1_000 } });
    await page.pass();
    expect(page.model.state.value).toMatchObject({ phase: 'shown', line: 'lost' });
    await page.pass();
    expect(page.model.state.value).toMatchObject({ phase: 'shown', line: 'here', status: { nowMs: 9_000 } });
    expect(page.model.history.value.map(({ atMs }) => atMs)).toEqual([1_000, 9_000]);
  });

  it('whose token was changed meanwhile asks for the new one', async () => {
    const page = scene();
    page.answer(told(), { state: 'refused' });
    await page.model.signIn('token');
    await page.pass();
    expect(page.model.state.value).toEqual({ phase: 'asking', fault: 'refused' });
    expect([page.kept, page.waits, page.model.history.value]).toEqual([null, false, []]);
  });

  it('that was left shows nothing of an answer that comes later, and asks no more', async () => {
    const page = scene();
    page.answer(told(), told());
    await page.model.signIn('token');
    const late = page.pass();
    page.model.signOut();
    await late;
    expect(page.model.state.value).toEqual({ phase: 'asking', fault: null });
    expect([page.kept, page.waits]).toEqual([null, false]);
  });

  it('remembers so many looks and no more', async () => {
    const page = scene();
    page.answer(...Array.from({ length: 160 }, (_, index) => told({ nowMs: index })));
    await page.model.signIn('token');
    for (let looks = 1; looks < 160; looks += 1) await page.pass();
    expect([page.model.history.value.length, page.model.history.value[0]?.atMs]).toEqual([150, 10]);
  });
});
