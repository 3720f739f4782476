// The worker's ear for new tracks: the standard's `rtctransform` event, and the polyfill's message where only that comes.
import { STREAM_NAMES, VIDEO_CODECS, type FrameCodec, type TransformOptions } from '../messages.ts';
import type { FrameEngine, KeyFrameControl } from './FrameEngine.ts';

/** RTCRtpScriptTransformer, as far as it is used. The two methods reject where the platform cannot. */
interface Transformer {
  readonly readable: ReadableStream;
  readonly writable: WritableStream;
  readonly options: unknown;
  generateKeyFrame?(): Promise<unknown>;
  sendKeyFrameRequest?(): Promise<unknown>;
  /** In the polyfill's messages of senders. */
  readonly keyFrames?: KeyFramePort;
}

/** A wish posted here has the encoder make a key frame, where the browser can. */
interface KeyFramePort {
  postMessage(wish: { id: number }): void;
}

/** DedicatedWorkerGlobalScope, as far as it is used. */
export interface TransformScope {
  addEventListener(type: string, listener: (event: Event) => void): void;
  removeEventListener(type: string, listener: (event: Event) => void): void;
}

/** Property that marks the polyfill's messages; the island may not import it (client/insertable-streams-polyfill/README.md). */
const POLYFILL_TAG = 'insertable-streams-polyfill';

const CODECS_OF_STREAM: Readonly<Record<TransformOptions['stream'], readonly FrameCodec[]>> = {
  mic: ['opus'],
  camera: VIDEO_CODECS,
  screen: VIDEO_CODECS,
  screenAudio: ['opus'],
};

/**
 * Attaches each transform that the page makes to the engine; returns the way to stop listening. A polyfill message is taken out
 * of the worker's other `message` listeners if those were added later. Options we cannot use throw TypeError into the worker's
 * `error` event and leave the streams unread, so nothing of that track ever flows.
 */
export function listenForTransforms(scope: TransformScope, engine: FrameEngine): () => void {
  const attach = (transformer: Transformer) => {
    const { options } = transformer;
    if (!isTransformOptions(options)) throw new TypeError('a transform came with options that are not ours');
    engine.attach(transformer.readable, transformer.writable, options, keyFrameControl(transformer));
  };
  const handleTransform = (event: Event) => {
    if ('transformer' in event) attach(event.transformer as Transformer);
  };
  const handleMessage = (event: Event) => {
    const data = 'data' in event ? event.data : null;
    if (typeof data !== 'object' || data === null || !(POLYFILL_TAG in data)) return;
    event.stopImmediatePropagation();
    attach(data as unknown as Transformer);
  };
  scope.addEventListener('rtctransform', handleTransform);
  scope.addEventListener('message', handleMessage);
  return () => {
    scope.removeEventListener('rtctransform', handleTransform);
    scope.removeEventListener('message', handleMessage);
  };
}

/** A refusal means that the encoder or the track has gone, or that this platform cannot: the server is asked as well. */
function keyFrameControl(transformer: Transformer): KeyFrameControl {
  return {
    generate: () =>
      quietly(() => {
        if (transformer.generateKeyFrame !== undefined) return transformer.generateKeyFrame();
        const port = transformer.keyFrames ?? portIn(transformer.options);
        return void port?.postMessage({ id: 0 });
      }),
    request: () => quietly(() => transformer.sendKeyFrameRequest?.()),
  };
}

/** What comes of it is only ever asked for key frames. */
function portIn(options: unknown): KeyFramePort | undefined {
  return (options as { keyFrames?: KeyFramePort }).keyFrames;
}

function quietly(act: () => Promise<unknown> | undefined): void {
  Promise.resolve()
    .then(act)
    .catch(() => {});
}

/** Parsed at the door: what a transform is made with comes from the page by structured clone. */
function isTransformOptions(value: unknown): value is TransformOptions {
  if (typeof value !== 'object' || value === null) return false;
  const { side, trackId, stream, codec, peerId } = value as Record<string, unknown>;
  const isNamed = typeof trackId === 'string' && trackId !== '' && STREAM_NAMES.some((name) => name === stream);
  if (!isNamed) return false;
  const codecs: readonly unknown[] = CODECS_OF_STREAM[stream as TransformOptions['stream']];
  if (!codecs.includes(codec)) return false;
  return side === 'send' || (side === 'receive' && typeof peerId === 'string' && peerId !== '');
}
