// Whether this browser can seal frames, and how a transform is bound to the e2eeWorker.
import type { SealSupport } from '#core';
import type { E2eePort, TransformOptions } from '#e2ee';

/** The standard's RTCRtpScriptTransform, or what legacy Chromium has instead (WebRTC Encoded Transform). */
export function findSealSupport(): SealSupport {
  if (typeof RTCPeerConnection === 'undefined') return 'none';
  if (typeof RTCRtpScriptTransform === 'function') return 'standard';
  return 'createEncodedStreams' in RTCRtpSender.prototype ? 'polyfill' : 'none';
}

/** Throws where nothing could be attached; then nothing may be sent or shown. */
export function attachTransform(
  support: SealSupport,
  rtp: RTCRtpSender | RTCRtpReceiver,
  port: E2eePort,
  options: TransformOptions,
): void {
  if (support === 'none') throw new Error('this browser cannot seal');
  rtp.transform = new RTCRtpScriptTransform(port as Worker, options);
}
