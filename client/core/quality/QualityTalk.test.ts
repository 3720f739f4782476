// What members are told of each other's lines: what was measured and lasted, no oftener than it changes, and by whom.
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { parsePayload, type GroupPayload } from '../talk/payload.ts';
import type { Flow, LineReading } from './lineReading.ts';
import type { LineQuality } from '../types.ts';
import { GOOD } from './lineQuality.ts';
import { QualityTalk } from './QualityTalk.ts';

const member = (peerId: string) => ({ peerId }) as Parameters<QualityTalk['setMembers']>[0][number];
const heard = (from: string) => ({ from, displayName: from, epoch: 1 });

function createScene() {
  const said: (GroupPayload | null)[] = [];
  let packets = 0;
  let lost = 0;
  let limitedMs = 0;
  let unreported = 0;
  /** What is missing of each other's streams that come. */
  const gaps: Record<string, number> = {};
  const came = new Map<string, Flow>();
  const line = { reportEvery: 1, lossShare: 0, isThere: true, isNarrow: false, gaps };
  let changes = 0;
  const lineReading = async (): Promise<LineReading | null> => {
    packets += 100;
    unreported += 100 * line.lossShare;
    if ((packets / 100) % line.reportEvery === 0) lost += unreported;
    if ((packets / 100) % line.reportEvery === 0) unreported = 0;
    if (line.isNarrow) limitedMs += 2_000;
    for (const [peerId, share] of Object.entries(line.gaps)) {
      const before = came.get(peerId) ?? { packets: 0, lost: 0 };
      came.set(peerId, { packets: before.packets + 100 * (1 - share), lost: before.lost + 100 * share });
    }
    const senders = new Map(came);
    const counters = { packets, lost, repeated: 0, roundTripMs: 20, limitedMs, availableBps: 50_000 };
    return line.isThere ? { atMs: Date.now(), up: counters, down: { ...counters, lost: 0, senders } } : null;
  };
  const talk = new QualityTalk({
    say: async (payload) => void said.push(parsePayload(payload)),
    onChange: () => (changes += 1),
    lineReading,
  });
  talk.setMembers([member('ana')]);
  talk.setReady(true);
  return { talk, said, line, changes: () => changes };
}
const look = (times: number) => vi.advanceTimersByTimeAsync(times * 2_000);

describe('QualityTalk', () => {
  beforeEach(() => void vi.useFakeTimers());
  afterEach(() => void vi.useRealTimers());

  it('says nothing while the line is good', async () => {
    const { talk, said } = createScene();
    await look(20);
    expect(said).toEqual([]);
    expect(talk.view).toEqual({ up: { bars: 4, cause: null }, down: { bars: 4, cause: null }, others: {} });
    talk.close();
  });

  it('tells the others once that its way up loses packets, newcomers too, and as it mends that it is better and good', async () => {
    const { talk, said, line } = createScene();
    await look(2);
    line.lossShare = 0.3;
    await look(10);
    expect(said).toEqual([{ t: 'line', bars: 1, cause: 'loss' }]);
    expect(talk.view.up).toEqual({ bars: 1, cause: 'loss' });
    expect(talk.view.down).toEqual({ bars: 4, cause: null });
    talk.setMembers([member('ana'), member('bo')]);
    await look(1);
    expect(said).toHaveLength(2);
    line.lossShare = 0;
    await look(10);
    expect(said.slice(2)).toEqual([
      { t: 'line', bars: 2, cause: 'loss' },
      { t: 'line', bars: 4, cause: null },
    ]);
    talk.close();
  });

  it('shows one steady loss where the far end reports only now and then', async () => {
    const { talk, said, line } = createScene();
    Object.assign(line, { reportEvery: 3, lossShare: 0.3 });
    await look(40);
    expect(said).toEqual([{ t: 'line', bars: 1, cause: 'loss' }]);
    talk.close();
  });

  it('tells the others of another cause, too, though the bars stay', async () => {
    const { talk, said, line } = createScene();
    line.isNarrow = true;
    await look(4);
    line.lossShare = 0.3;
    await look(4);
    expect(said).toEqual([
      { t: 'line', bars: 1, cause: 'bandwidth' },
      { t: 'line', bars: 1, cause: 'loss' },
    ]);
    talk.close();
  });

  it('keeps what each other member says of itself, and forgets it with the member', () => {
    const { talk } = createScene();
    talk.handle({ t: 'line', bars: 2, cause: 'delay' }, heard('ana'));
    expect(talk.view.others).toEqual({ ana: { bars: 2, cause: 'delay' } });
    talk.handle({ t: 'line', bars: 4, cause: null }, heard('ana'));
    expect(talk.view.others).toEqual({});
    talk.handle({ t: 'line', bars: 1, cause: 'loss' }, heard('ana'));
    talk.setMembers([]);
    expect(talk.view.others).toEqual({});
    talk.close();
  });

  const POOR = { bars: 1, cause: 'loss' } as const;
  const say = (talk: QualityTalk, from: string, word: LineQuality) => talk.handle({ t: 'line', ...word }, heard(from));

  it('says of our way down that it is good while one of two loses packets, and that it loses them once both do', async () => {
    const { talk, line } = createScene();
    Object.assign(line.gaps, { ana: 0.3, bo: 0 });
    await look(10);
    expect(talk.view.down).toEqual(GOOD);
    line.gaps['bo'] = 0.3;
    await look(10);
    expect(talk.view.down).toEqual(POOR);
    talk.close();
  });

  it('takes back what it held against our way down as soon as the only other says to lose it on the way up', async () => {
    const { talk, line } = createScene();
    line.gaps['ana'] = 0.3;
    await look(5);
    expect(talk.view.down).toEqual(POOR);
    say(talk, 'ana', { bars: 1, cause: 'bandwidth' });
    expect(talk.view.down).toEqual(POOR);
    say(talk, 'ana', POOR);
    expect(talk.view.down).toEqual(GOOD);
    await look(10);
    expect(talk.view.down).toEqual(GOOD);
    line.gaps['ana'] = 0;
    await look(5);
    say(talk, 'ana', GOOD);
    await look(5);
    expect(talk.view.down).toEqual(GOOD);
    talk.close();
  });

  it('mends no bars for a word that explains nothing, though they are about to', async () => {
    const { talk, line } = createScene();
    line.gaps['ana'] = 0.3;
    await look(5);
    line.gaps['ana'] = 0;
    await look(4);
    say(talk, 'ana', POOR);
    expect(talk.view.down.bars).toBeLessThan(4);
    talk.close();
  });

  it('judges nothing by the first reading of a line that is another', async () => {
    const { talk, line, changes } = createScene();
    await look(3);
    line.isThere = false;
    await look(2);
    line.isThere = true;
    line.lossShare = 0.9;
    await look(1);
    line.lossShare = 0;
    await look(5);
    expect(changes()).toBe(0);
    talk.close();
  });

  it('looks no more once it is closed', async () => {
    const { talk, said, line } = createScene();
    await look(2);
    talk.close();
    line.lossShare = 0.5;
    await look(10);
    expect(said).toEqual([]);
    expect(vi.getTimerCount()).toBe(0);
  });
});
