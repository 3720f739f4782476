// The worker's half: turns the page's message into the standard's `rtctransform` event.
import {
  isTransformMessage,
  type KeyFrameAnswer,
  type KeyFrameWish,
  type TransformMessage,
} from './transformMessage.ts';

/** DedicatedWorkerGlobalScope, as far as it is used. */
export interface WorkerScope extends EventTarget {
  onrtctransform?: ((event: Event) => void) | null;
}

/** RTCRtpScriptTransformer over two transferred streams. */
class ScriptTransformer extends EventTarget {
  readonly readable: ReadableStream;
  readonly writable: WritableStream;
  readonly options: unknown;
  readonly #keyFrames: MessagePort | null;
  readonly #wishes = new Map<number, { resolve: () => void; reject: (error: DOMException) => void }>();
  #lastWish = 0;

  constructor({ readable, writable, options, keyFrames }: TransformMessage) {
    super();
    this.readable = readable;
    this.writable = writable;
    this.options = options;
    this.#keyFrames = keyFrames ?? null;
    keyFrames?.addEventListener('message', ({ data }: MessageEvent<KeyFrameAnswer>) => this.#answered(data));
    keyFrames?.start();
  }

  /** Resolves when the encoder was told; which frame it will be is not known here. */
  generateKeyFrame(rid?: string): Promise<void> {
    const port = this.#keyFrames;
    if (port === null) return refuse('only a sender makes key frames', 'InvalidStateError');
    const id = ++this.#lastWish;
    return new Promise((resolve, reject) => {
      this.#wishes.set(id, { resolve, reject });
      port.postMessage({ id, ...(rid !== undefined && { rid }) } satisfies KeyFrameWish);
    });
  }

  /** Legacy Chromium has no way to ask for one. */
  sendKeyFrameRequest(): Promise<never> {
    if (this.#keyFrames !== null) return refuse('only a receiver asks for key frames', 'InvalidStateError');
    return refuse('sendKeyFrameRequest needs RTCRtpScriptTransform', 'NotSupportedError');
  }

  #answered({ id, error }: KeyFrameAnswer): void {
    const wish = this.#wishes.get(id);
    this.#wishes.delete(id);
    if (error === undefined) wish?.resolve();
    else wish?.reject(new DOMException(error.message, error.name));
  }
}

function refuse(message: string, name: string): Promise<never> {
  return Promise.reject(new DOMException(message, name));
}

/** RTCTransformEvent, which the platform does not let scripts construct. */
class TransformEvent extends Event {
  readonly transformer: ScriptTransformer;

  constructor(transformer: ScriptTransformer) {
    super('rtctransform');
    this.transformer = transformer;
  }
}

/**
 * Dispatches `rtctransform` for each transform that the polyfilled page sets; those messages do not reach `message` listeners
 * that were added later. Harmless where the browser has the event itself. Returns the way to stop.
 */
export function installWorkerSide(scope: WorkerScope): () => void {
  const callsHandlerItself = 'onrtctransform' in scope;
  const handleMessage = (event: Event) => {
    const data: unknown = 'data' in event ? event.data : null;
    if (!isTransformMessage(data)) return;
    event.stopImmediatePropagation();
    const transform = new TransformEvent(new ScriptTransformer(data));
    scope.dispatchEvent(transform);
    if (!callsHandlerItself) scope.onrtctransform?.(transform);
  };
  scope.addEventListener('message', handleMessage);
  return () => scope.removeEventListener('message', handleMessage);
}
