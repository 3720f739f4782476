// Bytes of PulseAudio's native protocol, as far as a page's sound needs it: packets, and the tagged values in them.

/** Of the protocol that the sound card names; it is old, so that its answers are short. */
export const PROTOCOL_VERSION = 11;
/** Four numbers of an address, which a control packet has none of, follow the length. */
export const HEADER_BYTES = 20;
/** Where there is no channel, index, module or source. */
export const NONE = 0xffffffff;

/** PA_COMMAND_* of native-common.h. */
export const COMMANDS = {
  error: 0,
  reply: 2,
  createPlaybackStream: 3,
  deletePlaybackStream: 4,
  auth: 8,
  setClientName: 9,
  drainPlaybackStream: 12,
  getPlaybackLatency: 14,
  getServerInfo: 20,
  getSinkInfo: 21,
  getSinkInfoList: 22,
  getSourceInfoList: 24,
  subscribe: 35,
  setSinkInputVolume: 37,
  corkPlaybackStream: 41,
  flushPlaybackStream: 42,
  triggerPlaybackStream: 43,
  setPlaybackStreamName: 46,
  prebufPlaybackStream: 60,
  request: 61,
} as const;

export interface SampleSpec {
  /** 3: 16 bits; 5: floats; both with the low byte first. */
  format: number;
  channels: number;
  rate: number;
}

export const bytesASample = ({ format }: SampleSpec): number => (format === 3 ? 2 : 4);

const number32 = (value: number): Buffer => {
  const bytes = Buffer.alloc(4);
  bytes.writeUInt32BE(value);
  return bytes;
};
const number64 = (value: number): Buffer => {
  const bytes = Buffer.alloc(8);
  bytes.writeBigUInt64BE(BigInt(Math.round(value)));
  return bytes;
};
const tagged = (tag: string, ...parts: Buffer[]): Buffer => Buffer.concat([Buffer.from(tag), ...parts]);

export const u32 = (value: number): Buffer => tagged('L', number32(value));
export const s64 = (value: number): Buffer => tagged('r', number64(value));
export const usec = (value: number): Buffer => tagged('U', number64(value));
export const bool = (value: boolean): Buffer => Buffer.from(value ? '1' : '0');
export const text = (value: string | null): Buffer => Buffer.from(value === null ? 'N' : `t${value}\0`);
export const time = (ms: number): Buffer =>
  tagged('T', number32(Math.floor(ms / 1000)), number32(Math.floor((ms % 1000) * 1000)));
export const sampleSpec = ({ format, channels, rate }: SampleSpec): Buffer =>
  tagged('a', Buffer.from([format, channels]), number32(rate));
/** Left and right. */
export const stereoMap = (): Buffer => tagged('m', Buffer.from([2, 1, 2]));
export const fullVolume = (): Buffer => tagged('v', Buffer.from([2]), number32(0x10000), number32(0x10000));

/** A control packet: a command, the tag of the request that it answers, and values. */
export function packet(command: number, tag: number, ...values: Buffer[]): Buffer {
  const body = Buffer.concat([u32(command), u32(tag), ...values]);
  const header = Buffer.alloc(HEADER_BYTES);
  header.writeUInt32BE(body.length);
  header.writeUInt32BE(NONE, 4);
  return Buffer.concat([header, body]);
}

/** Reads one value after the other; throws at one of another kind. */
export class TaggedReader {
  #bytes: Buffer;
  #at = 0;

  constructor(bytes: Buffer) {
    this.#bytes = bytes;
  }

  u32(): number {
    this.#expect('L');
    return this.#number32();
  }

  bool(): boolean {
    const tag = this.#tag();
    if (tag !== '1' && tag !== '0') throw new Error(`a truth value, not ${tag}`);
    return tag === '1';
  }

  text(): string | null {
    const tag = this.#tag();
    if (tag === 'N') return null;
    if (tag !== 't') throw new Error(`a text, not ${tag}`);
    const end = this.#bytes.indexOf(0, this.#at);
    const value = this.#bytes.toString('utf8', this.#at, end);
    this.#at = end + 1;
    return value;
  }

  sampleSpec(): SampleSpec {
    this.#expect('a');
    const [format = 0, channels = 0] = this.#bytes.subarray(this.#at);
    this.#at += 2;
    return { format, channels, rate: this.#number32() };
  }

  skipChannelMap(): void {
    this.#expect('m');
    this.#at += 1 + (this.#bytes[this.#at] ?? 0);
  }

  /** As it came. */
  time(): Buffer {
    this.#expect('T');
    this.#at += 8;
    return this.#bytes.subarray(this.#at - 9, this.#at);
  }

  #tag(): string {
    return String.fromCharCode(this.#bytes[this.#at++] ?? 0);
  }

  #expect(wanted: string): void {
    const tag = this.#tag();
    if (tag !== wanted) throw new Error(`${wanted}, not ${tag}`);
  }

  #number32(): number {
    this.#at += 4;
    return this.#bytes.readUInt32BE(this.#at - 4);
  }
}
