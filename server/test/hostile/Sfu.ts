// The way of sealed frames from device to device, played by the test: an SFU that forwards, and does all else it is told to.
import type { TransformOptions } from '#e2ee';
import type { EncodedFrame } from '../../../client/e2ee/frames/encodedFrame.ts';
import { bytesOf, copyOf, FakeTrack } from '../../../client/e2ee/test/fakeFrames.ts';

type Stream = TransformOptions['stream'];

/** Both ends of one transform: the codec's and the network's. */
interface Attached {
  owner: () => string;
  options: TransformOptions;
  track: FakeTrack;
}

/** One sealed frame on its way to one receiver. */
export interface Passing {
  from: string;
  stream: Stream;
  to: string;
  frame: EncodedFrame;
}

export class Sfu {
  readonly #attached: Attached[] = [];
  /** Whose Producer is behind a Consumer, as the real server knows it; what receivers are told may be a lie. */
  readonly #sources: (consumerId: string) => { from: string; stream: Stream } | undefined;
  /** Every frame that left a device, as the server sees it. */
  readonly left: { from: string; stream: Stream; bytes: Uint8Array }[] = [];
  /** What a receiver is given in place of a frame. */
  carry: (passing: Passing) => readonly EncodedFrame[] = ({ frame }) => [frame];

  constructor(sources: (consumerId: string) => { from: string; stream: Stream } | undefined) {
    this.#sources = sources;
  }

  /** The streams of a new transform. `owner` tells whose it is at the time of asking. */
  open(owner: () => string, options: TransformOptions): FakeTrack {
    const track: FakeTrack = new FakeTrack(() => {
      if (options.side === 'send') this.#take(owner(), options.stream, track.out.at(-1));
    });
    this.#attached.push({ owner, options, track });
    return track;
  }

  /** What a device's encoder makes. */
  encode(from: string, stream: Stream, ...frames: EncodedFrame[]): void {
    this.#end(from, ({ side, stream: of }) => side === 'send' && of === stream).push(...frames);
  }

  /** What a device's decoder was given of one stream, oldest first. */
  decoded(at: string, of: string, stream: Stream): Uint8Array[] {
    return this.#ends(at, (options) => isFrom(options, of, stream)).flatMap(({ out }) => out.map(bytesOf));
  }

  /** Puts frames on the way to the Consumer that a device takes for `of`'s. */
  inject(to: string, of: string, stream: Stream, ...frames: EncodedFrame[]): void {
    this.#end(to, (options) => isFrom(options, of, stream)).push(...frames);
  }

  /** The id under which a device counts what became of those frames; undefined while it receives none. */
  trackId(at: string, of: string, stream: Stream): string | undefined {
    const isIt = ({ owner, options, track }: Attached) =>
      owner() === at && isFrom(options, of, stream) && !track.cancelled;
    return this.#attached.findLast(isIt)?.options.trackId;
  }

  #take(from: string, stream: Stream, frame: EncodedFrame | undefined): void {
    if (frame === undefined) return;
    this.left.push({ from, stream, bytes: bytesOf(frame) });
    for (const { owner, options, track } of this.#attached) {
      const source = options.side === 'receive' ? this.#sources(options.trackId) : undefined;
      if (source?.from !== from || source.stream !== stream || track.cancelled) continue;
      const copies = this.carry({ from, stream, to: owner(), frame: copyOf(frame) });
      track.push(...copies.map(copyOf));
    }
  }

  #ends(owner: string, isIt: (options: TransformOptions) => boolean): FakeTrack[] {
    return this.#attached.filter((one) => one.owner() === owner && isIt(one.options)).map(({ track }) => track);
  }

  #end(owner: string, isIt: (options: TransformOptions) => boolean): FakeTrack {
    const track = this.#ends(owner, isIt).findLast(({ cancelled }) => !cancelled);
    if (track === undefined) throw new Error('no such transform');
    return track;
  }
}

function isFrom(options: TransformOptions, of: string, stream: Stream): boolean {
  return options.side === 'receive' && options.peerId === of && options.stream === stream;
}
