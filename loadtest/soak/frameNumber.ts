// The frames of a soak: as large as a voice's, with their own number inside, so that whoever opens one can say which.

/** As 20 ms of Opus at 48 kbit/s. */
const FRAME_BYTES = 120;

export function numberedFrame(number: number): ArrayBuffer {
  const bytes = new Uint8Array(FRAME_BYTES).fill(0x5a);
  new DataView(bytes.buffer).setUint32(0, number);
  return bytes.buffer;
}

/** Undefined where it is none of ours, which would be a frame that was opened wrongly. */
export function numberOf(frame: ArrayBuffer): number | undefined {
  const bytes = new Uint8Array(frame);
  const isOurs = bytes.length === FRAME_BYTES && bytes.subarray(4).every((byte) => byte === 0x5a);
  return isOurs ? new DataView(frame).getUint32(0) : undefined;
}
