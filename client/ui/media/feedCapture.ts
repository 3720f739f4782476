// A feed page that hands its own picture and sound on, chunk by chunk, to the program that opened it (infra/egress).
import { effect } from '@preact/signals';
import type { EndReason } from '#core';
import type { FeedModel } from '../screens/feed/FeedModel.ts';
import { ChunkQueue } from './ChunkQueue.ts';
import { Mixer } from './recording/Mixer.ts';

const FRAMES_PER_SECOND = 25;
const VIDEO_BITS_PER_SECOND = { 720: 3_000_000, 1080: 6_000_000 };
const SOUND_BITS_PER_SECOND = 96_000;
const TYPE = 'video/webm;codecs=vp8,opus';
/** More makes a live stream later by as much; less costs a message each. */
const CHUNK_MS = 250;
/** Some 20 s of 720 lines: a consumer that is further behind does not keep up, and the rest would only fill this machine. */
const FULL_BYTES = 8 * 1024 * 1024;
/** Where a page is transparent a picture is black: neither VP8 nor what comes after it knows of nothing. */
const UNDER_NOTHING = '#000';

/** What the program asks of the page: a WebM from now on, under a number; no more of it; or the rest of it, and the end. */
const ASK = 'conclave-egress';
type Asked = { take: number } | 'drop' | 'finish';

/**
 * `ready`: may be asked; `chunk`: of the WebM with that number, in base64; `leftOutMs`: so much is not in it, because it was not
 * taken in time; `end`: nothing follows; `over`: the feed is, for good; `fault`: why nothing can.
 */
type Handed =
  | { ready: true }
  | { take: number; chunk: string }
  | { leftOutMs: number }
  | { end: true }
  | { over: EndReason }
  | { fault: string };

const hand = async (what: Handed): Promise<void> => {
  const egress: unknown = Reflect.get(globalThis, 'conclaveEgress');
  if (typeof egress === 'function') await (egress as (handed: Handed) => Promise<void>)(what);
};

const toBase64 = (bytes: Uint8Array): string => {
  const parts: string[] = [];
  for (let at = 0; at < bytes.length; at += 32_768) parts.push(String.fromCharCode(...bytes.subarray(at, at + 32_768)));
  return btoa(parts.join(''));
};

/**
 * This very page as it is painted, so that what goes out cannot differ from what is shown. Chromium grants it without a question
 * only where it was started for that.
 */
const captureThisPage = async (lines: number): Promise<MediaStreamTrack> => {
  const options = {
    video: { width: (lines * 16) / 9, height: lines, frameRate: FRAMES_PER_SECOND },
    audio: false,
    preferCurrentTab: true,
    selfBrowserSurface: 'include',
  };
  const [picture] = (await navigator.mediaDevices.getDisplayMedia(options)).getVideoTracks();
  if (picture === undefined) throw new Error('no picture');
  return picture;
};

/** A page that stands still is not painted, and sound without pictures is held back: one pixel, unseen, changes all the time. */
const keepPainting = (): (() => void) => {
  const pixel = document.createElement('i');
  Object.assign(pixel.style, { position: 'fixed', right: '0', bottom: '0', width: '1px', height: '1px' });
  document.body.append(pixel);
  let beat = 0;
  const timer = setInterval(() => {
    beat += 1;
    pixel.style.background = `rgb(20 19 ${17 + (beat % 2)} / 0.02)`;
  }, 1_000 / FRAMES_PER_SECOND);
  return () => {
    clearInterval(timer);
    pixel.remove();
  };
};

/** One WebM, from its first byte on. */
class Take {
  readonly #recorder: MediaRecorder;
  readonly #queue: ChunkQueue<Blob>;
  readonly #stopped = Promise.withResolvers<void>();
  #pausedAtMs: number | null = null;

  constructor(take: number, stream: MediaStream, videoBitsPerSecond: number) {
    this.#queue = new ChunkQueue<Blob>({
      hand: async (data) => hand({ take, chunk: toBase64(new Uint8Array(await data.arrayBuffer())) }),
      fullBytes: FULL_BYTES,
      onFull: () => this.#pause(),
      onRoom: () => this.#goOn(),
      onFault: (error) => void hand({ fault: String(error) }),
    });
    this.#recorder = new MediaRecorder(stream, {
      mimeType: TYPE,
      videoBitsPerSecond,
      audioBitsPerSecond: SOUND_BITS_PER_SECOND,
    });
    this.#recorder.addEventListener('dataavailable', ({ data }) => this.#queue.push(data));
    this.#recorder.addEventListener('error', (error) => void hand({ fault: String(error) }));
    this.#recorder.addEventListener('stop', () => this.#stopped.resolve());
    this.#recorder.start(CHUNK_MS);
  }

  drop(): void {
    this.#queue.close();
    if (this.#recorder.state !== 'inactive') this.#recorder.stop();
  }

  async finish(): Promise<void> {
    this.#tellLeftOut();
    if (this.#recorder.state === 'inactive') this.#stopped.resolve();
    else this.#recorder.stop();
    await this.#stopped.promise;
    await this.#queue.settled();
  }

  /** What is left out is left out whole, picture and sound; times go on without it. */
  #pause(): void {
    if (this.#recorder.state !== 'recording') return;
    this.#recorder.pause();
    this.#pausedAtMs = performance.now();
  }

  #goOn(): void {
    if (this.#recorder.state !== 'paused') return;
    this.#recorder.resume();
    this.#tellLeftOut();
  }

  #tellLeftOut(): void {
    if (this.#pausedAtMs === null) return;
    void hand({ leftOutMs: performance.now() - this.#pausedAtMs });
    this.#pausedAtMs = null;
  }
}

/** From the first time it is asked until the last; says why where it cannot. */
export const captureFeed = async (model: FeedModel): Promise<void> => {
  const { size, ground } = model.look;
  if (ground === 'transparent') document.documentElement.style.background = UNDER_NOTHING;
  const mixer = new Mixer();
  const undo = [
    keepPainting(),
    effect(() => mixer.mix(model.ended.value === null ? model.voices.value : [])),
    effect(() => {
      if (model.ended.value !== null) void hand({ over: model.ended.value });
    }),
    () => mixer.close(),
  ];
  let stream: MediaStream | null = null;
  let take: Take | null = null;
  const begin = async (number: number): Promise<void> => {
    if (stream === null) {
      const picture = await captureThisPage(size);
      picture.addEventListener('ended', () => void hand({ fault: 'the page cannot be captured any more' }));
      await mixer.start();
      if (mixer.track === null) throw new Error('no sound');
      stream = new MediaStream([picture, mixer.track]);
    }
    take?.drop();
    take = new Take(number, stream, VIDEO_BITS_PER_SECOND[size]);
  };
  const finish = async (): Promise<void> => {
    await take?.finish();
    for (const one of undo) one();
    await hand({ end: true });
  };
  addEventListener(ASK, ({ detail }: CustomEventInit<Asked>) => {
    if (detail === undefined) return;
    if (detail === 'drop') return take?.drop();
    const done = detail === 'finish' ? finish() : begin(detail.take);
    done.catch((error: unknown) => void hand({ fault: String(error) }));
  });
  await hand({ ready: true });
};
