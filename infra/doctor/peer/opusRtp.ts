// A voice in RTP as far as the doctor needs one: Opus with its level and the number that bandwidth estimation goes by, and what comes back.

/** RFC 8285 one-byte header extensions begin with this profile. */
const ONE_BYTE_PROFILE = 0xbede;
const RTCP_TRANSPORT_FEEDBACK = 205;
const TRANSPORT_CC = 15;

export interface VoiceIds {
  ssrc: number;
  payloadType: number;
  /** Ids of the header extensions; `transportCc` absent: nobody numbers its packets for the estimator. */
  level: number;
  transportCc: number | undefined;
}

/** One SSRC: its packets are numbered without a hole. */
export class Voice {
  readonly #ids: VoiceIds;
  #sequence = 0;

  constructor(ids: VoiceIds) {
    this.#ids = ids;
  }

  /** @param levelDbov 0 is loudest, 127 is silence (RFC 6464) */
  packet(frame: Uint8Array, timestamp: number, levelDbov: number): Buffer {
    const { ssrc, payloadType, level, transportCc } = this.#ids;
    const extension = Buffer.alloc(12);
    extension.writeUInt16BE(ONE_BYTE_PROFILE, 0);
    extension.writeUInt16BE(2, 2);
    extension.writeUInt8(level << 4, 4);
    extension.writeUInt8(0x80 | levelDbov, 5);
    if (transportCc !== undefined) {
      extension.writeUInt8((transportCc << 4) | 1, 6);
      extension.writeUInt16BE(this.#sequence, 7);
    }
    const header = Buffer.alloc(12);
    header.writeUInt8(0x90, 0);
    header.writeUInt8(payloadType, 1);
    header.writeUInt16BE(this.#sequence, 2);
    header.writeUInt32BE(timestamp >>> 0, 4);
    header.writeUInt32BE(ssrc, 8);
    this.#sequence = (this.#sequence + 1) & 0xffff;
    return Buffer.concat([header, extension, frame]);
  }
}

/** RFC 5761: RTCP's packet types stand where RTP has its marker and payload type. */
export const isRtcp = (packet: Buffer): boolean =>
  packet.length > 1 && (packet[1] ?? 0) >= 192 && (packet[1] ?? 0) <= 223;

/** The frame behind header and extensions (RFC 3550 section 5.1); null for padding alone and for what is no RTP. */
export function frameIn(packet: Buffer): Uint8Array<ArrayBuffer> | null {
  if (packet.length < 12 || isRtcp(packet)) return null;
  const first = packet.readUInt8(0);
  let at = 12 + 4 * (first & 0x0f);
  if ((first & 0x10) !== 0) {
    if (packet.length < at + 4) return null;
    at += 4 + 4 * packet.readUInt16BE(at + 2);
  }
  const padding = (first & 0x20) === 0 ? 0 : packet.readUInt8(packet.length - 1);
  return packet.length - padding > at ? new Uint8Array(packet.subarray(at, packet.length - padding)) : null;
}

/** Whether a compound RTCP packet tells when which packet came (draft-holmer-rmcat-transport-wide-cc-extensions-01, section 3.1). */
export function hasTransportFeedback(packet: Buffer): boolean {
  for (let at = 0; at + 4 <= packet.length; at += (packet.readUInt16BE(at + 2) + 1) * 4) {
    const isFeedback = packet.readUInt8(at + 1) === RTCP_TRANSPORT_FEEDBACK;
    if (isFeedback && (packet.readUInt8(at) & 0x1f) === TRANSPORT_CC) return true;
  }
  return false;
}
