import { beforeEach, describe, expect, it } from 'vitest';
import {
  bytesOf,
  copyOf,
  epochKeys,
  FakeEnd,
  fakeFrame,
  MEMBERS,
  opus,
  quiet,
  until,
  vp8Delta,
  vp8Key,
} from '../test/fakeFrames.ts';
import { deriveKeys, importBaseKey } from '../sframe/keys.ts';
import { SUITE_4 } from '../sframe/suites.ts';
import type { EncodedFrame } from './encodedFrame.ts';
import { packKid } from './kid.ts';
import { sealFrame } from './layout.ts';
import { splitFrame } from './splitFrame.ts';

let ana: FakeEnd;
let ben: FakeEnd;

beforeEach(async () => {
  ana = new FakeEnd(0);
  ben = new FakeEnd(1);
  await ana.enter(1);
  await ben.enter(1);
});

function touched(frame: EncodedFrame | undefined, at = -20): EncodedFrame {
  const bytes = bytesOf(frame);
  const index = (at + bytes.length) % bytes.length;
  bytes[index] = (bytes[index] as number) ^ 1;
  return fakeFrame(bytes);
}

describe('F-7 receiving', () => {
  it('F-7 opens what a member sealed, byte for byte and in order', async () => {
    const plain = Array.from({ length: 60 }, (_, seed) => (seed % 10 === 0 ? vp8Key(seed, 9_000) : vp8Delta(seed)));
    const before = plain.map(bytesOf);
    const sealed = await ana.seal('camera', plain);
    const track = ben.receive('ana-cam', 'camera', 'ana');
    track.push(...sealed);
    await until(() => track.out.length === 60);
    expect(track.out.map(bytesOf)).toEqual(before);
    expect(ben.states).toEqual([{ state: 'flowing' }]);
    expect(ben.engine.counters()).toEqual([{ trackId: 'ana-cam', sealed: 0, opened: 60, faults: {} }]);
  });

  it('F-7 lets no frame through that nobody sealed', async () => {
    const track = ben.receive('ana-cam', 'camera', 'ana');
    track.push(vp8Key(), vp8Delta(), fakeFrame(new Uint8Array(0)), fakeFrame(new Uint8Array(5)));
    await until(() => ben.faults('ana-cam').malformed === 4);
    await quiet();
    expect(track.out).toEqual([]);
    expect(ben.states).toEqual([]);
  });

  it('F-7 drops a frame whose platform says that it is of another codec', async () => {
    const [sealed] = await ana.seal('camera', [vp8Key()]);
    const track = ben.receive('ana-cam', 'camera', 'ana');
    track.push(fakeFrame(bytesOf(sealed), 'video/H264'));
    await until(() => ben.faults('ana-cam').wrongCodec === 1);
    await quiet();
    expect(track.out).toEqual([]);
  });
});

describe('F-9 who and what', () => {
  it("F-9 refuses another member's frames on this member's track, though their key is known", async () => {
    const cleo = new FakeEnd(2);
    await cleo.enter(1);
    const sealed = await cleo.seal('camera', [vp8Key()]);
    const track = ben.receive('ana-cam', 'camera', 'ana');
    track.push(...sealed);
    await until(() => ben.faults('ana-cam').wrongLeaf === 1);
    await quiet();
    expect(track.out).toEqual([]);
  });

  it("F-9 refuses frames of this member's other stream of the same kind", async () => {
    const sealed = await ana.seal('screen', [vp8Key()]);
    const track = ben.receive('ana-cam', 'camera', 'ana');
    track.push(...sealed);
    await until(() => ben.faults('ana-cam').wrongStream === 1);
    await quiet();
    expect(track.out).toEqual([]);
  });

  it('F-9 refuses frames of the stage on a track of the room', async () => {
    const kid = packKid({ incarnation: 0, domain: 1, stream: 0, leaf: 0, epochBits: 1 });
    const base = await importBaseKey(epochKeys(1, 0, MEMBERS).baseKey);
    const ticket = { kid: BigInt(kid), ctr: 0n, keys: await deriveKeys(base, BigInt(kid), SUITE_4) };
    const split = splitFrame('opus', bytesOf(opus()));
    if (typeof split === 'string') throw new Error(split);
    const track = ben.receive('ana-mic', 'mic', 'ana');
    track.push(fakeFrame(new Uint8Array(await sealFrame(ticket, 'opus', split))));
    await until(() => ben.faults('ana-mic').wrongStream === 1);
    await quiet();
    expect(track.out).toEqual([]);
  });

  it('F-9 refuses a leaf that is nobody, whoever the page says the track is of', async () => {
    const ghost = new FakeEnd(99);
    await ghost.enter(1);
    const sealed = await ghost.seal('mic', [opus()]);
    const track = ben.receive('ghost-mic', 'mic', 'ghost');
    track.push(...sealed);
    await until(() => ben.faults('ghost-mic').wrongLeaf === 1);
    expect(track.out).toEqual([]);
  });
});

describe('F-10 replay', () => {
  it('F-10 opens a frame once, also where its copies come at once', async () => {
    const [sealed] = await ana.seal('mic', [opus()]);
    const track = ben.receive('ana-mic', 'mic', 'ana');
    track.push(copyOf(sealed), copyOf(sealed), copyOf(sealed));
    await until(() => ben.faults('ana-mic').replayed === 2);
    await quiet();
    expect(track.out.length).toBe(1);
  });

  it('F-10 remembers over a track that was dropped and attached again', async () => {
    const [sealed] = await ana.seal('mic', [opus()]);
    const first = ben.receive('ana-mic', 'mic', 'ana');
    first.push(copyOf(sealed));
    await until(() => first.out.length === 1);
    ben.engine.dropTrack('ana-mic');
    const second = ben.receive('ana-mic', 'mic', 'ana');
    second.push(copyOf(sealed));
    await until(() => ben.faults('ana-mic').replayed === 1);
    expect(second.out).toEqual([]);
  });

  it('F-10 is not moved by a forged frame with a high counter', async () => {
    const frames = await ana.seal(
      'mic',
      Array.from({ length: 3_000 }, (_, seed) => opus(seed, 20)),
    );
    const track = ben.receive('ana-mic', 'mic', 'ana');
    track.push(touched(frames[2_999]));
    await until(() => ben.faults('ana-mic').authFailed === 1);
    track.push(copyOf(frames[0]));
    await until(() => track.out.length === 1);
    track.push(copyOf(frames[2_999]));
    await until(() => track.out.length === 2);
    track.push(copyOf(frames[1]));
    await until(() => ben.faults('ana-mic').replayed === 1);
    expect(track.out.map(bytesOf)).toEqual([bytesOf(opus(0, 20)), bytesOf(opus(2_999, 20))]);
  });
});

describe('F-11 one key, one try', () => {
  it('F-11 drops what does not authenticate and opens what follows', async () => {
    const frames = await ana.seal('camera', [vp8Key(1), vp8Delta(2), vp8Delta(3)]);
    const track = ben.receive('ana-cam', 'camera', 'ana');
    track.push(copyOf(frames[0]), touched(frames[1]), copyOf(frames[2]));
    await until(() => track.out.length === 2);
    expect(ben.faults('ana-cam')).toEqual({ authFailed: 1 });
    expect(bytesOf(track.out[1])).toEqual(bytesOf(vp8Delta(3)));
  });

  it('F-11 refuses frames of a member who has left the group, under the epoch they no longer know', async () => {
    const sealedByOld = await ana.seal('mic', [opus()]);
    const stranger = new FakeEnd(1);
    const other = new Uint8Array([1, 2, 3, 4]);
    await stranger.enter(1, other);
    const track = stranger.receive('ana-mic', 'mic', 'ana');
    track.push(...sealedByOld);
    await until(() => stranger.faults('ana-mic').authFailed === 1);
    expect(track.out).toEqual([]);
  });
});

describe('F-8 hold', () => {
  it('F-8 keeps frames of an epoch that is not known yet, and lets them out in order when it comes', async () => {
    await ana.enter(2);
    const plain = [vp8Key(1), vp8Delta(2), vp8Delta(3)];
    const before = plain.map(bytesOf);
    const sealed = await ana.seal('camera', plain);
    const track = ben.receive('ana-cam', 'camera', 'ana');
    track.push(...sealed);
    await quiet();
    expect(track.out).toEqual([]);
    ben.clock.advance(749);
    await ben.enter(2);
    await until(() => track.out.length === 3);
    expect(track.out.map(bytesOf)).toEqual(before);
    expect(ben.states).toEqual([{ state: 'waitingForKey' }, { state: 'flowing' }]);
    expect(ben.clock.pendingTimers).toBe(0);
  });

  it('F-8 drops them after 750 ms and asks for a key frame', async () => {
    await ana.enter(2);
    const sealed = await ana.seal('camera', [vp8Key(1), vp8Delta(2)]);
    let requests = 0;
    const track = ben.receive('ana-cam', 'camera', 'ana', { request: () => void requests++ });
    track.push(...sealed);
    await quiet();
    ben.clock.advance(750);
    expect(ben.faults('ana-cam')).toEqual({ unknownEpoch: 2 });
    expect([ben.keyFramesAsked, requests]).toEqual([['ana-cam'], 1]);
    await ben.enter(2);
    await quiet();
    expect(track.out).toEqual([]);
  });

  it('F-8 says noKey where there is no key at all, and asks for no key frame of sound', async () => {
    const nobody = new FakeEnd(2);
    const sealed = await ana.seal('mic', [opus()]);
    const track = nobody.receive('ana-mic', 'mic', 'ana');
    track.push(...sealed);
    await quiet();
    nobody.clock.advance(750);
    expect(nobody.faults('ana-mic')).toEqual({ noKey: 1 });
    expect(nobody.keyFramesAsked).toEqual([]);
    expect(nobody.states).toEqual([{ state: 'waitingForKey' }]);
  });

  it('F-8 holds 64 frames of a track and drops the 65th', async () => {
    await ana.enter(2);
    const sealed = await ana.seal(
      'mic',
      Array.from({ length: 65 }, (_, seed) => opus(seed)),
    );
    const track = ben.receive('ana-mic', 'mic', 'ana');
    track.push(...sealed);
    await until(() => ben.faults('ana-mic').unknownEpoch === 1);
    await ben.enter(2);
    await until(() => track.out.length === 64);
    expect(bytesOf(track.out[63])).toEqual(bytesOf(opus(63)));
  });

  it('F-8 does not let held frames keep back frames of an epoch that is known', async () => {
    const known = await ana.seal('mic', [opus(1)]);
    await ana.enter(2);
    const unknown = await ana.seal('mic', [opus(2)]);
    const track = ben.receive('ana-mic', 'mic', 'ana');
    track.push(...unknown, ...known);
    await until(() => track.out.length === 1);
    expect(bytesOf(track.out[0])).toEqual(bytesOf(opus(1)));
  });

  it('F-8 stays flowing over an epoch switch whose key comes late but in time', async () => {
    const first = await ana.seal('mic', [opus(1)]);
    await ana.enter(2);
    const second = await ana.seal('mic', [opus(2)]);
    const track = ben.receive('ana-mic', 'mic', 'ana');
    track.push(...first);
    await until(() => track.out.length === 1);
    track.push(...second);
    await quiet();
    ben.clock.advance(400);
    await ben.enter(2);
    await until(() => track.out.length === 2);
    expect(ben.states).toEqual([{ state: 'flowing' }]);
    expect(ben.faults('ana-mic')).toEqual({});
  });

  it('F-8 opens frames of the old epoch for as long as it is kept', async () => {
    const old = await ana.seal('mic', [opus(1), opus(2)]);
    await ben.enter(2);
    ben.keyring.retireOlderThan(new Uint8Array([7, 7, 7, 7]), 2, 10_000);
    const track = ben.receive('ana-mic', 'mic', 'ana');
    track.push(copyOf(old[0]));
    await until(() => track.out.length === 1);
    ben.clock.advance(10_000);
    track.push(copyOf(old[1]));
    await quiet();
    ben.clock.advance(750);
    expect(ben.faults('ana-mic')).toEqual({ unknownEpoch: 1 });
  });
});

describe('F-13 states', () => {
  it('F-13 says failing after 50 failures in 3 s without a frame between them, with the commonest cause, once', async () => {
    const frames = await ana.seal(
      'mic',
      Array.from({ length: 62 }, (_, seed) => opus(seed)),
    );
    const track = ben.receive('ana-mic', 'mic', 'ana');
    track.push(...frames.slice(0, 49).map((frame) => touched(frame)));
    await until(() => ben.faults('ana-mic').authFailed === 49);
    expect(ben.states).toEqual([]);
    track.push(...frames.slice(49, 60).map((frame) => touched(frame)));
    await until(() => ben.faults('ana-mic').authFailed === 60);
    expect(ben.states).toEqual([{ state: 'failing', cause: 'authFailed' }]);
    expect(ben.doubts).toBe(1);
    track.push(copyOf(frames[61]));
    await until(() => track.out.length === 1);
    expect(ben.states.at(-1)).toEqual({ state: 'flowing' });
  });

  it('F-13 does not call it failing where good frames come between the bad, or where few fail', async () => {
    const frames = await ana.seal(
      'mic',
      Array.from({ length: 200 }, (_, seed) => opus(seed)),
    );
    const mixed = ben.receive('mixed', 'mic', 'ana');
    mixed.push(...frames.slice(0, 49).map((frame) => touched(frame)));
    await until(() => ben.faults('mixed').authFailed === 49);
    mixed.push(copyOf(frames[49]));
    await until(() => mixed.out.length === 1);
    mixed.push(...frames.slice(50, 99).map((frame) => touched(frame)));
    await until(() => ben.faults('mixed').authFailed === 98);
    expect(ben.states).toEqual([{ state: 'flowing' }]);
    const slow = ben.receive('slow', 'mic', 'ana');
    ben.states.length = 0;
    for (let index = 100; index < 180; index++) {
      slow.push(touched(frames[index]));
      await until(() => ben.faults('slow').authFailed === index - 99);
      ben.clock.advance(400);
    }
    // Stragglers that come in one go after it are no more than that.
    ben.clock.advance(3_000);
    for (let index = 180; index < 200; index++) slow.push(touched(frames[index]));
    await until(() => ben.faults('slow').authFailed === 100);
    expect(ben.states).toEqual([]);
  });
  it('F-13 says failing of fifteen pictures a second after 3 s in which none opened, and doubts our keys', async () => {
    const frames = await ana.seal('camera', [
      vp8Key(1),
      ...Array.from({ length: 60 }, (_, seed) => vp8Delta(seed + 2)),
    ]);
    const track = ben.receive('ana-cam', 'camera', 'ana');
    for (const [index, frame] of frames.entries()) {
      track.push(touched(frame));
      await until(() => ben.faults('ana-cam').authFailed === index + 1);
      if (index === 40) expect(ben.states).toEqual([]);
      ben.clock.advance(67);
    }
    expect(ben.states).toEqual([{ state: 'failing', cause: 'authFailed' }]);
    expect(ben.doubts).toBe(1);
  });
});

describe('F-14 key frames', () => {
  it('F-14 asks again, a second apart, until a key frame was opened', async () => {
    const frames = await ana.seal('camera', [
      vp8Key(0),
      ...Array.from({ length: 5 }, (_, seed) => vp8Delta(seed)),
      vp8Key(9),
      vp8Delta(10),
    ]);
    const track = ben.receive('ana-cam', 'camera', 'ana');
    const deliver = async (index: number, afterMs: number) => {
      const before = track.out.length;
      ben.clock.advance(afterMs);
      track.push(copyOf(frames[index]));
      await until(() => track.out.length === before + 1);
      return ben.keyFramesAsked.length;
    };
    expect(await deliver(1, 0)).toBe(1);
    expect(await deliver(2, 999)).toBe(1);
    expect(await deliver(3, 1)).toBe(2);
    expect(await deliver(6, 5_000)).toBe(2);
    expect(await deliver(7, 5_000)).toBe(2);
  });

  it('F-14 asks after a frame that did not authenticate, and not for sound', async () => {
    const video = await ana.seal('camera', [vp8Key(), vp8Delta()]);
    const sound = await ana.seal('mic', [opus()]);
    const camera = ben.receive('ana-cam', 'camera', 'ana');
    const mic = ben.receive('ana-mic', 'mic', 'ana');
    camera.push(copyOf(video[0]));
    await until(() => camera.out.length === 1);
    expect(ben.keyFramesAsked).toEqual([]);
    camera.push(touched(video[1]));
    mic.push(touched(sound[0]));
    await until(() => ben.faults('ana-cam').authFailed === 1 && ben.faults('ana-mic').authFailed === 1);
    expect(ben.keyFramesAsked).toEqual(['ana-cam']);
  });
});
