// The page's half: RTCRtpScriptTransform and the `transform` property over createEncodedStreams.
import { isSender, openKeyFramePort } from './keyFrames.ts';
import { TRANSFORM_TAG, TRANSFORM_VERSION, type TransformMessage } from './transformMessage.ts';

/** What legacy Chromium's senders and receivers have. Works once each, and only where the connection was made for it. */
interface LegacyRtp {
  createEncodedStreams(): { readable: ReadableStream; writable: WritableStream };
}

interface PostTarget {
  postMessage(message: unknown, transfer: Transferable[]): void;
}

/** `window`, as far as it is used. */
export interface PolyfillScope {
  RTCRtpSender?: { prototype: object };
  RTCRtpReceiver?: { prototype: object };
  RTCRtpScriptTransform?: unknown;
}

/** native: nothing was done. installed: the polyfill stands. unsupported: this browser has neither way. */
export type PolyfillOutcome = 'native' | 'installed' | 'unsupported';

/** The standard's constructor (WebRTC Encoded Transform, section 5), as far as a page can see it. */
class ScriptTransform {
  readonly #worker: PostTarget;
  readonly #options: unknown;
  readonly #transfer: readonly Transferable[];
  #rtp: LegacyRtp | null = null;

  /** `options` is cloned and `transfer` moved now, as the standard does; what was moved moves on when the transform is set. */
  constructor(worker: PostTarget, options?: unknown, transfer: Iterable<Transferable> = []) {
    if (typeof worker?.postMessage !== 'function') throw new TypeError('the first argument is not a Worker');
    const moved = [...transfer];
    this.#worker = worker;
    // Cloned together, so that the list still names what lies in the options.
    ({ options: this.#options, moved: this.#transfer } = structuredClone({ options, moved }, { transfer: moved }));
  }

  /** Binds `transform` to a sender or receiver. Throws where `transform` is none of ours or is bound elsewhere. */
  static bind(transform: unknown, rtp: LegacyRtp): void {
    if (typeof transform !== 'object' || transform === null || !(#worker in transform)) {
      throw new TypeError('a transform is an RTCRtpScriptTransform or null');
    }
    if (transform.#rtp !== null) throw new DOMException('this transform is in use', 'InvalidStateError');
    const { readable, writable } = rtp.createEncodedStreams();
    transform.#rtp = rtp;
    const keyFrames = isSender(rtp) ? openKeyFramePort(rtp) : undefined;
    const message: TransformMessage = {
      [TRANSFORM_TAG]: TRANSFORM_VERSION,
      readable,
      writable,
      options: transform.#options,
      ...(keyFrames && { keyFrames }),
    };
    const ours = [readable, writable, ...(keyFrames ? [keyFrames] : [])] as Transferable[];
    // Should this throw, the streams stay unread: no frame passes, which is what a failed transform must mean.
    transform.#worker.postMessage(message, [...ours, ...transform.#transfer]);
  }
}

/**
 * Whether an RTCPeerConnection must be made with `encodedInsertableStreams: true`: the browser has no RTCRtpScriptTransform of
 * its own, but createEncodedStreams. To be asked before or after installPolyfill, with the same answer.
 */
export function needsEncodedInsertableStreams(scope: PolyfillScope = globalThis): boolean {
  const native = typeof scope.RTCRtpScriptTransform === 'function' && scope.RTCRtpScriptTransform !== ScriptTransform;
  return !native && hasLegacyStreams(scope.RTCRtpSender) && hasLegacyStreams(scope.RTCRtpReceiver);
}

/** Installs RTCRtpScriptTransform where the browser has none of its own but createEncodedStreams. Twice does no harm. */
export function installPolyfill(scope: PolyfillScope = globalThis): PolyfillOutcome {
  if (scope.RTCRtpScriptTransform === ScriptTransform) return 'installed';
  if (typeof scope.RTCRtpScriptTransform === 'function') return 'native';
  if (!needsEncodedInsertableStreams(scope)) return 'unsupported';
  for (const rtp of [scope.RTCRtpSender, scope.RTCRtpReceiver]) {
    if (rtp !== undefined) defineTransform(rtp.prototype);
  }
  Object.defineProperty(ScriptTransform, 'name', { value: 'RTCRtpScriptTransform' });
  const constructor = { value: ScriptTransform, configurable: true, enumerable: false, writable: true };
  Object.defineProperty(scope, 'RTCRtpScriptTransform', constructor);
  return 'installed';
}

function hasLegacyStreams(rtp: { prototype: object } | undefined): boolean {
  return rtp !== undefined && 'createEncodedStreams' in rtp.prototype;
}

function defineTransform(prototype: object): void {
  const bound = new WeakMap<LegacyRtp, unknown>();
  Object.defineProperty(prototype, 'transform', {
    configurable: true,
    enumerable: true,
    get(this: LegacyRtp) {
      return bound.get(this) ?? null;
    },
    set(this: LegacyRtp, transform: unknown) {
      const current = bound.get(this) ?? null;
      if (transform === current) return;
      // createEncodedStreams works once: what was given to a worker cannot be taken back or given to another.
      if (current !== null) throw new DOMException('a transform cannot be replaced here', 'NotSupportedError');
      ScriptTransform.bind(transform, this);
      bound.set(this, transform);
    },
  });
}
