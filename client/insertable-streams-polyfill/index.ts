// The polyfill's door: the page's half, the worker's half, the question to ask before a connection is made, and key frames on demand.
export {
  installPolyfill,
  needsEncodedInsertableStreams,
  type PolyfillOutcome,
  type PolyfillScope,
} from './installPolyfill.ts';
export { isSender, openKeyFramePort } from './keyFrames.ts';
export { installWorkerSide, type WorkerScope } from './installWorkerSide.ts';
export {
  isTransformMessage,
  TRANSFORM_TAG,
  type KeyFrameAnswer,
  type KeyFrameWish,
  type TransformMessage,
} from './transformMessage.ts';
