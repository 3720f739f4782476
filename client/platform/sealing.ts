// Whether this browser can seal frames, and how a transform is bound to the e2eeWorker.
import type { SealSupport } from '#core';
import type { E2eePort, TransformOptions } from '#e2ee';
import { hasCrypto } from '../e2ee/worker/cryptoSupport.ts';
import {
  installPolyfill,
  isSender,
  needsEncodedInsertableStreams,
  openKeyFramePort,
} from '../insertable-streams-polyfill/index.ts';

/**
 * The standard's RTCRtpScriptTransform, or what legacy Chromium has instead (WebRTC Encoded Transform, section 5).
 * Installs the polyfill where it is needed; twice does no harm.
 */
function installSealing(): SealSupport {
  if (typeof RTCPeerConnection === 'undefined') return 'none';
  switch (installPolyfill()) {
    case 'native':
      return 'standard';
    case 'installed':
      return 'polyfill';
    case 'unsupported':
      return 'none';
  }
}

export interface Sealing {
  /** What the transforms allow. */
  support: SealSupport;
  /** `none` as well where an algorithm is missing. Tried once; never rejects. */
  check(): Promise<SealSupport>;
}

export function prepareSealing(): Sealing {
  const support = installSealing();
  return { support, check: createSealingCheck(support) };
}

/** Tries the algorithms that keys are made with, once: a browser can have the transforms without them. Never rejects. */
function createSealingCheck(transforms: SealSupport): () => Promise<SealSupport> {
  let checked: Promise<SealSupport> | null = null;
  const check = async (): Promise<SealSupport> => {
    // Undefined on a page that came by plain http, whatever the types say.
    const subtle = globalThis.crypto?.subtle as SubtleCrypto | undefined;
    return transforms !== 'none' && (await hasCrypto(subtle)) ? transforms : 'none';
  };
  return () => (checked ??= check());
}

/** What each RTCPeerConnection must be made with: legacy encoded streams exist only on those that were made for them. */
export function transportSettings(): Record<string, unknown> {
  return needsEncodedInsertableStreams() ? { encodedInsertableStreams: true } : {};
}

/** Throws where nothing could be attached; then nothing may be sent or shown. */
export function attachTransform(
  support: SealSupport,
  rtp: RTCRtpSender | RTCRtpReceiver,
  port: E2eePort,
  options: TransformOptions,
): void {
  if (support === 'none') throw new Error('this browser cannot seal');
  if (support === 'polyfill' || !isSender(rtp)) {
    rtp.transform = new RTCRtpScriptTransform(port as Worker, options);
    return;
  }
  // Chromium's own transformer cannot have a key frame made, its page can; the polyfill brings such a port by itself.
  const keyFrames = openKeyFramePort(rtp);
  rtp.transform = new RTCRtpScriptTransform(port as Worker, { ...options, keyFrames }, [keyFrames]);
}
