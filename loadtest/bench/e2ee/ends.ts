// The frame path with a platform's two ends around it: a track to push frames into and to take them out of.
import type { EncodedFrame } from '../../../client/e2ee/frames/encodedFrame.ts';
import { FrameEngine } from '../../../client/e2ee/frames/FrameEngine.ts';
import { FrameKeyring } from '../../../client/e2ee/frames/FrameKeyring.ts';
import type { TransformOptions } from '../../../client/e2ee/messages.ts';

export const GROUP = Uint8Array.of(1, 2, 3, 4);
const MEMBERS = new Map([
  [0, 'ana'],
  [1, 'ben'],
]);

/** Leaf 0 is ana, who seals; leaf 1 is ben, who opens. */
export interface End {
  readonly keyring: FrameKeyring;
  readonly engine: FrameEngine;
  enter(epoch: number): Promise<void>;
}

export function createEnd(leaf: 0 | 1): End {
  const nowMs = (): number => performance.now();
  const keyring = new FrameKeyring({ incarnation: 0, nowMs });
  const setTimer = (ms: number, callback: () => void): (() => void) => {
    const timer = setTimeout(callback, ms);
    return () => clearTimeout(timer);
  };
  const report = { track: () => {}, keyFrameNeeded: () => {}, keysDoubted: () => {} };
  const engine = new FrameEngine({ keyring, report, nowMs, setTimer });
  return {
    keyring,
    engine,
    async enter(epoch) {
      const baseKey = new Uint8Array(16).fill(epoch + 1);
      await keyring.addEpoch({ groupId: GROUP, epoch, baseKey, selfLeaf: leaf, memberOfLeaf: MEMBERS });
      engine.noteEpochArrived();
    },
  };
}

/** One track's streams, as a transform gets them. */
export class Lane {
  readonly readable: ReadableStream<EncodedFrame>;
  readonly writable: WritableStream<EncodedFrame>;
  onOut: (frame: EncodedFrame) => void = () => {};
  #source: ReadableStreamDefaultController<EncodedFrame> | undefined;

  constructor() {
    this.readable = new ReadableStream<EncodedFrame>({
      start: (controller) => {
        this.#source = controller;
      },
    });
    this.writable = new WritableStream<EncodedFrame>({ write: (frame) => this.onOut(frame) });
  }

  push(frame: EncodedFrame): void {
    this.#source?.enqueue(frame);
  }

  /** Sends frames through untouched: what the streams alone cost. */
  passThrough(): void {
    void this.readable.pipeTo(this.writable);
  }
}

export type Kind = 'video' | 'audio';

const SOURCES = {
  video: { stream: 'camera', codec: 'vp8' },
  audio: { stream: 'mic', codec: 'opus' },
} as const;

export function attach(end: End, side: 'send' | 'receive', kind: Kind, trackId: string = kind): Lane {
  const lane = new Lane();
  const options: TransformOptions =
    side === 'send' ? { side, trackId, ...SOURCES[kind] } : { side, trackId, peerId: 'ana', ...SOURCES[kind] };
  end.engine.attach(lane.readable, lane.writable, options);
  return lane;
}

const METADATA = { video: { mimeType: 'video/VP8' }, audio: { mimeType: 'audio/opus' } } as const;

/** A frame around `bytes`, which it takes as they are. */
export function frameOf(kind: Kind, bytes: ArrayBuffer): EncodedFrame {
  return { data: bytes, getMetadata: () => METADATA[kind] };
}

/**
 * The same bytes in a buffer that the platform made, as those of its frames are: a browser makes an object of its own for each
 * buffer of ours that WebCrypto is handed, once, and that is no part of what a frame costs. Detaches `bytes`.
 */
export function asPlatforms(bytes: ArrayBuffer): ArrayBuffer {
  return structuredClone(bytes, { transfer: [bytes] });
}

/** What an encoder could have given: VP8's first bytes are right (RFC 6386, section 9.1), the rest is filler. */
export function encoded(kind: Kind, length: number, isKeyFrame = false): EncodedFrame {
  const bytes = new Uint8Array(length).fill(0x5a);
  if (kind === 'video') bytes.set(isKeyFrame ? [0x10, 2, 0, 0x9d, 1, 0x2a, 0x80, 2, 0xe0, 1] : [0x31]);
  return frameOf(kind, asPlatforms(bytes.buffer));
}
