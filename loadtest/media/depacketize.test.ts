// What is cut into packets comes together again, and what is not whole does not.
import { describe, expect, it } from 'vitest';
import { opusDepacketizer, Vp8Depacketizer } from './depacketize.ts';
import { LAYERS, opusFrame, vp8Frame } from './frames.ts';
import { PAYLOAD_TYPES, RtpStream } from './rtp.ts';

const [low, , high] = LAYERS;
if (low === undefined || high === undefined) throw new Error('there are layers');

describe('frames and their packets', () => {
  it('gives back each picture, large or small, once its last packet came', () => {
    const stream = new RtpStream(7, PAYLOAD_TYPES.vp8);
    const depacketizer = new Vp8Depacketizer();
    for (const [layer, isKey] of [
      [high, true],
      [high, false],
      [low, false],
    ] as const) {
      const frame = vp8Frame(layer, isKey);
      expect((frame[0] ?? 0) & 1).toBe(isKey ? 0 : 1);
      const packets = stream.vp8(frame, 90_000);
      expect(packets.length).toBe(Math.ceil(frame.length / 1_150));
      expect(packets.slice(0, -1).map((packet) => depacketizer.take(packet))).toEqual(packets.slice(1).map(() => null));
      expect(depacketizer.take(packets.at(-1) ?? Buffer.alloc(0))).toEqual(frame);
    }
    expect(depacketizer.broken).toBe(0);
  });

  it('counts a picture of which a packet is missing as broken, and goes on with the next', () => {
    const stream = new RtpStream(7, PAYLOAD_TYPES.vp8);
    const depacketizer = new Vp8Depacketizer();
    const packets = stream.vp8(vp8Frame(high, true), 90_000);
    const taken = packets.filter((_, index) => index !== 1).map((packet) => depacketizer.take(packet));
    expect(taken.every((frame) => frame === null)).toBe(true);
    expect(depacketizer.broken).toBe(1);
    const next = vp8Frame(low, false);
    expect(stream.vp8(next, 93_000).map((packet) => depacketizer.take(packet))).toEqual([next]);
  });

  it('gives back the voice behind its level', () => {
    const frame = opusFrame();
    const packet = new RtpStream(7, PAYLOAD_TYPES.opus).opus(frame, 960, 25);
    expect(opusDepacketizer().take(packet)).toEqual(frame);
  });

  it('takes what is no packet for nothing', () => {
    for (const bytes of [0, 1, 11, 12, 13, 14, 15, 16]) {
      for (const fill of [0, 0x7f, 0xff]) {
        expect(new Vp8Depacketizer().take(Buffer.alloc(bytes, fill))?.length ?? 0).toBeLessThanOrEqual(bytes);
        expect(opusDepacketizer().take(Buffer.alloc(bytes, fill))?.length ?? 0).toBeLessThanOrEqual(bytes);
      }
    }
  });
});
