// How much room a value takes in a socket packet.

export interface WireSize {
  /** Rough size in bytes: characters of the JSON part plus the binary values. */
  bytes: number;
  /** Binary values, each a frame of its own on the socket. */
  binaries: number;
}

const OVERHEAD_BYTES = 4;
const NUMBER_BYTES = 8;

/**
 * Walks plain data (objects, arrays, strings, numbers, Uint8Arrays); anything else counts as a number. Without recursion:
 * what a client nests deep must not end the walk by an error of ours.
 */
export function wireSize(value: unknown): WireSize {
  const size = { bytes: 0, binaries: 0 };
  const left: unknown[] = [value];
  while (left.length > 0) addSize(left.pop(), size, left);
  return size;
}

/** Adds `value` itself; what it holds goes to `left`. */
function addSize(value: unknown, size: WireSize, left: unknown[]): void {
  size.bytes += OVERHEAD_BYTES;
  if (typeof value === 'string') {
    size.bytes += value.length;
  } else if (value instanceof Uint8Array) {
    size.bytes += value.byteLength;
    size.binaries += 1;
  } else if (Array.isArray(value)) {
    for (const element of value) left.push(element);
  } else if (typeof value === 'object' && value !== null) {
    for (const [key, field] of Object.entries(value)) {
      size.bytes += key.length;
      left.push(field);
    }
  } else {
    size.bytes += NUMBER_BYTES;
  }
}
