// Whom one verified, what changed since, and what others say of theirs: from the group's views and messages alone.
import type { GroupMember, GroupView } from '#e2ee';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { encodePayload, parsePayload } from '../talk/payload.ts';
import { Verification } from './Verification.ts';
import { OPEN } from '../test/FakeE2eeWorker.ts';

const keyOf = (letter: string) => letter.repeat(64);
const member = (peerId: string, displayName: string, key: string, self = false): GroupMember => ({
  peerId,
  displayName,
  leafIndex: 0,
  keyHash: keyOf(key),
  self,
});
const ME = member('me', 'Maya', '0', true);
const ANA = member('ana', 'Ana', 'a');
const BEN = member('ben', 'Ben', 'b');
const DANA = member('dana', 'Dana', 'd');

const inGroup = (epoch: number, ...members: GroupMember[]): GroupView => ({
  state: 'in',
  epoch,
  sendEpoch: epoch,
  members,
  safetyCode: { digits: [String(epoch), 'code'], words: [] },
  policy: OPEN,
});
const codeOf = (epoch: number) => [String(epoch), 'code'];

function createScene() {
  const told: string[][] = [];
  const state = { nowMs: 1_000, deaf: false };
  const verification = new Verification({
    say: async (payload) => {
      if (state.deaf) throw new Error('nobody hears');
      const parsed = parsePayload(payload);
      if (parsed?.t === 'compared') told.push(parsed.keys);
    },
    nowMs: () => state.nowMs,
    onChange: () => undefined,
  });
  const enter = (epoch: number, ...members: GroupMember[]) => verification.update(inGroup(epoch, ME, ...members));
  const hear = (from: string, keys: string[], epoch: number) =>
    verification.handleSaid({ from, payload: encodePayload({ t: 'compared', keys }), epoch, self: false });
  const deviceOf = ({ keyHash }: GroupMember) => verification.devices.find((device) => device.keyHash === keyHash);
  return { verification, told, state, enter, hear, deviceOf };
}

const compared = (more: object) => ({
  state: 'compared',
  atMs: 1_000,
  names: ['Ana', 'Ben'],
  came: [],
  returned: [],
  left: [],
  ...more,
});

beforeEach(() => void vi.useFakeTimers());
afterEach(() => void vi.useRealTimers());

describe('a comparison', () => {
  it('E-100 verifies everybody who is in the group of that code, and nobody before', () => {
    const { verification, enter, deviceOf } = createScene();
    enter(1, ANA, BEN);
    expect(verification.comparison).toEqual({ state: 'none' });
    expect(deviceOf(ANA)?.verifiedAtMs).toBeNull();
    expect(verification.confirm(codeOf(1))).toBe(true);
    expect(verification.comparison).toEqual(compared({}));
    expect([ANA, BEN, ME].map((one) => deviceOf(one)?.verifiedAtMs)).toEqual([1_000, 1_000, null]);
  });

  it('E-100 of a code that is not of this moment verifies nobody', () => {
    const { verification, enter } = createScene();
    enter(1, ANA);
    enter(2, ANA, DANA);
    expect(verification.confirm(codeOf(1))).toBe(false);
    verification.update({ state: 'fenced', cause: 'split' });
    expect(verification.confirm(codeOf(2))).toBe(false);
    expect(verification.comparison).toEqual({ state: 'none' });
  });

  it('E-100 alone verifies nobody', () => {
    const { verification, enter } = createScene();
    enter(1);
    expect(verification.confirm(codeOf(1))).toBe(false);
  });

  it('E-100 holds over new epochs of the same devices', () => {
    const { verification, enter } = createScene();
    enter(1, ANA, BEN);
    verification.confirm(codeOf(1));
    enter(2, ANA, BEN);
    expect(verification.comparison).toEqual(compared({}));
  });

  it('E-101 says who came and who left since, and neither is verified by it', () => {
    const { verification, enter, deviceOf } = createScene();
    enter(1, ANA, BEN);
    verification.confirm(codeOf(1));
    enter(2, ANA, DANA);
    expect(verification.comparison).toEqual(compared({ came: ['Dana'], left: ['Ben'] }));
    expect(deviceOf(DANA)?.verifiedAtMs).toBeNull();
  });

  it('E-101 does not hold for a device that is back under another key, whether or not under its Peer id', () => {
    const { verification, enter, deviceOf } = createScene();
    enter(1, ANA, BEN);
    verification.confirm(codeOf(1));
    const again = { ...ANA, keyHash: keyOf('c') };
    const elsewhere = member('ben-again', 'Ben', 'e');
    enter(2, again, elsewhere);
    expect(verification.comparison).toEqual(compared({ returned: ['Ana', 'Ben'] }));
    for (const [now, before] of [
      [again, ANA],
      [elsewhere, BEN],
    ] as const) {
      expect(deviceOf(now)).toMatchObject({ verifiedAtMs: null, firstKeyHash: before.keyHash });
    }
  });

  it('E-101 is not disturbed by a leaf that we left behind ourselves', () => {
    const { verification, enter, deviceOf } = createScene();
    enter(1, ANA, BEN);
    verification.confirm(codeOf(1));
    verification.startOver();
    const left = { ...ME, self: false };
    verification.update(inGroup(7, left, ANA, BEN, member('me-again', 'Maya', '1', true)));
    expect(verification.comparison).toEqual(compared({}));
    expect(deviceOf(left)).toMatchObject({ own: true, self: false });
  });

  it('E-102 can be taken back', () => {
    const { verification, enter, deviceOf } = createScene();
    enter(1, ANA, BEN);
    verification.confirm(codeOf(1));
    verification.forget();
    expect(verification.comparison).toEqual({ state: 'none' });
    expect(deviceOf(ANA)?.verifiedAtMs).toBeNull();
  });
});

describe('what is told to the group', () => {
  it('E-103 is whom we compared with, and that it was taken back; once each, and nothing before', async () => {
    const { verification, told, enter } = createScene();
    enter(1, ANA, BEN);
    verification.setReady(true);
    await vi.advanceTimersByTimeAsync(0);
    expect(told).toEqual([]);
    verification.confirm(codeOf(1));
    await vi.advanceTimersByTimeAsync(5_000);
    expect(told).toEqual([[ANA.keyHash, BEN.keyHash]]);
    verification.forget();
    verification.forget();
    await vi.advanceTimersByTimeAsync(5_000);
    expect(told).toEqual([[ANA.keyHash, BEN.keyHash], []]);
  });

  it('E-103 waits for a group that can be spoken to, tries again, and says the last word only', async () => {
    const { verification, told, state, enter } = createScene();
    enter(1, ANA);
    verification.confirm(codeOf(1));
    await vi.advanceTimersByTimeAsync(5_000);
    expect(told).toEqual([]);
    state.deaf = true;
    verification.setReady(true);
    await vi.advanceTimersByTimeAsync(5_000);
    verification.forget();
    state.deaf = false;
    await vi.advanceTimersByTimeAsync(5_000);
    expect(told).toEqual([[]]);
  });

  it('E-103 is nothing any more once closed', async () => {
    const { verification, told, state, enter } = createScene();
    enter(1, ANA);
    state.deaf = true;
    verification.setReady(true);
    verification.confirm(codeOf(1));
    await vi.advanceTimersByTimeAsync(0);
    verification.close();
    verification.close();
    state.deaf = false;
    await vi.advanceTimersByTimeAsync(5_000);
    expect(told).toEqual([]);
  });
});

describe('what others say', () => {
  it('E-104 is shown as the word of its signer, and verifies nobody', () => {
    const { verification, hear, enter, deviceOf } = createScene();
    enter(1, ANA, BEN);
    hear('ana', [ME.keyHash, BEN.keyHash], 1);
    expect([ANA, BEN].map((one) => deviceOf(one)?.claimedAtMs)).toEqual([1_000, null]);
    expect(deviceOf(ANA)?.verifiedAtMs).toBeNull();
    expect(verification.comparison).toEqual({ state: 'none' });
    hear('ana', [], 1);
    expect(deviceOf(ANA)?.claimedAtMs).toBeNull();
  });

  it('E-104 counts only where our key is in it, and no longer once we have another', () => {
    const { verification, hear, enter, deviceOf } = createScene();
    enter(1, ANA, BEN);
    hear('ben', [ANA.keyHash], 1);
    expect(deviceOf(BEN)?.claimedAtMs).toBeNull();
    hear('ana', [ME.keyHash], 1);
    verification.update(inGroup(2, { ...ME, keyHash: keyOf('9') }, ANA, BEN));
    expect(deviceOf(ANA)?.claimedAtMs).toBeNull();
  });

  it('E-104 is its signer’s of the epoch it was said in, and nobody’s of one that is not known', () => {
    const { hear, enter, deviceOf } = createScene();
    enter(1, ANA);
    const again = { ...ANA, keyHash: keyOf('c') };
    enter(2, again);
    hear('ana', [ME.keyHash], 1);
    hear('ana', [ME.keyHash], 9);
    expect(deviceOf(again)?.claimedAtMs).toBeNull();
    hear('ana', [ME.keyHash], 2);
    expect(deviceOf(again)?.claimedAtMs).toBe(1_000);
  });

  it('E-104 with keys that are none, or more than a Room holds, is not heard', () => {
    const { hear, enter, deviceOf } = createScene();
    enter(1, ANA);
    hear('ana', [ME.keyHash, 'x'], 1);
    hear(
      'ana',
      Array.from({ length: 251 }, () => ME.keyHash),
      1,
    );
    expect(deviceOf(ANA)?.claimedAtMs).toBeNull();
  });
});

describe('the devices that hold keys', () => {
  it('E-105 say since when, but for those who were there before us', () => {
    const { enter, state, deviceOf } = createScene();
    enter(1, ANA);
    state.nowMs = 2_000;
    enter(2, ANA, DANA);
    expect([ANA, DANA].map((one) => deviceOf(one)?.sinceMs)).toEqual([null, 2_000]);
    expect([ANA, DANA].map((one) => deviceOf(one)?.firstKeyHash)).toEqual([ANA.keyHash, DANA.keyHash]);
  });

  it('E-105 say which other name their Peer id bore', () => {
    const { enter, deviceOf } = createScene();
    enter(1, ANA);
    const renamed = member('ana', 'Ben', 'e');
    enter(2, renamed);
    expect(deviceOf(renamed)).toMatchObject({ formerName: 'Ana', firstKeyHash: ANA.keyHash });
  });

  it('E-105 do not take one who bears the same name beside another for that other', () => {
    const { enter, deviceOf } = createScene();
    enter(1, ANA);
    const namesake = member('ana-2', 'Ana', 'e');
    enter(2, ANA, namesake);
    expect(deviceOf(namesake)?.firstKeyHash).toBe(namesake.keyHash);
  });

  it('E-105 are forgotten when a Room’s worth of others has gone since, but never while they are there', () => {
    const { enter, deviceOf } = createScene();
    enter(1, ANA);
    for (let i = 0; i < 300; i++) enter(2 + i, ANA, { ...BEN, keyHash: String(i).padStart(64, '7') });
    const back = { ...BEN, keyHash: keyOf('f') };
    enter(400, ANA, back);
    expect(deviceOf(ANA)).toMatchObject({ sinceMs: null });
    // The chain of its earlier keys leads back to the first all the same.
    expect(deviceOf(back)?.firstKeyHash).toBe('0'.padStart(64, '7'));
  });
});
