// A worker of anybody's: turns every byte of what is sent round, and back again of what is received.
import {
  installWorkerSide,
  type KeyFrameAnswer,
  type KeyFrameWish,
} from '../../../insertable-streams-polyfill/index.ts';

/** RTCRtpScriptTransformer of the standard (WebRTC Encoded Transform, section 6). */
interface Transformer {
  readonly readable: ReadableStream<EncodedFrame>;
  readonly writable: WritableStream<EncodedFrame>;
  readonly options: { name: string; extra?: ArrayBuffer[]; keyFrames?: MessagePort };
  generateKeyFrame(): Promise<unknown>;
  sendKeyFrameRequest(): Promise<unknown>;
}
interface EncodedFrame {
  data: ArrayBuffer;
  readonly type?: 'key' | 'delta' | 'empty';
}
interface Scope extends EventTarget {
  onrtctransform?: ((event: Event) => void) | null;
  postMessage(message: unknown): void;
}

export interface BareView {
  /** Frames by the transform's name. */
  frames: Record<string, number>;
  keyFrames: Record<string, number>;
  /** Bytes that came with the options. */
  extra: number;
  /** Transforms that `onrtctransform` heard of. */
  handled: number;
  /** Whether transformers have the method at all. */
  makesKeyFrames: boolean;
}

const scope = globalThis as unknown as Scope;
const view: BareView = { frames: {}, keyFrames: {}, extra: 0, handled: 0, makesKeyFrames: false };
const transformers = new Map<string, Transformer>();

/** What packetisers read of a VP8 frame stands in its first ten bytes (RFC 6386, section 9.1). */
const CLEAR_BYTES = 10;

/** A frame that was not turned back is no picture. */
function turn(frame: EncodedFrame, clear: number): EncodedFrame {
  const bytes = new Uint8Array(frame.data);
  for (let index = clear; index < bytes.length; index += 1) bytes[index] = (bytes[index] ?? 0) ^ 0xff;
  frame.data = bytes.buffer;
  return frame;
}

installWorkerSide(scope);
scope.onrtctransform = () => (view.handled += 1);
scope.addEventListener('rtctransform', (event) => {
  const { transformer } = event as Event & { transformer: Transformer };
  const { readable, writable, options } = transformer;
  const { name, extra = [] } = options;
  transformers.set(name, transformer);
  view.makesKeyFrames = 'generateKeyFrame' in transformer;
  view.extra += extra.reduce((sum, { byteLength }) => sum + byteLength, 0);
  const turning = new TransformStream<EncodedFrame, EncodedFrame>({
    transform(frame, out) {
      view.frames[name] = (view.frames[name] ?? 0) + 1;
      if (frame.type === 'key') view.keyFrames[name] = (view.keyFrames[name] ?? 0) + 1;
      out.enqueue(turn(frame, name.endsWith('video') ? CLEAR_BYTES : 0));
    },
  });
  void readable.pipeThrough(turning).pipeTo(writable);
});

/** What the page answers: nothing where it had the encoder make one. */
function wish(port: MessagePort | undefined): Promise<string> {
  return new Promise((resolve) => {
    if (port === undefined) return resolve('no port');
    port.onmessage = ({ data }: MessageEvent<KeyFrameAnswer>) => resolve(data.error?.name ?? 'done');
    port.postMessage({ id: 1 } satisfies KeyFrameWish);
  });
}

async function ask(what: string, name: string): Promise<string> {
  const transformer = transformers.get(name);
  try {
    if (what === 'generateKeyFrame') await transformer?.generateKeyFrame();
    else if (what === 'wish') return await wish(transformer?.options.keyFrames);
    else await transformer?.sendKeyFrameRequest();
    return 'done';
  } catch (error) {
    return (error as Error).name;
  }
}

scope.addEventListener('message', (event) => {
  const { id, what, name } = (event as MessageEvent<{ id: number; what: string; name: string }>).data;
  if (what === 'look') scope.postMessage({ id, reply: view });
  else void ask(what, name).then((reply) => scope.postMessage({ id, reply }));
});
