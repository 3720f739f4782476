// Reads what the tap in the server wrote, and puts RTP packets back together into the frames they carried.
import { readFileSync } from 'node:fs';

export type TapLine =
  | { type: 'ready' }
  | { type: 'error'; message: string }
  | { type: 'producer'; producerId: string; kind: 'audio' | 'video'; appData: Record<string, unknown> }
  | { type: 'rtp'; producerId: string; kind: 'audio' | 'video'; atMs: number; rtp: string };

export interface TappedFrame {
  producerId: string;
  kind: 'audio' | 'video';
  /** When its last packet passed the Router; ms since 1970. */
  atMs: number;
  bytes: Uint8Array;
}

interface Packet {
  marker: boolean;
  sequence: number;
  timestamp: number;
  payload: Buffer;
}

/** RFC 3550 5.1: fixed header, CSRCs, extension, padding. */
export function parseRtp(packet: Buffer): Packet {
  const first = packet.readUInt8(0);
  let start = 12 + (first & 0x0f) * 4;
  if (first & 0x10) start += 4 + packet.readUInt16BE(start + 2) * 4;
  const end = first & 0x20 ? packet.length - packet.readUInt8(packet.length - 1) : packet.length;
  return {
    marker: (packet.readUInt8(1) & 0x80) !== 0,
    sequence: packet.readUInt16BE(2),
    timestamp: packet.readUInt32BE(4),
    payload: packet.subarray(start, Math.max(start, end)),
  };
}

/** Length of a VP8 payload descriptor, RFC 7741 4.2. */
function vp8DescriptorLength(payload: Buffer): number {
  const first = payload.readUInt8(0);
  if (!(first & 0x80)) return 1;
  const flags = payload.readUInt8(1);
  let at = 2;
  if (flags & 0x80) at += payload.readUInt8(at) & 0x80 ? 2 : 1;
  if (flags & 0x40) at += 1;
  if (flags & 0x30) at += 1;
  return at;
}

/** Whether a payload begins a frame: S bit set and partition index 0. */
const startsFrame = (payload: Buffer): boolean => (payload.readUInt8(0) & 0x1f) === 0x10;

/** Puts VP8 packets of one stream, in order of arrival, back together; frames with a gap are left out. */
export function assembleVp8(packets: readonly { atMs: number; rtp: Buffer }[]): { atMs: number; bytes: Uint8Array }[] {
  const frames: { atMs: number; bytes: Uint8Array }[] = [];
  let parts: Buffer[] = [];
  let last: Packet | undefined;
  for (const { atMs, rtp } of packets) {
    const packet = parseRtp(rtp);
    if (packet.payload.length < 2) continue;
    const follows = last?.timestamp === packet.timestamp && ((last.sequence + 1) & 0xffff) === packet.sequence;
    if (startsFrame(packet.payload) && last?.timestamp !== packet.timestamp) parts = [];
    else if (!follows) parts = [];
    if (parts.length > 0 || startsFrame(packet.payload)) {
      parts.push(packet.payload.subarray(vp8DescriptorLength(packet.payload)));
    }
    if (packet.marker && parts.length > 0) {
      frames.push({ atMs, bytes: new Uint8Array(Buffer.concat(parts)) });
      parts = [];
    }
    last = packet;
  }
  return frames;
}

/** Every line that the tap wrote so far. */
export function readTap(file: string): TapLine[] {
  return readFileSync(file, 'utf8')
    .split('\n')
    .filter((line) => line.endsWith('}'))
    .map((line) => JSON.parse(line) as TapLine);
}

/** Every whole frame that passed the Routers, by Producer. */
export function readFrames(file: string): TappedFrame[] {
  const streams = new Map<string, { kind: 'audio' | 'video'; packets: { atMs: number; rtp: Buffer }[] }>();
  for (const line of readTap(file)) {
    if (line.type !== 'rtp') continue;
    const stream = streams.get(line.producerId) ?? { kind: line.kind, packets: [] };
    streams.set(line.producerId, stream);
    stream.packets.push({ atMs: line.atMs, rtp: Buffer.from(line.rtp, 'base64') });
  }
  return [...streams].flatMap(([producerId, { kind, packets }]) => {
    const whole =
      kind === 'video'
        ? assembleVp8(packets)
        : packets.map(({ atMs, rtp }) => ({ atMs, bytes: new Uint8Array(parseRtp(rtp).payload) }));
    return whole.filter(({ bytes }) => bytes.length > 0).map((frame) => ({ producerId, kind, ...frame }));
  });
}
