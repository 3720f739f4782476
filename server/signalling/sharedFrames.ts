// Encodes a notification once however many hear it, down to the WebSocket's frames: only its number is each Peer's own, and stands last in the text.
import { Encoder, PacketType } from 'socket.io-parser';
import type { Numbered } from '#protocol/notifications';

/** RFC 6455, section 5.2: FIN with the opcode of a text or of binary; a server masks nothing. */
const TEXT = 0x81;
const BINARY = 0x82;
/** engine.io's type of a message, before the text; binary messages have none. */
const MESSAGE = '4';

interface Shared {
  name: string;
  /** The text up to the number. */
  head: string;
  /** The frames of all binary values; empty where there are none. */
  tail: Buffer;
}

const encoder = new Encoder();
/** Payloads are shared and nobody changes one after it was told (NotificationBuffer): what was made of one holds for as long as it lives. */
const known = new WeakMap<object, Shared>();

/** What socket.io would send for `emit(name, payload, sequence)` of each, byte for byte; of several, in one piece. */
export function framesOf(notifications: readonly Numbered[]): Buffer[] {
  const frames = notifications.map(framesOfOne);
  return frames.length === 1 ? frames.flat() : [Buffer.concat(frames.flat())];
}

function framesOfOne({ name, payload, sequence }: Numbered): Buffer[] {
  const { head, tail } = sharedOf(name, payload);
  const text = frameOf(TEXT, Buffer.from(`${head},${sequence}]`));
  return tail.length === 0 ? [text] : [text, tail];
}

function sharedOf(name: string, payload: object): Shared {
  const before = known.get(payload);
  if (before !== undefined && before.name === name) return before;
  const data = [name, payload];
  // Its types say strings; binary values follow as they are.
  const [text, ...binaries] = encoder.encode({ type: PacketType.EVENT, nsp: '/', data }) as [string, ...Uint8Array[]];
  const tail = Buffer.concat(binaries.map((binary) => frameOf(BINARY, binary)));
  const shared = { name, head: MESSAGE + text.slice(0, -1), tail };
  known.set(payload, shared);
  return shared;
}

function frameOf(opcode: number, bytes: Uint8Array): Buffer {
  const { length } = bytes;
  const start = length < 126 ? 2 : length < 65_536 ? 4 : 10;
  const frame = Buffer.allocUnsafe(start + length);
  frame[0] = opcode;
  if (start === 2) frame[1] = length;
  else if (start === 4) {
    frame[1] = 126;
    frame.writeUInt16BE(length, 2);
  } else {
    frame[1] = 127;
    frame.writeBigUInt64BE(BigInt(length), 2);
  }
  frame.set(bytes, start);
  return frame;
}
