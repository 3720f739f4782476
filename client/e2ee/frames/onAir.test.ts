// What is on air, from the speaker's worker to members and viewers, and all that is refused on the way.
import { beforeEach, describe, expect, it } from 'vitest';
import { encodeBlock } from '../feed/signedBlock.ts';
import { FeedKey } from '../feed/FeedKey.ts';
import type { TrackState } from '../messages.ts';
import { deriveKeys, importBaseKey } from '../sframe/keys.ts';
import { SUITE_4 } from '../sframe/suites.ts';
import { bytesOf, copyOf, fakeFrame, opus, quiet, until, vp8Delta, vp8Key } from '../test/fakeFrames.ts';
import { parsed, pictures, settled, sounds, Stage, STAGE_GROUP, StageEnd, stageKeyOf } from '../test/stage.ts';
import { concatBytes, toHex } from '../util/bytes.ts';
import { forge } from '../test/forge.ts';
import type { EncodedFrame } from './encodedFrame.ts';
import { openFrame } from './layout.ts';

let stage: Stage;
let ana: StageEnd;
let ben: StageEnd;
let viewer: StageEnd;

/** Ana and Ben speak, Cleo is a member who is not listed. */
async function follow(...ends: StageEnd[]): Promise<void> {
  const people = [await stage.person('ana'), await stage.person('ben')];
  for (const end of ends) await end.feed.speakers.follow({ count: 1, people });
}

beforeEach(async () => {
  stage = await Stage.create();
  ana = StageEnd.member(0, await stage.keyOf('ana'));
  ben = StageEnd.member(1, await stage.keyOf('ben'));
  viewer = StageEnd.viewer();
  await follow(ana, ben, viewer);
  for (const end of [ana, ben, viewer]) await end.join(1);
  for (const end of [ana, ben]) await end.keyring.setOnAir(['mic', 'camera', 'screen', 'screenAudio']);
});

describe('F-23 viewers', () => {
  it('F-23 show and play what listed people send on air, and say that it is verified', async () => {
    const camera = viewer.receive('ana-cam', 'camera', 'ana');
    const mic = viewer.receive('ben-mic', 'mic', 'ben');
    camera.push(...(await ana.air('camera', pictures(5))));
    mic.push(...(await ben.air('mic', sounds(20))));
    await settled(camera, 5);
    await settled(mic, 20);
    expect(camera.out.map((frame) => toHex(bytesOf(frame)))).toEqual(pictures(5).map((frame) => toHex(bytesOf(frame))));
    expect(mic.out.map((frame) => toHex(bytesOf(frame)))).toEqual(sounds(20).map((frame) => toHex(bytesOf(frame))));
    expect(viewer.states).toEqual([
      { state: 'flowing', proof: 'verified' },
      { state: 'flowing', proof: 'verified' },
    ]);
  });

  it('F-23 a backstage frame never opens at a viewer, whatever keys of the stage it holds', async () => {
    await ana.keyring.setOnAir([]);
    const backstage = [...(await ana.air('camera', pictures(3)))];
    for (let epoch = 2; epoch < 6; epoch++) await viewer.join(epoch);
    const track = viewer.receive('ana-cam', 'camera', 'ana');
    track.push(...backstage.map(copyOf));
    await until(() => viewer.faults('ana-cam').wrongStream === 3);
    // The same, passed off as on air: another KID is another key, and none that derives from K_stage is the room's.
    const { header, ciphertext, clear, trailer } = parsed('vp8', backstage[0]);
    for (let epoch = 1; epoch < 6; epoch++) {
      const keys = await deriveKeys(
        await importBaseKey(stageKeyOf(epoch)),
        BigInt(parsed('vp8', backstage[0]).kidValue),
        SUITE_4,
      );
      const frame = { ...parsed('vp8', backstage[0]), header, ciphertext, clear, trailer };
      await expect(openFrame(frame, keys)).rejects.toThrow();
    }
    await quiet();
    expect(track.out).toEqual([]);
  });

  it('F-23 refuse who is not listed, and show who is listed later', async () => {
    const cleo = StageEnd.member(2, await stage.keyOf('cleo'));
    await cleo.join(1);
    await cleo.keyring.setOnAir(['camera']);
    const track = viewer.receive('cleo-cam', 'camera', 'cleo');
    track.push(...(await cleo.air('camera', pictures(2))));
    await until(() => viewer.faults('cleo-cam').unsigned === 2);
    await viewer.feed.speakers.follow({ count: 2, people: [await stage.person('cleo')] });
    track.push(...(await cleo.air('camera', pictures(2))));
    await settled(track, 2);
  });

  it('F-23 refuse one speaker’s frames as another’s, and a camera as a screen', async () => {
    const frames = await ana.air('camera', pictures(2));
    const swapped = viewer.receive('ben-cam', 'camera', 'ben');
    swapped.push(...frames.map(copyOf));
    await until(() => viewer.faults('ben-cam').badSignature === 2);
    const screen = viewer.receive('ana-screen', 'screen', 'ana');
    screen.push(...frames.map(copyOf));
    await until(() => viewer.faults('ana-screen').wrongStream === 2);
    await quiet();
    expect([swapped.out, screen.out]).toEqual([[], []]);
  });

  it('F-23 refuse a frame that was signed for another epoch or another group of the same key', async () => {
    const other = StageEnd.viewer();
    await follow(other);
    await other.join(1, new Uint8Array(16).fill(8));
    const track = other.receive('ana-cam', 'camera', 'ana');
    track.push(...(await ana.air('camera', pictures(1))));
    await until(() => other.faults('ana-cam').badSignature === 1);
    const later = StageEnd.viewer();
    await follow(later);
    // 65 has the six bits of 1.
    await later.keyring.addStageEpoch({ groupId: STAGE_GROUP, epoch: 65, stageKey: stageKeyOf(1) });
    const lateTrack = later.receive('ana-cam', 'camera', 'ana');
    lateTrack.push(...(await ana.air('camera', pictures(1))));
    await until(() => later.faults('ana-cam').badSignature === 1);
    expect([track.out, lateTrack.out]).toEqual([[], []]);
  });
});

describe('F-24 pictures', () => {
  const forgers = [
    ['a viewer or the server, unsigned', async () => forge('vp8'), 'unsigned'],
    [
      'a member who signs with a key of its own',
      async () => forge('vp8', { key: await FeedKey.create() }),
      'badSignature',
    ],
    ['another speaker', async () => forge('vp8', { key: await stage.keyOf('ben') }), 'badSignature'],
  ] as const;

  it.each(forgers)(
    'F-24 a frame sealed with the right key by %s is refused, and told at once',
    async (_, make, fault) => {
      const track = viewer.receive('ana-cam', 'camera', 'ana');
      track.push(...(await ana.air('camera', pictures(2))));
      await settled(track, 2);
      track.push(await make());
      await until(() => viewer.faults('ana-cam')[fault] === 1);
      expect(viewer.states.at(-1)).toEqual({ state: 'failing', cause: fault });
      track.push(...(await ana.air('camera', [vp8Delta(7)])));
      await settled(track, 3);
      expect(viewer.states.at(-1)).toEqual({ state: 'failing', cause: fault });
      viewer.clock.advance(3_000);
      track.push(...(await ana.air('camera', [vp8Delta(8)])));
      await settled(track, 4);
      expect(viewer.states.at(-1)).toEqual({ state: 'flowing', proof: 'verified' });
    },
  );

  it('F-24 rubbish that nobody sealed is counted as such, and raises no alarm', async () => {
    const [whole] = await ana.air('camera', [vp8Key()]);
    const track = viewer.receive('ana-cam', 'camera', 'ana');
    const changed = bytesOf(whole);
    changed[40] = (changed[40] ?? 0) ^ 1;
    track.push(fakeFrame(changed));
    await until(() => viewer.faults('ana-cam').authFailed === 1);
    expect(viewer.states).toEqual([]);
  });

  it('F-24 no bit of a signed frame can be turned', async () => {
    const [frame] = await ana.air('camera', [vp8Delta(3, 20)]);
    const whole = bytesOf(frame);
    const track = viewer.receive('ana-cam', 'camera', 'ana');
    for (let bit = 0; bit < whole.length * 8; bit++) {
      const touched = whole.slice();
      touched[bit >> 3] = (touched[bit >> 3] ?? 0) ^ (1 << (bit & 7));
      track.push(fakeFrame(touched));
    }
    const counted = () => Object.values(viewer.faults('ana-cam')).reduce((sum, count) => sum + count, 0);
    // Those that name an epoch that is not held wait for it first.
    await until(() => (viewer.clock.advance(10), counted() === whole.length * 8));
    expect(track.out).toEqual([]);
    track.push(fakeFrame(whole));
    await settled(track, 1);
  });

  it('F-24 a block that signs more than the one picture is refused', async () => {
    const track = viewer.receive('ana-cam', 'camera', 'ana');
    const [frame] = await ana.air('camera', [vp8Key()]);
    const whole = bytesOf(frame);
    const block = encodeBlock(new Uint8Array(32), 1, new Uint8Array(64));
    track.push(fakeFrame(concatBytes(whole.subarray(0, -72), block, whole.subarray(-1))));
    await until(() => viewer.faults('ana-cam').badSignature === 1);
    expect(track.out).toEqual([]);
  });
});

describe('F-25 sound', () => {
  it('F-25 plays on over one lost packet, whichever it is', async () => {
    const frames = await ana.air('mic', sounds(30));
    for (let lost = 1; lost < 20; lost++) {
      const listener = StageEnd.viewer();
      await follow(listener);
      await listener.join(1);
      const track = listener.receive('ana-mic', 'mic', 'ana');
      track.push(...frames.filter((_, index) => index !== lost).map(copyOf));
      await until(() => track.out.length === 29);
      expect(listener.states.filter(({ state }) => state !== 'flowing')).toEqual([]);
    }
  });

  it('F-25 sound that nobody signed is muted after ten frames, and told until a good batch', async () => {
    const frames = await ana.air('mic', sounds(5));
    const track = viewer.receive('ana-mic', 'mic', 'ana');
    track.push(...frames);
    await settled(track, 5);
    for (let ctr = 105; ctr < 125; ctr++) track.push(await forge('opus', { ctr }));
    await until(() => viewer.faults('ana-mic').unsigned === 10);
    await settled(track, 15);
    expect(viewer.states.at(-1)).toEqual({ state: 'failing', cause: 'unsigned' });
  });

  it('F-25 two blocks of another’s key mute, and the speaker’s next good batch ends it', async () => {
    const frames = await ana.air('mic', sounds(20));
    const track = viewer.receive('ana-mic', 'mic', 'ana');
    const key = await stage.keyOf('ben');
    track.push(...frames.slice(0, 6).map(copyOf));
    await settled(track, 6);
    track.push(await forge('opus', { ctr: 300, key }), await forge('opus', { ctr: 301, key }));
    await until(() => viewer.faults('ana-mic').badSignature === 2);
    track.push(...frames.slice(6, 8).map(copyOf));
    await until(() => viewer.faults('ana-mic').badSignature === 4);
    expect(track.out.length).toBe(6);
    viewer.clock.advance(3_000);
    track.push(...frames.slice(8).map(copyOf));
    await settled(track, 6 + 11);
    expect(viewer.states.at(-1)).toEqual({ state: 'flowing', proof: 'verified' });
  });
});

/** What came out that is none of these. */
const foreignOf = (out: readonly EncodedFrame[], own: readonly EncodedFrame[]): number => {
  const known = new Set(own.map((frame) => toHex(bytesOf(frame))));
  return out.filter((frame) => !known.has(toHex(bytesOf(frame)))).length;
};

describe('F-25 sound on another track', () => {
  it('F-25 is what it was: nobody is heard for longer, or sooner again, by having the stream announced anew', async () => {
    const own = await ana.air('mic', sounds(5));
    const forged = bytesOf(opus(250));
    let heard = 0;
    for (let round = 0; round < 10; round++) {
      const track = viewer.receive(`ana-mic-${round}`, 'mic', 'ana');
      track.push(copyOf(own[4]));
      for (let index = 0; index < 12; index++) {
        track.push(await forge('opus', { ctr: 5 + round * 12 + index, plain: forged }));
      }
      await quiet();
      heard += foreignOf(track.out, sounds(5));
      viewer.engine.dropTrack(`ana-mic-${round}`);
    }
    expect(heard).toBeLessThanOrEqual(10);
  });
});

describe('F-25 sound of an epoch that is over', () => {
  it('F-25 nobody goes on in it beside what the speaker signs in the next one', async () => {
    const own = sounds(105);
    const track = viewer.receive('ana-mic', 'mic', 'ana');
    const before = await ana.air('mic', own.slice(0, 5));
    track.push(...before);
    await settled(track, 5);
    for (const end of [ana, viewer]) await end.join(2);
    const frames = await ana.air('mic', own.slice(5));
    const forged = bytesOf(opus(250));
    for (let batch = 0; batch < 20; batch++) {
      track.push(...frames.slice(batch * 5, batch * 5 + 5));
      for (let index = 0; index < 5; index++) {
        track.push(await forge('opus', { epoch: 1, ctr: 5 + batch * 5 + index, plain: forged }));
      }
      await quiet();
    }
    expect(foreignOf(track.out, sounds(105))).toBeLessThanOrEqual(4);
    expect(track.out.length).toBeGreaterThanOrEqual(105);
  });

  it('F-25 what its speaker sent before the next one is still heard where it comes late', async () => {
    const track = viewer.receive('ana-mic', 'mic', 'ana');
    const before = await ana.air('mic', sounds(9));
    for (const end of [ana, viewer]) await end.join(2);
    const after = await ana.air('mic', sounds(5));
    track.push(...before.slice(0, 6), ...after, ...before.slice(6));
    await settled(track, 14);
    expect(viewer.states).toEqual([{ state: 'flowing', proof: 'verified' }]);
  });
});

describe('F-26 members', () => {
  it('F-26 hear and see what is on air as they do in the room, and nothing says verified', async () => {
    const camera = ben.receive('ana-cam', 'camera', 'ana');
    const mic = ben.receive('ana-mic', 'mic', 'ana');
    camera.push(...(await ana.air('camera', pictures(3))));
    mic.push(...(await ana.air('mic', sounds(12))));
    await settled(camera, 3);
    await settled(mic, 12);
    expect(ben.states).toEqual([{ state: 'flowing' }, { state: 'flowing' }]);
    await ana.keyring.setOnAir([]);
    camera.push(...(await ana.air('camera', pictures(2))));
    await settled(camera, 5);
  });

  it('F-26 refuse what somebody with the watch link sealed under a member’s leaf, on air or not', async () => {
    const camera = ben.receive('ana-cam', 'camera', 'ana');
    const mic = ben.receive('ana-mic', 'mic', 'ana');
    camera.push(await forge('vp8'), await forge('vp8', { ctr: 501, key: await FeedKey.create() }));
    mic.push(...(await Promise.all([1, 2, 3].map((ctr) => forge('opus', { ctr })))));
    await until(() => ben.faults('ana-cam').badSignature === 1 && ben.faults('ana-mic').unsigned === 3);
    await quiet();
    expect([camera.out, mic.out]).toEqual([[], []]);
  });

  it('F-26 refuse another leaf’s frames, and everything of a roster that never came', async () => {
    const swapped = ben.receive('cleo-cam', 'camera', 'cleo');
    swapped.push(...(await ana.air('camera', pictures(1))));
    await until(() => ben.faults('cleo-cam').wrongLeaf === 1);
    const late = StageEnd.member(2, await FeedKey.create());
    await late.join(1);
    const track = late.receive('ana-cam', 'camera', 'ana');
    track.push(...(await ana.air('camera', pictures(1))));
    await until(() => late.faults('ana-cam').unsigned === 1);
    await follow(late);
    track.push(...(await ana.air('camera', pictures(1))));
    await settled(track, 1);
  });
});

describe('F-27 what was kept back', () => {
  it('F-27 a frame signed more than 10 s before the newest of its stream is refused, also on a new track', async () => {
    const old = await ana.air('camera', pictures(2));
    ana.clock.advance(10_001);
    const now = await ana.air('camera', pictures(2));
    const track = viewer.receive('ana-cam', 'camera', 'ana');
    track.push(...now.map(copyOf));
    await settled(track, 2);
    track.push(copyOf(old[0]));
    await until(() => viewer.faults('ana-cam').stale === 1);
    const again = viewer.receive('ana-cam-2', 'camera', 'ana');
    again.push(copyOf(old[1]));
    await until(() => viewer.faults('ana-cam-2').stale === 1);
    expect([track.out.length, again.out.length]).toEqual([2, 0]);
  });

  it('F-27 sound that was kept back is refused, and one stream’s times are not another’s', async () => {
    const old = await ana.air('mic', sounds(5));
    ana.clock.advance(10_001);
    const track = viewer.receive('ana-mic', 'mic', 'ana');
    const camera = viewer.receive('ana-cam', 'camera', 'ana');
    camera.push(...(await ana.air('camera', pictures(1))));
    await settled(camera, 1);
    track.push(...(await ana.air('mic', sounds(5))).map(copyOf));
    await until(() => track.out.length > 0);
    await quiet();
    const heard = track.out.length;
    track.push(copyOf(old[0]), copyOf(old[4]));
    await until(() => viewer.faults('ana-mic').stale === 2);
    expect(track.out.length).toBe(heard);
  });

  it('F-27 a frame opens once, also where its copies come at once or on another track', async () => {
    const [frame] = await ana.air('camera', pictures(1));
    const track = viewer.receive('ana-cam', 'camera', 'ana');
    track.push(copyOf(frame), copyOf(frame));
    await until(() => viewer.faults('ana-cam').replayed === 1);
    const again = viewer.receive('ana-cam-2', 'camera', 'ana');
    again.push(copyOf(frame));
    await until(() => viewer.faults('ana-cam-2').replayed === 1);
    expect([track.out.length, again.out.length]).toEqual([1, 0]);
  });
});

describe('F-28 a new epoch', () => {
  it('F-28 loses no frame and mutes nothing over epochs whose keys reach the viewer 300 ms late', async () => {
    const camera = viewer.receive('ana-cam', 'camera', 'ana');
    const mic = viewer.receive('ana-mic', 'mic', 'ana');
    for (let epoch = 2; epoch < 6; epoch++) {
      await ana.join(epoch);
      camera.push(...(await ana.air('camera', pictures(3))));
      mic.push(...(await ana.air('mic', sounds(7))));
      await quiet();
      viewer.clock.advance(300);
      await viewer.join(epoch);
    }
    await settled(camera, 12);
    await settled(mic, 28);
    const others = viewer.states.filter((state: TrackState) => state.state === 'failing');
    expect(others).toEqual([]);
  });
});
