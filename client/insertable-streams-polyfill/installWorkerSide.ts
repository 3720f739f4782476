// The worker's half: turns the page's message into the standard's `rtctransform` event.
import { isTransformMessage, type TransformMessage } from './transformMessage.ts';

/** DedicatedWorkerGlobalScope, as far as it is used. */
export interface WorkerScope extends EventTarget {
  onrtctransform?: ((event: Event) => void) | null;
}

/** RTCRtpScriptTransformer over two transferred streams. Key frames are out of reach here: both methods reject. */
class ScriptTransformer extends EventTarget {
  readonly readable: ReadableStream;
  readonly writable: WritableStream;
  readonly options: unknown;

  constructor(message: TransformMessage) {
    super();
    this.readable = message.readable;
    this.writable = message.writable;
    this.options = message.options;
  }

  generateKeyFrame(): Promise<never> {
    return refuse('generateKeyFrame');
  }

  sendKeyFrameRequest(): Promise<never> {
    return refuse('sendKeyFrameRequest');
  }
}

function refuse(name: string): Promise<never> {
  return Promise.reject(new DOMException(`${name} needs RTCRtpScriptTransform`, 'NotSupportedError'));
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
