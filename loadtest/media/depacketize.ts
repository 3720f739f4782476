// Frames from packets again, as a receiver that loses none puts them together: Opus as it is, VP8 by its descriptors and markers.

/** Takes the packets of one stream in their order. */
export interface Depacketizer {
  /** @param packet RTP in the clear. Answers the frame that it completes. */
  take(packet: Buffer): Uint8Array<ArrayBuffer> | null;
  /** Frames of which something was missing. */
  readonly broken: number;
}

/** Null where the packet is not right, or holds padding alone. */
function payloadOf(packet: Buffer): { payload: Buffer; marker: boolean; number: number } | null {
  if (packet.length < 12) return null;
  const first = packet.readUInt8(0);
  let at = 12 + 4 * (first & 0x0f);
  if ((first & 0x10) !== 0) {
    if (packet.length < at + 4) return null;
    at += 4 + 4 * packet.readUInt16BE(at + 2);
  }
  const padding = (first & 0x20) === 0 ? 0 : packet.readUInt8(packet.length - 1);
  if (packet.length - padding <= at) return null;
  const payload = packet.subarray(at, packet.length - padding);
  return { payload, marker: (packet.readUInt8(1) & 0x80) !== 0, number: packet.readUInt16BE(2) };
}

export function opusDepacketizer(): Depacketizer {
  return {
    broken: 0,
    take(packet) {
      const parts = payloadOf(packet);
      return parts === null ? null : new Uint8Array(parts.payload);
    },
  };
}

/** RFC 7741 section 4.2. */
function vp8Descriptor(payload: Buffer): { bytes: number; begins: boolean } | null {
  const first = payload.readUInt8(0);
  const begins = (first & 0x10) !== 0 && (first & 0x0f) === 0;
  let bytes = 1;
  if ((first & 0x80) !== 0 && payload.length > 1) {
    const has = payload.readUInt8(bytes++);
    if ((has & 0x80) !== 0 && payload.length > bytes) bytes += (payload.readUInt8(bytes) & 0x80) === 0 ? 1 : 2;
    if ((has & 0x40) !== 0) bytes += 1;
    if ((has & 0x30) !== 0) bytes += 1;
  }
  return payload.length > bytes ? { bytes, begins } : null;
}

export class Vp8Depacketizer implements Depacketizer {
  #pieces: Buffer[] | null = null;
  #next = -1;
  broken = 0;

  take(packet: Buffer): Uint8Array<ArrayBuffer> | null {
    const parts = payloadOf(packet);
    const descriptor = parts && vp8Descriptor(parts.payload);
    if (parts === null || descriptor === null) return null;
    const { payload, marker, number } = parts;
    const follows = number === this.#next;
    this.#next = (number + 1) & 0xffff;
    if (descriptor.begins) {
      if (this.#pieces !== null) this.broken += 1;
      this.#pieces = [];
    } else if (this.#pieces !== null && !follows) {
      this.broken += 1;
      this.#pieces = null;
    }
    this.#pieces?.push(payload.subarray(descriptor.bytes));
    if (!marker || this.#pieces === null) return null;
    const frame = Buffer.concat(this.#pieces);
    this.#pieces = null;
    return new Uint8Array(frame);
  }
}
