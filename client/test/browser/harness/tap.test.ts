// The rules by which tapped packets become frames again.
import { describe, expect, it } from 'vitest';
import { assembleVp8, parseRtp } from './tap.ts';

interface PacketOptions {
  sequence: number;
  timestamp: number;
  marker: boolean;
  payload: number[];
}

function rtp({ sequence, timestamp, marker, payload }: PacketOptions): Buffer {
  const header = Buffer.alloc(12);
  header.writeUInt8(0x80, 0);
  header.writeUInt8((marker ? 0x80 : 0) | 101, 1);
  header.writeUInt16BE(sequence, 2);
  header.writeUInt32BE(timestamp, 4);
  return Buffer.concat([header, Buffer.from(payload)]);
}

/** Extended descriptor with a 15-bit picture id, as Chromium sends it: 4 bytes. */
const start = (...bytes: number[]): number[] => [0x90, 0x80, 0x81, 0x02, ...bytes];
const middle = (...bytes: number[]): number[] => [0x80, 0x80, 0x81, 0x02, ...bytes];

const frames = (packets: PacketOptions[]): number[][] =>
  assembleVp8(packets.map((packet) => ({ atMs: 0, rtp: rtp(packet) }))).map(({ bytes }) => [...bytes]);

describe('an RTP packet', () => {
  it('loses its CSRCs, its extension and its padding', () => {
    const packet = Buffer.concat([
      Buffer.from([0xb1, 0x80 | 96, 0, 7, 0, 0, 0, 9, 0, 0, 0, 1]),
      Buffer.from([1, 1, 1, 1]),
      Buffer.from([0xbe, 0xde, 0, 1, 0x10, 0, 0, 0]),
      Buffer.from([5, 6, 7, 0, 2]),
    ]);
    const { payload, ...fields } = parseRtp(packet);
    expect([...payload]).toEqual([5, 6, 7]);
    expect(fields).toEqual({ marker: true, sequence: 7, timestamp: 9 });
  });
});

describe('VP8 packets', () => {
  it('become one frame without their descriptors', () => {
    expect(
      frames([
        { sequence: 1, timestamp: 5, marker: false, payload: start(1, 2) },
        { sequence: 2, timestamp: 5, marker: true, payload: middle(3) },
      ]),
    ).toEqual([[1, 2, 3]]);
  });

  it('become two frames where the timestamp changes', () => {
    expect(
      frames([
        { sequence: 1, timestamp: 5, marker: true, payload: start(1) },
        { sequence: 2, timestamp: 6, marker: true, payload: start(2) },
      ]),
    ).toEqual([[1], [2]]);
  });

  it('give no frame where one of its packets is missing', () => {
    expect(
      frames([
        { sequence: 1, timestamp: 5, marker: false, payload: start(1) },
        { sequence: 3, timestamp: 5, marker: true, payload: middle(3) },
        { sequence: 4, timestamp: 6, marker: true, payload: start(4) },
      ]),
    ).toEqual([[4]]);
  });

  it('give no frame where its start was missed', () => {
    expect(frames([{ sequence: 2, timestamp: 5, marker: true, payload: middle(3) }])).toEqual([]);
  });
});
