// The signature block: how it lies in a frame, and what exactly it signs.
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { concatBytes, toHex, utf8 } from '../util/bytes.ts';
import { FeedKey } from './FeedKey.ts';
import { LeafLog } from './LeafLog.ts';
import { blockLength, encodeBlock, isSignedBy, leafOf, MAX_COUNT, signedBody, takeBlock } from './signedBlock.ts';

const place = { groupId: new Uint8Array(16).fill(0xaa), stream: 1, epoch: 0x0102 };
const leafNumber = (index: number) => new Uint8Array(16).fill(index);
const leavesOf = (count: number) => concatBytes(...Array.from({ length: count }, (_, index) => leafNumber(index + 1)));

describe('signedBlock', () => {
  it('F-21 signs label, group, stream, epoch, first counter, time, count and leaves, in this order', () => {
    const body = signedBody(place, 9, 0x0001_8000_0000, leavesOf(2));
    expect(toHex(body)).toBe(
      toHex(utf8('cc1 feed')) +
        '00' +
        'aa'.repeat(16) +
        '01' +
        '0000000000000102' +
        '00000008' +
        '000180000000' +
        '02' +
        '01'.repeat(16) +
        '02'.repeat(16),
    );
  });

  it('F-21 a leaf is the first 16 bytes of SHA-256', async () => {
    expect(toHex(await leafOf(utf8('abc')))).toBe('ba7816bf8f01cfea414140de5dae2223');
  });

  it('F-20 a block reads back what was written, whatever stands before it', () => {
    fc.assert(
      fc.property(
        fc.integer({ min: 1, max: MAX_COUNT }),
        fc.integer({ min: 0, max: 2 ** 48 - 1 }),
        fc.uint8Array({ maxLength: 40 }),
        (count, timeMs, before) => {
          const signature = new Uint8Array(64).fill(count);
          const bytes = concatBytes(before, encodeBlock(leavesOf(count), timeMs, signature));
          expect(bytes.length).toBe(before.length + blockLength(count));
          expect(takeBlock(bytes)).toEqual({
            leaves: leavesOf(count - 1),
            count,
            timeMs,
            signature,
            length: blockLength(count),
          });
        },
      ),
    );
  });

  it('F-20 a block that is cut off, or signs none or more than ten, is none', () => {
    const block = encodeBlock(leavesOf(3), 1, new Uint8Array(64));
    expect(takeBlock(block.subarray(1))).toBeNull();
    expect(takeBlock(new Uint8Array(20))).toBeNull();
    for (const count of [0, MAX_COUNT + 1, 255]) {
      const other = concatBytes(new Uint8Array(4_096), block);
      other[other.length - 65] = count;
      expect(takeBlock(other)).toBeNull();
    }
  });

  it('F-21 counts only with every one of these as it was signed', async () => {
    const [key, other] = [await FeedKey.create(), await FeedKey.create()];
    const publicOf = ({ publicKey }: FeedKey) =>
      crypto.subtle.importKey('raw', publicKey, 'Ed25519', false, ['verify']);
    const [theirs, anothers] = await Promise.all([publicOf(key), publicOf(other)]);
    const signature = await key.sign(signedBody(place, 9, 77, leavesOf(3)));
    const block = takeBlock(encodeBlock(leavesOf(3), 77, signature))!;
    const carrier = { ctr: 9, leaf: leafNumber(3) };
    await expect(isSignedBy(theirs, place, block, carrier)).resolves.toBe(true);
    const misuses = [
      isSignedBy(anothers, place, block, carrier),
      isSignedBy(theirs, { ...place, stream: 2 }, block, carrier),
      isSignedBy(theirs, { ...place, epoch: 0x0103 }, block, carrier),
      isSignedBy(theirs, { ...place, groupId: new Uint8Array(16) }, block, carrier),
      isSignedBy(theirs, place, { ...block, timeMs: 78 }, carrier),
      isSignedBy(theirs, place, { ...block, leaves: leavesOf(1), count: 2 }, carrier),
      isSignedBy(theirs, place, block, { ...carrier, ctr: 10 }),
      isSignedBy(theirs, place, block, { ...carrier, ctr: 1 }),
      isSignedBy(theirs, place, block, { ...carrier, leaf: leafNumber(4) }),
    ];
    for (const misuse of misuses) await expect(misuse).resolves.toBe(false);
  });

  it('F-22 keeps the last ten leaves, begins anew behind a gap, and has zeros for a frame that came to nothing', async () => {
    const log = new LeafLog();
    for (let ctr = 0; ctr < 12; ctr++) log.note(ctr, Promise.resolve(leafNumber(ctr)));
    await expect(log.leaves).resolves.toEqual(
      concatBytes(...Array.from({ length: 10 }, (_, at) => leafNumber(at + 2))),
    );
    log.note(20, Promise.reject(new Error('nothing was sealed')));
    log.note(21, Promise.resolve(leafNumber(7)));
    await expect(log.leaves).resolves.toEqual(concatBytes(leafNumber(0), leafNumber(7)));
  });
});
