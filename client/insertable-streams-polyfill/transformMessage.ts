// The one message between the page's half and the worker's half; its shape is the polyfill's contract (README).

/** Marks the message; the value is the contract's version. */
export const TRANSFORM_TAG = 'insertable-streams-polyfill';
export const TRANSFORM_VERSION = 1;

export interface TransformMessage {
  readonly [TRANSFORM_TAG]: typeof TRANSFORM_VERSION;
  readonly readable: ReadableStream;
  readonly writable: WritableStream;
  readonly options: unknown;
  /** Of senders only: takes a KeyFrameWish, answers each with a KeyFrameAnswer. */
  readonly keyFrames?: MessagePort;
}

/** Asks the page for a key frame of the encoding named `rid`, or of all of them. */
export interface KeyFrameWish {
  readonly id: number;
  readonly rid?: string;
}

export interface KeyFrameAnswer {
  readonly id: number;
  /** Name and message of a DOMException. */
  readonly error?: { readonly name: string; readonly message: string };
}

export function isTransformMessage(data: unknown): data is TransformMessage {
  return (
    typeof data === 'object' && data !== null && TRANSFORM_TAG in data && data[TRANSFORM_TAG] === TRANSFORM_VERSION
  );
}
