// Frames made once for many are what socket.io would have sent to each.
import fc from 'fast-check';
import { Encoder, PacketType } from 'socket.io-parser';
import { describe, expect, test } from 'vitest';
import type { Numbered } from '#protocol/notifications';
import * as ws from 'ws';
import { framesOf } from './sharedFrames.ts';

/** Not in its types. */
const { Sender } = ws as unknown as { Sender: { frame(bytes: Buffer, options: object): Buffer[] } };
const FRAMING = { fin: true, mask: false, readOnly: true, rsv1: false } as const;

/** By socket.io's encoder and ws's framing. */
function expected({ name, payload, sequence }: Numbered): Buffer {
  const data = [name, payload, sequence];
  const [text, ...binaries] = new Encoder().encode({ type: PacketType.EVENT, nsp: '/', data }) as [string, ...Buffer[]];
  const frame = (bytes: Buffer, opcode: number): Buffer[] => Sender.frame(bytes, { ...FRAMING, opcode });
  return Buffer.concat([...frame(Buffer.from(`4${text}`), 1), ...binaries.flatMap((one) => frame(one, 2))]);
}

const message = (bytes: Uint8Array<ArrayBuffer>, sequence: number): Numbered => ({
  name: 'mls:message',
  payload: { groupId: new Uint8Array(32).fill(7), epoch: 3, from: 'p'.repeat(16), message: bytes } as never,
  sequence,
});

describe('framesOf', () => {
  test('is byte for byte what socket.io sends, with and without binary values, at every size of a frame', () => {
    const sizes = [0, 1, 125, 126, 65_535, 65_536].map((size) => new Uint8Array(size).fill(5));
    const told = sizes.map((bytes, index) => message(bytes, index + 1));
    const plain = { name: 'audio:activeSpeaker', payload: { peerId: null }, sequence: 70_000 } as Numbered;
    const wide = { name: 'room:closed', payload: { reason: 'ü😀' } as never, sequence: 9 } as Numbered;
    for (const one of [...told, plain, wide]) expect(Buffer.concat(framesOf([one]))).toEqual(expected(one));
  });

  test('is that for whoever hears the same payload under another number or another name', () => {
    fc.assert(
      fc.property(fc.jsonValue(), fc.uint8Array(), fc.array(fc.nat(), { minLength: 2 }), (value, bytes, numbers) => {
        const payload = { value, bytes: new Uint8Array(bytes), more: [value] } as never;
        for (const sequence of numbers) {
          for (const name of ['mls:message', 'mls:queue'] as const) {
            const one = { name, payload, sequence } as Numbered;
            expect(Buffer.concat(framesOf([one]))).toEqual(expected(one));
          }
        }
      }),
    );
  });

  test('makes the frames of binary values once', () => {
    const { payload, ...rest } = message(new Uint8Array(100), 1);
    const [first, second] = [1, 2].map((sequence) => framesOf([{ ...rest, payload, sequence } as Numbered]));
    expect(first?.[1]).toBe(second?.[1]);
  });
});
