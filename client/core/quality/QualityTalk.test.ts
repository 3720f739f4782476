// What members are told of each other's lines: what was measured and lasted, no oftener than it changes, and by whom.
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { parsePayload, type GroupPayload } from '../talk/payload.ts';
import type { LineReading } from './lineReading.ts';
import { QualityTalk } from './QualityTalk.ts';

const member = (peerId: string) => ({ peerId }) as Parameters<QualityTalk['setMembers']>[0][number];
const heard = (from: string) => ({ from, displayName: from, epoch: 1 });

function createScene() {
  const said: (GroupPayload | null)[] = [];
  let packets = 0;
  let lost = 0;
  let limitedMs = 0;
  let unreported = 0;
  const line = { reportEvery: 1, lossShare: 0, isThere: true, isNarrow: false };
  let changes = 0;
  const lineReading = async (): Promise<LineReading | null> => {
    packets += 100;
    unreported += 100 * line.lossShare;
    if ((packets / 100) % line.reportEvery === 0) lost += unreported;
    if ((packets / 100) % line.reportEvery === 0) unreported = 0;
    if (line.isNarrow) limitedMs += 2_000;
    const counters = { packets, lost, roundTripMs: 20, limitedMs, availableBps: 50_000 };
    return line.isThere ? { atMs: Date.now(), up: counters, down: { ...counters, lost: 0 } } : null;
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
