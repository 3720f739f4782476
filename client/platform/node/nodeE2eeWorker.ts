// An e2eeWorker in Node: all keys behind a MessagePort, in the thread of whoever starts it.
import type { Platform } from '#core';
import type { E2eePort, TransformOptions } from '#e2ee';
import { serveTransforms } from '../../e2ee/worker/serveTransforms.ts';
import type { FrameLane } from './FrameLane.ts';

export interface NodeE2eeWorker extends ReturnType<Platform['createE2eeWorker']> {
  port: E2eePort;
  /** Puts a lane's frames through the worker's frame path, as an RTCRtpScriptTransform does in a browser. */
  attach(lane: FrameLane, options: TransformOptions): void;
}

export function createNodeE2eeWorker(): NodeE2eeWorker {
  const { port1, port2 } = new MessageChannel();
  const scope = new EventTarget();
  const served = serveTransforms(port2, scope);
  return {
    port: port1,
    attach({ readable, writable }, options) {
      const transformer = { readable, writable, options: structuredClone(options) };
      scope.dispatchEvent(Object.assign(new Event('rtctransform'), { transformer }));
    },
    terminate() {
      served.close();
      port1.close();
    },
  };
}
