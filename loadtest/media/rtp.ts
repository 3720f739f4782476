// RTP as a sender of ours puts it on the wire: Opus with its level, VP8 in pieces, sender reports; and what RTCP asks back.

/** Below every path's limit, with room for what a transport adds. */
const MAX_PAYLOAD_BYTES = 1_150;
/** RFC 8285 one-byte header extensions begin with this profile. */
const ONE_BYTE_PROFILE = 0xbede;
export const AUDIO_LEVEL_ID = 1;
export const PAYLOAD_TYPES = { opus: 111, vp8: 96 } as const;
/** Seconds from 1900, where NTP begins, to 1970. */
const NTP_EPOCH_S = 2_208_988_800;

/** One SSRC: its packets are numbered without a hole. */
export class RtpStream {
  readonly ssrc: number;
  readonly #payloadType: number;
  #sequence = 0;
  #pictureId = 0;
  #packets = 0;
  #octets = 0;

  constructor(ssrc: number, payloadType: number) {
    this.ssrc = ssrc;
    this.#payloadType = payloadType;
  }

  /** @param levelDbov 0 is loudest, 127 is silence (RFC 6464) */
  opus(frame: Uint8Array, timestamp: number, levelDbov: number, levelId = AUDIO_LEVEL_ID): Buffer {
    const extension = Buffer.alloc(8);
    extension.writeUInt16BE(ONE_BYTE_PROFILE, 0);
    extension.writeUInt16BE(1, 2);
    extension.writeUInt8(levelId << 4, 4);
    extension.writeUInt8(0x80 | levelDbov, 5);
    return this.#packet([extension, frame], timestamp, { extended: true, marker: false });
  }

  /** RFC 7741: a descriptor with a picture id of 15 bits stands before each piece. */
  vp8(frame: Uint8Array, timestamp: number): Buffer[] {
    this.#pictureId = (this.#pictureId + 1) & 0x7fff;
    const packets: Buffer[] = [];
    for (let at = 0; at < frame.length; at += MAX_PAYLOAD_BYTES) {
      const descriptor = Buffer.alloc(4);
      descriptor.writeUInt8(0x80 | (at === 0 ? 0x10 : 0), 0);
      descriptor.writeUInt8(0x80, 1);
      descriptor.writeUInt16BE(0x8000 | this.#pictureId, 2);
      const piece = frame.subarray(at, at + MAX_PAYLOAD_BYTES);
      const marker = at + MAX_PAYLOAD_BYTES >= frame.length;
      packets.push(this.#packet([descriptor, piece], timestamp, { extended: false, marker }));
    }
    return packets;
  }

  /** RFC 3550 section 6.4.1, without reception blocks: without it the SFU switches to no other layer. */
  report(timestamp: number, nowMs: number): Buffer {
    const packet = Buffer.alloc(28);
    packet.writeUInt8(0x80, 0);
    packet.writeUInt8(200, 1);
    packet.writeUInt16BE(6, 2);
    packet.writeUInt32BE(this.ssrc, 4);
    packet.writeUInt32BE(Math.floor(nowMs / 1000) + NTP_EPOCH_S, 8);
    packet.writeUInt32BE(Math.floor(((nowMs % 1000) / 1000) * 2 ** 32), 12);
    packet.writeUInt32BE(timestamp >>> 0, 16);
    packet.writeUInt32BE(this.#packets, 20);
    packet.writeUInt32BE(this.#octets >>> 0, 24);
    return packet;
  }

  #packet(
    parts: Uint8Array[],
    timestamp: number,
    { extended, marker }: { extended: boolean; marker: boolean },
  ): Buffer {
    const header = Buffer.alloc(12);
    header.writeUInt8(0x80 | (extended ? 0x10 : 0), 0);
    header.writeUInt8((marker ? 0x80 : 0) | this.#payloadType, 1);
    header.writeUInt16BE(this.#sequence, 2);
    header.writeUInt32BE(timestamp >>> 0, 4);
    header.writeUInt32BE(this.ssrc, 8);
    this.#sequence = (this.#sequence + 1) & 0xffff;
    this.#packets += 1;
    for (const part of parts) this.#octets += part.length;
    return Buffer.concat([header, ...parts]);
  }
}

const RTCP_PAYLOAD_FEEDBACK = 206;
const PICTURE_LOSS = 1;
const FULL_INTRA = 4;

/** SSRCs of which a key frame is asked for in a compound RTCP packet (RFC 4585 section 6.3.1, RFC 5104 section 4.3.1). */
export function keyFramesAsked(packet: Buffer): number[] {
  const asked: number[] = [];
  for (let at = 0; at + 4 <= packet.length; at += (packet.readUInt16BE(at + 2) + 1) * 4) {
    if (packet.readUInt8(at + 1) !== RTCP_PAYLOAD_FEEDBACK) continue;
    const format = packet.readUInt8(at) & 0x1f;
    if (format === PICTURE_LOSS && at + 12 <= packet.length) asked.push(packet.readUInt32BE(at + 8));
    if (format === FULL_INTRA && at + 16 <= packet.length) asked.push(packet.readUInt32BE(at + 12));
  }
  return asked;
}
