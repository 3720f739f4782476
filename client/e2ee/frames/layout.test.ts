import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { bytesOf, opus, vp8Delta, vp8Key } from '../test/fakeFrames.ts';
import { frameNonce } from '../sframe/cipher.ts';
import { encodeHeader } from '../sframe/header.ts';
import { deriveKeys, importBaseKey } from '../sframe/keys.ts';
import { SUITE_4 } from '../sframe/suites.ts';
import type { FrameCodec } from '../messages.ts';
import { clearPrefixLength, FRAME_BYTES_LIMIT, openFrame, parseSealedFrame, sealFrame } from './layout.ts';

const KID = 0x10042n;

async function ticket(ctr = 7n) {
  return { kid: KID, ctr, keys: await deriveKeys(await importBaseKey(new Uint8Array(16)), KID, SUITE_4) };
}

describe('F-4 layout', () => {
  it.each([
    ['vp8', vp8Key(), 10],
    ['vp8', vp8Delta(), 1],
    ['opus', opus(), 0],
  ] as const)(
    'F-4 puts prefix, header, ciphertext, tag and prefix length of a %s frame in this order',
    async (codec, frame, prefix) => {
      const plain = bytesOf(frame);
      const sealed = new Uint8Array(await sealFrame(await ticket(), plain, prefix));
      const header = encodeHeader(KID, 7n);
      expect(sealed.length).toBe(plain.length + header.length + 16 + 1);
      expect(sealed.subarray(0, prefix)).toEqual(plain.subarray(0, prefix));
      expect(sealed.subarray(prefix, prefix + header.length)).toEqual(header);
      expect(sealed.at(-1)).toBe(prefix);
      const parsed = parseSealedFrame(codec, sealed);
      if (typeof parsed === 'string') throw new Error(parsed);
      expect(new Uint8Array(await openFrame(parsed, (await ticket()).keys))).toEqual(plain);
    },
  );

  it('F-4 authenticates header, clear prefix and prefix length, in this order', async () => {
    const sealing = await ticket();
    const plain = bytesOf(vp8Key());
    const sealed = new Uint8Array(await sealFrame(sealing, plain, 10));
    const header = encodeHeader(KID, 7n);
    const additionalData = Uint8Array.from([...header, ...plain.subarray(0, 10), 10]);
    const algorithm = { name: 'AES-GCM', iv: frameNonce(sealing.keys.salt, 7n), additionalData };
    const ciphertext = sealed.subarray(10 + header.length, -1);
    const opened = await crypto.subtle.decrypt(algorithm, sealing.keys.key, ciphertext);
    expect(new Uint8Array(opened)).toEqual(plain.subarray(10));
  });

  it('F-4 adds 22 bytes once the counter passed 7, and shows nothing of what is sealed', async () => {
    const plain = new Uint8Array(64).fill(0xab);
    const sealed = new Uint8Array(await sealFrame(await ticket(200n), plain, 0));
    expect(sealed.length - plain.length).toBe(22);
    expect(Buffer.from(sealed).includes(Buffer.from([0xab, 0xab, 0xab]))).toBe(false);
  });

  it('F-4 authenticates every byte: a frame with any one bit turned is refused', async () => {
    const { keys } = await ticket();
    const sealed = new Uint8Array(await sealFrame(await ticket(), bytesOf(vp8Key(3, 40)), 10));
    const opened: number[] = [];
    for (let bit = 0; bit < sealed.length * 8; bit++) {
      const touched = new Uint8Array(sealed);
      touched[bit >> 3] = (touched[bit >> 3] as number) ^ (1 << (bit & 7));
      const parsed = parseSealedFrame('vp8', touched);
      if (typeof parsed === 'string') continue;
      await openFrame(parsed, keys).then(
        () => opened.push(bit),
        () => {},
      );
    }
    expect(opened).toEqual([]);
  });
});

describe('F-5 clear bytes', () => {
  it('F-5 leaves 10 bytes of a VP8 key frame, 1 of a delta frame and none of Opus', () => {
    expect(clearPrefixLength('vp8', bytesOf(vp8Key()))).toBe(10);
    expect(clearPrefixLength('vp8', bytesOf(vp8Delta()))).toBe(1);
    expect(clearPrefixLength('opus', bytesOf(opus()))).toBe(0);
  });

  it('F-5 refuses a frame that calls itself VP8 but has no start code, and one that is cut off', () => {
    const annexB = Uint8Array.from([0, 0, 0, 1, 0x67, 0x42, 0xc0, 0x1f, 1, 2, 3, 4]);
    expect(clearPrefixLength('vp8', annexB)).toBe('wrongCodec');
    expect(clearPrefixLength('vp8', new Uint8Array(0))).toBe('malformed');
    expect(clearPrefixLength('vp8', Uint8Array.from([0x10, 2, 0, 0x9d, 1, 0x2a]))).toBe('malformed');
  });

  it('F-5 refuses a codec it does not know', () => {
    expect(clearPrefixLength('h264' as FrameCodec, bytesOf(vp8Delta()))).toBe('wrongCodec');
  });
});

describe('F-7 taking a received frame apart', () => {
  it('F-7 refuses a prefix length other than the one the frame has by its own first bytes', async () => {
    const sealed = new Uint8Array(await sealFrame(await ticket(), bytesOf(vp8Delta()), 1));
    for (const length of [0, 2, 10, 255]) {
      const touched = new Uint8Array(sealed);
      touched[touched.length - 1] = length;
      expect(parseSealedFrame('vp8', touched)).toBe('malformed');
    }
  });

  it('F-7 refuses frames that are too short, too large, of a KID over 24 bits or a counter over 32', () => {
    expect(parseSealedFrame('opus', new Uint8Array(0))).toBe('malformed');
    expect(parseSealedFrame('opus', new Uint8Array(17))).toBe('malformed');
    expect(parseSealedFrame('opus', new Uint8Array(FRAME_BYTES_LIMIT + 26))).toBe('tooLarge');
    expect(parseSealedFrame('opus', withHeader(encodeHeader(1n << 24n, 0n)))).toBe('malformed');
    expect(parseSealedFrame('opus', withHeader(encodeHeader(1n, 1n << 32n)))).toBe('malformed');
    expect(parseSealedFrame('opus', withHeader(encodeHeader(1n, (1n << 32n) - 1n)))).toMatchObject({ kidValue: 1 });
  });

  it('F-7 never throws, whatever bytes come', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 64 }), fc.constantFrom('opus', 'vp8'), (bytes, codec) => {
        const parsed = parseSealedFrame(codec, new Uint8Array(bytes));
        expect(['string', 'object']).toContain(typeof parsed);
      }),
    );
  });
});

function withHeader(header: Uint8Array): Uint8Array<ArrayBuffer> {
  const frame = new Uint8Array(header.length + 16 + 1);
  frame.set(header);
  return frame;
}
