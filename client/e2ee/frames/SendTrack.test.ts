import fc from 'fast-check';
import { describe, expect, it, vi } from 'vitest';
import {
  bytesOf,
  epochKeys,
  FakeEnd,
  FakeTrack,
  fakeFrame,
  GROUP,
  MEMBERS,
  opus,
  quiet,
  until,
  vp8Delta,
  vp8Key,
} from '../test/fakeFrames.ts';
import { MEMBERS_WITH_KEY_FRAMES } from './FrameKeyring.ts';
import { FRAME_BYTES_LIMIT, parseSealedFrame } from './layout.ts';

function counterOf(frame: Parameters<typeof bytesOf>[0], codec: 'opus' | 'vp8'): number {
  const sealed = parseSealedFrame(codec, bytesOf(frame));
  if (typeof sealed === 'string') throw new Error(sealed);
  return sealed.ctr;
}

describe('F-6 sending', () => {
  it('F-6 lets no frame out without a key, and says that it waits for one', async () => {
    const end = new FakeEnd(0);
    const track = end.send('cam', 'camera');
    track.push(vp8Key(), vp8Delta(), vp8Delta());
    await until(() => end.faults('cam').noKey === 3);
    await quiet();
    expect(track.out).toEqual([]);
    expect(end.states).toEqual([{ state: 'waitingForKey' }]);
  });

  it('F-6 says flowing at the first sealed frame and not again', async () => {
    const end = new FakeEnd(0);
    await end.enter(1);
    const track = end.send('cam', 'camera');
    expect(end.states).toEqual([]);
    track.push(vp8Key(), vp8Delta(), vp8Delta());
    await until(() => track.out.length === 3);
    expect(end.states).toEqual([{ state: 'flowing' }]);
    expect(end.engine.counters()).toEqual([{ trackId: 'cam', sealed: 3, opened: 0, faults: {} }]);
  });

  it('F-6 seals every frame that comes out: none of them has its plaintext in it', async () => {
    const end = new FakeEnd(0);
    await end.enter(1);
    const track = end.send('mic', 'mic');
    const plain = Array.from({ length: 40 }, (_, seed) => bytesOf(opus(seed)));
    track.push(...plain.map((bytes) => fakeFrame(bytes)));
    await until(() => track.out.length === plain.length);
    track.out.forEach((frame, index) => {
      const sealed = Buffer.from(bytesOf(frame));
      expect(sealed.length).toBeGreaterThan((plain[index] as Uint8Array).length + 16);
      expect(sealed.includes(Buffer.from((plain[index] as Uint8Array).subarray(0, 8)))).toBe(false);
    });
  });

  it('F-6 keeps the order of a stream while frames of very different sizes are sealed at once', async () => {
    const end = new FakeEnd(0);
    await end.enter(1);
    const track = end.send('cam', 'camera');
    const frames = Array.from({ length: 140 }, (_, seed) =>
      seed % 7 === 0 ? vp8Key(seed, 60_000) : vp8Delta(seed, 40),
    );
    track.push(...frames);
    await until(() => track.out.length === frames.length);
    expect(track.out.every((frame, index) => frame === frames[index])).toBe(true);
    expect(track.out.map((frame) => counterOf(frame, 'vp8'))).toEqual(frames.map((_, index) => index));
  });

  it('F-6 drops what was being sealed when sending stopped', async () => {
    const end = new FakeEnd(0);
    await end.enter(1);
    const track = end.send('cam', 'camera');
    track.push(vp8Key(0, 1_500_000));
    await until(() => counterTaken(end));
    end.keyring.stopSending();
    await until(() => end.faults('cam').noKey === 1);
    expect(track.out).toEqual([]);
  });

  it('F-6 drops frames of another codec, frames without a known clear part and frames too large', async () => {
    const end = new FakeEnd(0);
    await end.enter(1);
    const track = end.send('cam', 'camera');
    const annexB = Uint8Array.from([0, 0, 0, 1, 0x67, 0x42, 0xc0, 0x1f, 1, 2, 3, 4]);
    track.push(fakeFrame(bytesOf(vp8Key()), 'video/H264'), fakeFrame(annexB), fakeFrame(new Uint8Array(0)));
    track.push(vp8Delta(0, FRAME_BYTES_LIMIT + 1), vp8Key());
    await until(() => track.out.length === 1);
    expect(end.faults('cam')).toEqual({ wrongCodec: 2, malformed: 1, tooLarge: 1 });
  });

  it('F-6 drops a frame whose metadata cannot be read, and goes on', async () => {
    const end = new FakeEnd(0);
    await end.enter(1);
    const track = end.send('cam', 'camera');
    const broken = vp8Key();
    broken.getMetadata = () => {
      throw new Error('gone');
    };
    track.push(broken, vp8Key());
    await until(() => track.out.length === 1);
    expect(end.faults('cam')).toEqual({ malformed: 1 });
  });

  it('F-6 reads no more than 64 frames ahead of a sink that takes none', async () => {
    const end = new FakeEnd(0);
    await end.enter(1);
    const stuck = new FakeTrack(() => new Promise<void>(() => {}));
    end.send('mic', 'mic', undefined, stuck);
    for (let seed = 0; seed < 200; seed++) stuck.push(opus(seed));
    await until(() => (end.engine.counters()[0]?.sealed ?? 0) >= 64);
    await quiet();
    expect(end.engine.counters()[0]?.sealed).toBe(64);
  });
});

function counterTaken(end: FakeEnd): boolean {
  const ticket = end.keyring.takeTicket('camera');
  return typeof ticket !== 'string' && ticket.ctr > 0n;
}

describe('F-3 counters on the frame path', () => {
  it('F-3 gives concurrent frames of four streams counters that meet nowhere', async () => {
    const end = new FakeEnd(0);
    await end.enter(1);
    const streams = ['mic', 'camera', 'screen', 'screenAudio'] as const;
    const tracks = streams.map((stream) => end.send(stream, stream));
    for (let seed = 0; seed < 100; seed++) {
      tracks.forEach((track, index) => track.push(index === 1 || index === 2 ? vp8Delta(seed) : opus(seed)));
    }
    await until(() => tracks.every(({ out }) => out.length === 100));
    const headers = tracks.flatMap(({ out }, index) =>
      out.map((frame) => {
        const sealed = parseSealedFrame(index === 1 || index === 2 ? 'vp8' : 'opus', bytesOf(frame));
        return typeof sealed === 'string' ? sealed : `${sealed.kidValue}/${sealed.ctr}`;
      }),
    );
    expect(new Set(headers).size).toBe(400);
  });

  it('F-3 hands WebCrypto no nonce twice under one key, and leaves alone what it handed over', async () => {
    const given: { key: CryptoKey; iv: ArrayBuffer; aad: ArrayBuffer; was: string }[] = [];
    const textOf = (iv: ArrayBuffer, aad: ArrayBuffer) =>
      `${Buffer.from(iv).toString('hex')} ${Buffer.from(aad).toString('hex')}`;
    const encrypt = crypto.subtle.encrypt.bind(crypto.subtle);
    vi.spyOn(crypto.subtle, 'encrypt').mockImplementation((algorithm, key, data) => {
      const { iv, additionalData } = algorithm as { iv: ArrayBuffer; additionalData: ArrayBuffer };
      given.push({ key, iv, aad: additionalData, was: textOf(iv, additionalData) });
      return encrypt(algorithm, key, data);
    });
    await fc.assert(
      fc.asyncProperty(fc.array(fc.nat(3), { minLength: 1, maxLength: 120 }), async (script) => {
        given.length = 0;
        const end = new FakeEnd(0);
        const streams = ['mic', 'camera', 'screen'] as const;
        const tracks = streams.map((stream) => end.send(stream, stream));
        let [epoch, pushed] = [1, 0];
        await end.enter(epoch);
        for (const act of script) {
          const track = tracks[act];
          if (track === undefined) await end.enter(++epoch);
          else track.push(act === 0 ? opus(pushed++) : vp8Delta(pushed++));
        }
        await until(() => tracks.reduce((sum, { out }) => sum + out.length, 0) === pushed);
        const keys = [...new Set(given.map(({ key }) => key))];
        const nonces = given.map(({ key, iv }) => `${keys.indexOf(key)}/${Buffer.from(iv).toString('hex')}`);
        expect(nonces.length).toBe(pushed);
        expect(new Set(nonces).size).toBe(pushed);
        expect(given.every(({ iv, aad, was }) => textOf(iv, aad) === was)).toBe(true);
      }),
      { numRuns: 40 },
    );
    vi.restoreAllMocks();
  });

  it('F-3 goes on counting where a track is attached again in the same epoch', async () => {
    const end = new FakeEnd(0);
    await end.enter(1);
    const first = end.send('mic', 'mic');
    first.push(opus(), opus());
    await until(() => first.out.length === 2);
    end.engine.dropTrack('mic');
    const second = end.send('mic', 'mic');
    second.push(opus());
    await until(() => second.out.length === 1);
    expect(counterOf(second.out[0], 'opus')).toBe(2);
  });

  it('F-3 stops a stream whose counter is spent and says so', async () => {
    const end = new FakeEnd(0, { counterLimit: 2 });
    await end.enter(1);
    const track = end.send('mic', 'mic');
    track.push(opus(), opus());
    await until(() => track.out.length === 2);
    track.push(opus(), opus());
    await until(() => end.faults('mic').counterSpent === 2);
    expect(track.out.length).toBe(2);
    expect(end.states.at(-1)).toEqual({ state: 'failing', cause: 'counterSpent' });
    await end.enter(2);
    track.push(opus());
    await until(() => track.out.length === 3);
    expect(end.states.at(-1)).toEqual({ state: 'flowing' });
  });
});

describe('F-14 key frames', () => {
  it('F-14 has the encoder make one where sealing starts in the middle, at most once a second, until it comes', async () => {
    const end = new FakeEnd(0);
    let made = 0;
    const track = end.send('cam', 'camera', { generate: () => void made++ });
    track.push(vp8Key());
    await until(() => end.faults('cam').noKey === 1);
    await end.enter(1);
    track.push(vp8Delta(), vp8Delta());
    await until(() => track.out.length === 2);
    expect(made).toBe(1);
    end.clock.advance(1_000);
    track.push(vp8Delta());
    await until(() => track.out.length === 3);
    expect(made).toBe(2);
    track.push(vp8Key());
    end.clock.advance(5_000);
    track.push(vp8Delta());
    await until(() => track.out.length === 5);
    expect(made).toBe(2);
  });

  it('F-14 asks for none at an epoch switch that loses nothing', async () => {
    const end = new FakeEnd(0);
    let made = 0;
    await end.enter(1);
    const track = end.send('cam', 'camera', { generate: () => void made++ });
    track.push(vp8Key(), vp8Delta());
    await until(() => track.out.length === 2);
    await end.keyring.addEpoch(epochKeys(2, 0, MEMBERS));
    end.keyring.sendFrom(GROUP, 2);
    track.push(vp8Delta());
    await until(() => track.out.length === 3);
    expect(made).toBe(0);
  });

  it('F-14 has the encoder make one for whoever comes, once what it makes is sealed for them', async () => {
    const end = new FakeEnd(0);
    let made = 0;
    await end.enter(1);
    const track = end.send('cam', 'camera', { generate: () => void made++ });
    track.push(vp8Key(), vp8Delta());
    await until(() => track.out.length === 2);
    await end.keyring.addEpoch(epochKeys(2, 0, { ...MEMBERS, 9: 'newcomer' }));
    expect(made).toBe(0);
    end.keyring.sendFrom(GROUP, 2);
    expect(made).toBe(1);
    track.push(vp8Delta());
    end.clock.advance(1_000);
    track.push(vp8Delta());
    await until(() => track.out.length === 4);
    expect(made).toBe(2);
    track.push(vp8Key());
    end.clock.advance(1_000);
    track.push(vp8Delta());
    await until(() => track.out.length === 6);
    expect(made).toBe(2);
  });

  it('F-14 has none made for whoever comes into a large group, for who left, or of sound', async () => {
    const end = new FakeEnd(0);
    let made = 0;
    const many = (count: number) => Object.fromEntries(Array.from({ length: count }, (_, leaf) => [leaf, `m${leaf}`]));
    end.send('cam', 'camera', { generate: () => void made++ });
    for (const [epoch, count] of [MEMBERS_WITH_KEY_FRAMES, MEMBERS_WITH_KEY_FRAMES + 1, 3, 2].entries()) {
      await end.keyring.addEpoch(epochKeys(epoch + 1, 0, many(count)));
      end.keyring.sendFrom(GROUP, epoch + 1);
    }
    end.engine.dropTrack('cam');
    end.send('mic', 'mic', { generate: () => void made++ });
    await end.keyring.addEpoch(epochKeys(9, 0, many(5)));
    end.keyring.sendFrom(GROUP, 9);
    expect(made).toBe(0);
  });
});
