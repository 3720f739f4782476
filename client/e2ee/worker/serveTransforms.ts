// A whole e2eeWorker behind a port: the group's side, and an ear for the transforms that its tracks come by.
import type { E2eePort } from '../E2eeClient.ts';
import { listenForTransforms, type TransformScope } from '../frames/listenForTransforms.ts';
import { serve } from './serve.ts';

/** In a browser's worker both are its global scope; in Node a MessagePort, and any EventTarget that `rtctransform` events are sent to. */
export function serveTransforms(port: E2eePort, scope: TransformScope): { close(): void } {
  return serve(port, { listen: (engine) => listenForTransforms(scope, engine) });
}
