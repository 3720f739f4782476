// The polyfill's door: the page's half, the worker's half, and the question to ask before a connection is made.
export {
  installPolyfill,
  needsEncodedInsertableStreams,
  type PolyfillOutcome,
  type PolyfillScope,
} from './installPolyfill.ts';
export { installWorkerSide, type WorkerScope } from './installWorkerSide.ts';
export {
  isTransformMessage,
  TRANSFORM_TAG,
  type KeyFrameAnswer,
  type KeyFrameWish,
  type TransformMessage,
} from './transformMessage.ts';
