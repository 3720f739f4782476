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
  const line = { lossShare: 0, isThere: true };
  let changes = 0;
  const lineReading = async (): Promise<LineReading | null> => {
    packets += 100;
    lost += 100 * line.lossShare;
    const counters = { packets, lost, roundTripMs: 20, limitedMs: 0, availableBps: null };
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

  it('tells the others once that its way up loses packets, newcomers too, and once that it is good again', async () => {
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
    expect(said.slice(2)).toEqual([{ t: 'line', bars: 4, cause: null }]);
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
