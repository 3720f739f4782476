// Frames for the stage as they leave: which of them are signed, how they lie, and what that costs.
import { beforeEach, describe, expect, it } from 'vitest';
import { encodeBlock } from '../feed/signedBlock.ts';
import { FeedKey } from '../feed/FeedKey.ts';
import { AV1_DELTA, AV1_KEY, H264_DELTA, H264_KEY, VP9_KEY } from '../test/codecSamples.ts';
import { bytesOf, epochKeys, MEMBERS, opus, quiet, until, vp8Delta, vp8Key } from '../test/fakeFrames.ts';
import { parsed, pictures, sounds, Stage, STAGE_GROUP, StageEnd } from '../test/stage.ts';
import { concatBytes } from '../util/bytes.ts';
import type { EncodedFrame } from './encodedFrame.ts';
import { openFrame, parseSealedFrame } from './layout.ts';
import { sealOnAir } from './sealOnAir.ts';
import { SIGNED_FLAG, splitFrame } from './splitFrame.ts';

let ana: StageEnd;

beforeEach(async () => {
  ana = StageEnd.member(0, await (await Stage.create()).keyOf('ana'));
  await ana.join(1);
  await ana.keyring.setOnAir(['mic', 'camera', 'screen', 'screenAudio']);
});

describe('F-20 layout', () => {
  it('F-20 a picture on air is 71 bytes longer than in the room, its trailer says so, and its domain is the stage', async () => {
    const [signed] = await ana.air('camera', [vp8Key(1)]);
    const sealed = parsed('vp8', signed);
    expect([sealed.kid.domain, sealed.trailer, sealed.block?.count, sealed.block?.length]).toEqual([1, 0x4a, 1, 71]);
    await ana.keyring.setOnAir([]);
    const [room] = await ana.air('camera', [vp8Key(1)]);
    expect([parsed('vp8', room).kid.domain, parsed('vp8', room).trailer, parsed('vp8', room).block]).toEqual([
      0,
      10,
      null,
    ]);
    expect(bytesOf(signed).length - bytesOf(room).length).toBe(71);
  });

  it.each([
    ['opus', bytesOf(opus()), bytesOf(opus())],
    ['vp8', bytesOf(vp8Key()), bytesOf(vp8Key())],
    ['vp8', bytesOf(vp8Delta()), bytesOf(vp8Delta())],
    ['vp9', VP9_KEY, VP9_KEY],
    ['h264', H264_KEY, H264_KEY],
    ['h264', H264_DELTA, H264_DELTA],
    ['av1', AV1_KEY, AV1_KEY.subarray(2)],
    ['av1', AV1_DELTA, AV1_DELTA.subarray(2)],
  ] as const)(
    'F-20 a signed %s frame comes back with its block, also one full of zeros',
    async (codec, plain, wanted) => {
      const split = splitFrame(codec, plain.slice());
      if (typeof split === 'string') throw new Error(split);
      for (const signature of [new Uint8Array(64), crypto.getRandomValues(new Uint8Array(64))]) {
        const ticket = ana.keyring.takeTicket(codec === 'opus' ? 'mic' : 'camera');
        if (typeof ticket === 'string' || ticket.stage === null) throw new Error('no ticket of the stage');
        const key = { sign: () => Promise.resolve(signature) };
        const signer = { key, timeMs: 0, stream: 'camera' } as const;
        const whole = new Uint8Array(await sealOnAir({ ...ticket, stage: ticket.stage }, codec, split, signer, true));
        const sealed = parseSealedFrame(codec, whole);
        if (typeof sealed === 'string') throw new Error(sealed);
        expect(sealed.block).toMatchObject({ signature, timeMs: 0 });
        expect(new Uint8Array(await openFrame(sealed, ticket.keys))).toEqual(new Uint8Array(wanted));
        if (codec === 'h264') expect(startCodes(whole)).toBe(startCodes(new Uint8Array(split.clear)));
      }
    },
  );

  it('F-20 what is sealed for the room carries no block: one that is put in is malformed', async () => {
    await ana.keyring.setOnAir([]);
    const [room] = await ana.air('mic', [opus()]);
    const whole = bytesOf(room);
    const block = encodeBlock(new Uint8Array(16), 1, new Uint8Array(64));
    const signed = concatBytes(whole.subarray(0, -1), block, Uint8Array.of(SIGNED_FLAG));
    expect(parseSealedFrame('opus', signed)).toBe('malformed');
  });

  it('F-20 prints what signing costs on the wire', async () => {
    const bytes = (frames: EncodedFrame[]) => frames.reduce((sum, frame) => sum + frame.data.byteLength, 0);
    const cost = async (stream: 'screenAudio' | 'camera', frames: () => EncodedFrame[], perSecond: number) => {
      await ana.keyring.setOnAir(['screenAudio', 'camera']);
      // Past the first counters, whose headers are shorter.
      await ana.air(stream, frames());
      const onAir = bytes(await ana.air(stream, frames()));
      await ana.keyring.setOnAir([]);
      await ana.air(stream, frames());
      const inRoom = bytes(await ana.air(stream, frames()));
      return ((onAir - inRoom) / frames().length) * perSecond * 8;
    };
    const sound = await cost('screenAudio', () => sounds(50), 50);
    const picture = await cost('camera', () => pictures(30), 30);
    process.stdout.write(`F-20 signing costs ${sound} bit/s a voice, ${picture} bit/s 30 pictures a second\n`);
    expect([sound, picture]).toEqual([17_200, 17_040]);
  });
});

describe('F-22 sending', () => {
  it('F-22 only the streams that are on air are sealed for the stage, and neither counter begins anew', async () => {
    await ana.keyring.setOnAir(['mic']);
    const domains = async () => {
      const frames = [...(await ana.air('mic', [opus()])), ...(await ana.air('camera', [vp8Key()]))];
      return frames.map((frame, index) => {
        const { kid, ctr } = parsed(index === 0 ? 'opus' : 'vp8', frame);
        return `${kid.domain}/${ctr}`;
      });
    };
    expect(await domains()).toEqual(['1/0', '0/0']);
    expect(await domains()).toEqual(['1/1', '0/1']);
    await ana.keyring.setOnAir(['camera']);
    expect(await domains()).toEqual(['0/0', '1/0']);
    await ana.keyring.setOnAir(['mic']);
    expect(await domains()).toEqual(['1/2', '0/2']);
    await ana.join(2);
    expect(await domains()).toEqual(['1/0', '0/0']);
  });

  it('F-22 sound is signed at its first frame on air and of each epoch, and then at every fifth', async () => {
    const signed = (frames: EncodedFrame[]) =>
      frames.flatMap((frame) => {
        const { block, ctr } = parsed('opus', frame);
        return block === null ? [] : [[ctr, block.count]];
      });
    expect(signed(await ana.air('mic', sounds(12)))).toEqual([
      [0, 1],
      [4, 5],
      [9, 10],
    ]);
    await ana.keyring.setOnAir([]);
    await ana.air('mic', sounds(1));
    await ana.keyring.setOnAir(['mic']);
    expect(signed(await ana.air('mic', sounds(4)))).toEqual([
      [12, 10],
      [14, 10],
    ]);
    await ana.join(2);
    expect(signed(await ana.air('mic', sounds(2)))).toEqual([[0, 1]]);
  });

  it('E-158 without a feed key, or without the stage’s key, nothing leaves of what is on air, and never for the room', async () => {
    const keyless = StageEnd.member(2, null);
    await keyless.join(1);
    await keyless.keyring.setOnAir(['camera']);
    const roomOnly = StageEnd.member(2, await FeedKey.create());
    await roomOnly.keyring.addEpoch(epochKeys(1, 2, MEMBERS, STAGE_GROUP));
    roomOnly.keyring.sendFrom(STAGE_GROUP, 1);
    await roomOnly.keyring.setOnAir(['camera']);
    for (const end of [keyless, roomOnly]) {
      const track = end.send('cam', 'camera');
      track.push(vp8Key());
      await until(() => end.faults('cam').noKey === 1);
      await quiet();
      expect(track.out).toEqual([]);
    }
  });

  it('E-158 nothing is on air before it is said, and setOnAir resolves when the next frame obeys', async () => {
    const fresh = StageEnd.member(2, await FeedKey.create());
    await fresh.join(1);
    expect(parsed('opus', (await fresh.air('mic', [opus()]))[0]).kid.domain).toBe(0);
    await fresh.keyring.setOnAir(['mic']);
    expect(parsed('opus', (await fresh.air('mic', [opus()]))[0]).kid.domain).toBe(1);
  });
});

function startCodes(bytes: Uint8Array): number {
  let count = 0;
  for (let at = 0; at + 2 < bytes.length; at++) {
    if (bytes[at] === 0 && bytes[at + 1] === 0 && (bytes[at + 2] ?? 9) <= 2) count += 1;
  }
  return count;
}
