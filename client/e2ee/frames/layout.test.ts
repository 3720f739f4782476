import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { bytesOf, opus, vp8Delta, vp8Key } from '../test/fakeFrames.ts';
import { frameNonce } from '../sframe/cipher.ts';
import { encodeHeader } from '../sframe/header.ts';
import { deriveKeys, importBaseKey } from '../sframe/keys.ts';
import { SUITE_4 } from '../sframe/suites.ts';
import { AV1_DELTA, AV1_KEY, H264_DELTA, H264_KEY, VP9_KEY } from '../test/codecSamples.ts';
import type { FrameCodec } from '../messages.ts';
import { concatBytes, toHex } from '../util/bytes.ts';
import { FRAME_BYTES_LIMIT, openFrame, parseSealedFrame, sealFrame } from './layout.ts';
import { splitFrame } from './splitFrame.ts';

const KID = 0x10042n;
const CODECS = ['opus', 'vp8', 'vp9', 'h264', 'av1'] as const;

async function ticket(ctr = 7n) {
  return { kid: KID, ctr, keys: await deriveKeys(await importBaseKey(new Uint8Array(16)), KID, SUITE_4) };
}

async function sealed(codec: FrameCodec, plain: Uint8Array<ArrayBuffer>, ctr = 7n): Promise<Uint8Array<ArrayBuffer>> {
  const split = splitFrame(codec, plain);
  if (typeof split === 'string') throw new Error(split);
  return new Uint8Array(await sealFrame(await ticket(ctr), codec, split));
}

function clearBytes(codec: FrameCodec, data: Uint8Array<ArrayBuffer>): number | string {
  const split = splitFrame(codec, data);
  return typeof split === 'string' ? split : split.clear.length;
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
      const whole = await sealed(codec, plain);
      const header = encodeHeader(KID, 7n);
      expect(whole.length).toBe(plain.length + header.length + 16 + 1);
      expect(whole.subarray(0, prefix)).toEqual(plain.subarray(0, prefix));
      expect(whole.subarray(prefix, prefix + header.length)).toEqual(header);
      expect(whole.at(-1)).toBe(prefix);
      const parsed = parseSealedFrame(codec, whole);
      if (typeof parsed === 'string') throw new Error(parsed);
      expect(new Uint8Array(await openFrame(parsed, (await ticket()).keys))).toEqual(plain);
    },
  );

  it('F-4 seals for the room as it did before there was a stage, byte for byte', async () => {
    const samples = [
      ['opus', bytesOf(opus())],
      ['vp8', bytesOf(vp8Key())],
      ['vp8', bytesOf(vp8Delta())],
      ['vp9', VP9_KEY],
      ['h264', H264_KEY],
      ['h264', H264_DELTA],
      ['av1', AV1_KEY],
      ['av1', AV1_DELTA],
    ] as const;
    const frames: Uint8Array[] = [];
    for (const [codec, plain] of samples) frames.push(await sealed(codec, plain.slice()));
    const digest = await crypto.subtle.digest('SHA-256', concatBytes(...frames));
    expect(toHex(new Uint8Array(digest))).toBe('b660491ffbf3d9e25f28cd0df77a38147b1452fbe1d72a07449b5641f5a3fb44');
  });

  it('F-4 authenticates header, clear prefix and prefix length, in this order', async () => {
    const { keys } = await ticket();
    const plain = bytesOf(vp8Key());
    const whole = await sealed('vp8', plain);
    const header = encodeHeader(KID, 7n);
    const additionalData = Uint8Array.from([...header, ...plain.subarray(0, 10), 10]);
    const algorithm = { name: 'AES-GCM', iv: frameNonce(keys.salt, 7n), additionalData };
    const ciphertext = whole.subarray(10 + header.length, -1);
    const opened = await crypto.subtle.decrypt(algorithm, keys.key, ciphertext);
    expect(new Uint8Array(opened)).toEqual(plain.subarray(10));
  });

  it('F-4 adds 22 bytes once the counter passed 7, and shows nothing of what is sealed', async () => {
    const plain = new Uint8Array(64).fill(0xab);
    const whole = await sealed('opus', plain, 200n);
    expect(whole.length - plain.length).toBe(22);
    expect(Buffer.from(whole).includes(Buffer.from([0xab, 0xab, 0xab]))).toBe(false);
  });

  it.each([
    ['vp8', bytesOf(vp8Key(3, 40))],
    ['vp9', VP9_KEY.subarray(0, 60)],
    ['h264', H264_DELTA.subarray(0, 60)],
  ] as const)('F-4 authenticates every byte: a %s frame with any one bit turned is refused', async (codec, plain) => {
    const { keys } = await ticket();
    const whole = await sealed(codec, plain.slice());
    const opened: number[] = [];
    for (let bit = 0; bit < whole.length * 8; bit++) {
      const touched = new Uint8Array(whole);
      touched[bit >> 3] = (touched[bit >> 3] as number) ^ (1 << (bit & 7));
      const parsed = parseSealedFrame(codec, touched);
      if (typeof parsed === 'string') continue;
      await openFrame(parsed, keys).then(
        () => opened.push(bit),
        () => {},
      );
    }
    expect(opened).toEqual([]);
  });

  it.each([
    ['vp9', VP9_KEY, VP9_KEY],
    ['h264', H264_KEY, H264_KEY],
    ['h264', H264_DELTA, H264_DELTA],
    // Without their temporal delimiters, which do not cross RTP.
    ['av1', AV1_KEY, AV1_KEY.subarray(2)],
    ['av1', AV1_DELTA, AV1_DELTA.subarray(2)],
  ] as const)('F-4 gives a %s frame back as its decoder wants it', async (codec, plain, wanted) => {
    const { keys } = await ticket();
    const parsed = parseSealedFrame(codec, await sealed(codec, plain));
    if (typeof parsed === 'string') throw new Error(parsed);
    expect(new Uint8Array(await openFrame(parsed, keys))).toEqual(new Uint8Array(wanted));
  });
});

describe('F-4 large frames', () => {
  const filled = (head: ArrayLike<number>) => {
    const frame = new Uint8Array(100_000).map((_, index) => (index * 31) & 0xff);
    frame.set(head);
    return frame;
  };

  it.each([
    ['opus', filled([])],
    ['vp8', filled(bytesOf(vp8Key()))],
    ['vp9', filled([])],
    ['h264', filled([0, 0, 0, 1, 0x41, 0xe0])],
    ['av1', filled([0x32, 0x9c, 0x8d, 0x06])],
  ] as const)(
    'F-4 gives a %s frame of 100 kB back, and leaves the buffers it was given as they were',
    async (codec, plain) => {
      const before = plain.slice();
      const whole = await sealed(codec, plain);
      const received = whole.slice();
      const parsed = parseSealedFrame(codec, received);
      if (typeof parsed === 'string') throw new Error(parsed);
      expect(Buffer.from(await openFrame(parsed, (await ticket()).keys)).equals(before)).toBe(true);
      expect(Buffer.from(plain).equals(before)).toBe(true);
      expect(Buffer.from(received).equals(whole)).toBe(true);
    },
  );
});

describe('F-5 clear bytes', () => {
  it('F-5 leaves 10 bytes of a VP8 key frame, 1 of a delta frame and none of Opus and VP9', () => {
    expect(clearBytes('vp8', bytesOf(vp8Key()))).toBe(10);
    expect(clearBytes('vp8', bytesOf(vp8Delta()))).toBe(1);
    expect(clearBytes('opus', bytesOf(opus()))).toBe(0);
    expect(clearBytes('vp9', VP9_KEY)).toBe(0);
  });

  it('F-5 refuses a frame that calls itself VP8 but has no start code, and one that is cut off', () => {
    const annexB = Uint8Array.from([0, 0, 0, 1, 0x67, 0x42, 0xc0, 0x1f, 1, 2, 3, 4]);
    expect(clearBytes('vp8', annexB)).toBe('wrongCodec');
    expect(clearBytes('vp8', new Uint8Array(0))).toBe('malformed');
    expect(clearBytes('vp8', Uint8Array.from([0x10, 2, 0, 0x9d, 1, 0x2a]))).toBe('malformed');
  });

  it('F-5 refuses a codec it does not know', () => {
    expect(clearBytes('h265' as FrameCodec, bytesOf(vp8Delta()))).toBe('wrongCodec');
  });
});

describe('F-7 taking a received frame apart', () => {
  it('F-7 refuses a prefix length other than the one the frame has by its own first bytes', async () => {
    const whole = await sealed('vp8', bytesOf(vp8Delta()));
    for (const length of [0, 2, 10, 255]) {
      const touched = new Uint8Array(whole);
      touched[touched.length - 1] = length;
      expect(parseSealedFrame('vp8', touched)).toBe('malformed');
    }
  });

  it('F-7 refuses frames that are too short, too large, of a KID over 24 bits or a counter over 32', () => {
    expect(parseSealedFrame('opus', new Uint8Array(0))).toBe('malformed');
    expect(parseSealedFrame('opus', new Uint8Array(17))).toBe('malformed');
    expect(parseSealedFrame('opus', new Uint8Array(FRAME_BYTES_LIMIT + 2000))).toBe('tooLarge');
    expect(parseSealedFrame('opus', withHeader(encodeHeader(1n << 24n, 0n)))).toBe('malformed');
    expect(parseSealedFrame('opus', withHeader(encodeHeader(1n, 1n << 32n)))).toBe('malformed');
    expect(parseSealedFrame('opus', withHeader(encodeHeader(1n, (1n << 32n) - 1n)))).toMatchObject({ kidValue: 1 });
  });

  it('F-7 never throws, whatever bytes come', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 64 }), fc.constantFrom(...CODECS), (bytes, codec) => {
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
