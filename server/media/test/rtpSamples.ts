// RTP parameters and packets as clients of ours send them, for tests without a browser.

const AUDIO_LEVEL = 'urn:ietf:params:rtp-hdrext:ssrc-audio-level';
const AUDIO_LEVEL_ID = 1;
/** RFC 8285 one-byte header extensions begin with this profile. */
const ONE_BYTE_PROFILE = 0xbede;

let nextSsrc = 10_000_000;
const freshSsrc = (): number => (nextSsrc += 1);

/** Opus with DTX and in-band FEC, as Chromium offers it. */
export function opusParameters(ssrc = freshSsrc()): Record<string, unknown> {
  return {
    mid: `a${ssrc}`,
    codecs: [
      {
        mimeType: 'audio/opus',
        payloadType: 111,
        clockRate: 48_000,
        channels: 2,
        parameters: { minptime: 10, useinbandfec: 1, usedtx: 1 },
        rtcpFeedback: [{ type: 'transport-cc' }, { type: 'nack' }],
      },
    ],
    headerExtensions: [{ uri: AUDIO_LEVEL, id: AUDIO_LEVEL_ID }],
    encodings: [{ ssrc, dtx: true }],
    rtcp: { cname: 'test', reducedSize: true },
  };
}

/** VP8 with as many simulcast layers, each with its RTX. */
export function vp8Parameters(layers: number): Record<string, unknown> {
  const ssrc = freshSsrc();
  const encodings = Array.from({ length: layers }, (_, index) => ({
    ssrc: freshSsrc(),
    rtx: { ssrc: freshSsrc() },
    maxBitrate: 150_000 * 4 ** index,
  }));
  return {
    mid: `v${ssrc}`,
    codecs: [
      {
        mimeType: 'video/VP8',
        payloadType: 96,
        clockRate: 90_000,
        parameters: {},
        rtcpFeedback: [
          { type: 'goog-remb' },
          { type: 'transport-cc' },
          { type: 'ccm', parameter: 'fir' },
          { type: 'nack' },
          { type: 'nack', parameter: 'pli' },
        ],
      },
      { mimeType: 'video/rtx', payloadType: 97, clockRate: 90_000, parameters: { apt: 96 } },
    ],
    headerExtensions: [{ uri: 'urn:ietf:params:rtp-hdrext:sdes:mid', id: 4 }],
    encodings,
    rtcp: { cname: 'test', reducedSize: true },
  };
}

/** One VP9 encoding with its layers inside (RFC 9628), each picture's layers leaning on each other in key frames only. */
export function vp9Parameters(scalabilityMode: string): Record<string, unknown> {
  const vp8 = vp8Parameters(1);
  const [codec, rtx] = vp8['codecs'] as object[];
  return {
    ...vp8,
    codecs: [{ ...codec, mimeType: 'video/VP9', parameters: { 'profile-id': 0 } }, rtx],
    encodings: [{ ssrc: freshSsrc(), rtx: { ssrc: freshSsrc() }, scalabilityMode }],
  };
}

/** One Opus packet (RFC 3550 section 5.1) with its audio level (RFC 6464): 0 is loudest, 127 is silence. */
export function opusPacket(ssrc: number, sequence: number, level: number, payload: Uint8Array): Buffer {
  const header = Buffer.alloc(20);
  header.writeUInt8(0x90, 0);
  header.writeUInt8(111, 1);
  header.writeUInt16BE(sequence & 0xffff, 2);
  header.writeUInt32BE((sequence * 960) >>> 0, 4);
  header.writeUInt32BE(ssrc, 8);
  header.writeUInt16BE(ONE_BYTE_PROFILE, 12);
  header.writeUInt16BE(1, 14);
  header.writeUInt8((AUDIO_LEVEL_ID << 4) | 0, 16);
  header.writeUInt8(0x80 | level, 17);
  return Buffer.concat([header, payload]);
}
