// A stage that is closed and opened again while the server still owes an answer of the show before.
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { createStageBed, type StageBed } from '../test/stageBed.ts';
import type { Talker } from '../test/talkBed.ts';
import type { StageTalk } from './StageTalk.ts';

let bed: StageBed;
let ana: Talker<StageTalk>;

beforeEach(async () => {
  vi.useFakeTimers({ now: 1_000_000 });
  bed = createStageBed();
  bed.lead('ana');
  ana = bed.come('ana');
  bed.come('ben');
  await bed.pass(1_000);
});
afterEach(() => void vi.useRealTimers());

const lastOf = (what: string): number => bed.of('ana').log.lastIndexOf(what);

describe('a stage that is opened again', () => {
  it('E-189 gives viewers list, keys and program anew, also where those of the show before were taken after its end', async () => {
    bed.of('ana').slow.set('stage:publish roster keys program', 1_000);
    ana.part.actions.open();
    await bed.pass(500);
    expect(bed.of('ana').log.at(-1)).toBe('stage:publish roster keys program');
    ana.part.actions.close();
    await bed.pass(2_000);
    ana.part.actions.open();
    await bed.pass(2_000);
    expect(lastOf('stage:publish roster keys program')).toBeGreaterThan(lastOf('stage:close'));
  });

  it('E-190 gives viewers the program anew, also where that of the show before was taken after its end', async () => {
    ana.part.actions.open();
    await bed.pass(1_000);
    bed.of('ana').slow.set('stage:publish program', 1_000);
    ana.part.actions.change({ phase: 'live' });
    await bed.pass(500);
    expect(bed.of('ana').log.at(-1)).toBe('stage:publish program');
    ana.part.actions.close();
    await bed.pass(2_000);
    ana.part.actions.open();
    ana.part.actions.change({ phase: 'live' });
    await bed.pass(3_000);
    const after = bed.of('ana').log.slice(lastOf('stage:close'));
    expect(after.filter((line) => line.includes('program'))).not.toEqual([]);
    expect(bed.of('ana').programs.at(-1)).toMatchObject({ phase: 'live' });
  });

  it('E-190 gives viewers nothing more of a show that is over, also where it was being signed as it was closed', async () => {
    ana.part.actions.open();
    await bed.pass(1_000);
    ana.part.actions.change({ phase: 'live' });
    ana.part.actions.close();
    await bed.pass(2_000);
    expect(bed.of('ana').log.slice(lastOf('stage:close'))).toEqual(['stage:close']);
    ana.part.actions.open();
    ana.part.actions.close();
    await bed.pass(2_000);
    expect(bed.of('ana').log.slice(lastOf('stage:close'))).toEqual(['stage:close']);
  });
});
