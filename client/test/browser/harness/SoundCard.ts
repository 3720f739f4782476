// A sound card without hardware: speaks PulseAudio's protocol, plays at real time into nothing, and knows what was heard.
import { rmSync } from 'node:fs';
import { createServer, type Server, type Socket } from 'node:net';
import {
  bool,
  bytesASample,
  COMMANDS,
  fullVolume,
  HEADER_BYTES,
  NONE,
  packet,
  PROTOCOL_VERSION,
  s64,
  type SampleSpec,
  sampleSpec,
  stereoMap,
  TaggedReader,
  text,
  time,
  u32,
  usec,
} from './pulseWire.ts';

/** How often the card takes what is due; more often costs time, more seldom lets a small buffer run dry. */
const BEAT_MS = 10;
const SINK = 'conclave';
const SPEC: SampleSpec = { format: 5, channels: 2, rate: 48_000 };
/** PA_ERR_COMMAND: it is none that this card knows. */
const UNKNOWN_COMMAND = 2;

/** What one page plays through one output. */
interface PlaybackStream {
  spec: SampleSpec;
  corked: boolean;
  /** Bytes that came and that were played. */
  written: number;
  played: number;
  /** Of what is played next, as a fraction of a byte too. */
  dueBytes: number;
}

export interface SoundCard {
  /** To be given to a program's environment. */
  readonly environment: { PULSE_SERVER: string };
  /** Loudest sample, 0 … 1, that came since it was last asked. */
  takePeak(): number;
  /** Names and numbers of what it was asked and did not know. */
  unknown(): number[];
  close(): Promise<void>;
}

/** @param file of the socket, which every network on this machine reaches */
export async function startSoundCard(file: string): Promise<SoundCard> {
  let peak = 0;
  const unknown: number[] = [];
  const listeners = new Set<Listener>();
  const server: Server = createServer((socket) => {
    const listener = new Listener(socket, {
      heard: (loudest) => (peak = Math.max(peak, loudest)),
      unknown: (command) => void unknown.push(command),
    });
    listeners.add(listener);
    socket.once('close', () => listeners.delete(listener));
    socket.on('error', () => socket.destroy());
  });
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject);
    server.listen(file, resolve);
  });
  let beforeMs = performance.now();
  const beat = setInterval(() => {
    const nowMs = performance.now();
    for (const listener of listeners) listener.play(nowMs - beforeMs);
    beforeMs = nowMs;
  }, BEAT_MS);
  return {
    environment: { PULSE_SERVER: `unix:${file}` },
    takePeak: () => {
      const taken = peak;
      peak = 0;
      return taken;
    },
    unknown: () => unknown,
    async close() {
      clearInterval(beat);
      for (const listener of listeners) listener.close();
      await new Promise((resolve) => server.close(resolve));
      rmSync(file, { force: true });
    },
  };
}

/** One connection of a program, with all that it plays. */
class Listener {
  #socket: Socket;
  #report: { heard(loudest: number): void; unknown(command: number): void };
  #streams = new Map<number, PlaybackStream>();
  #nextChannel = 0;
  #rest = Buffer.alloc(0);

  constructor(socket: Socket, report: { heard(loudest: number): void; unknown(command: number): void }) {
    this.#socket = socket;
    this.#report = report;
    socket.on('data', (bytes) => this.#take(bytes));
  }

  /** What sounds in `ms` of each stream is gone, and as much is asked for. */
  play(ms: number): void {
    for (const [channel, stream] of this.#streams) {
      if (stream.corked) continue;
      const frameBytes = bytesASample(stream.spec) * stream.spec.channels;
      stream.dueBytes += (stream.spec.rate * frameBytes * ms) / 1000;
      const due = Math.min(stream.dueBytes - (stream.dueBytes % frameBytes), stream.written - stream.played);
      // A buffer that ran dry is silence: what was due then is not made up for.
      stream.dueBytes = Math.min(stream.dueBytes - due, frameBytes * stream.spec.rate * 0.1);
      if (due <= 0) continue;
      stream.played += due;
      this.#socket.write(packet(COMMANDS.request, NONE, u32(channel), u32(due)));
    }
  }

  close(): void {
    this.#socket.destroy();
  }

  #take(bytes: Buffer): void {
    this.#rest = Buffer.concat([this.#rest, bytes]);
    while (this.#rest.length >= HEADER_BYTES) {
      const length = this.#rest.readUInt32BE();
      if (this.#rest.length < HEADER_BYTES + length) return;
      const channel = this.#rest.readUInt32BE(4);
      const body = this.#rest.subarray(HEADER_BYTES, HEADER_BYTES + length);
      this.#rest = this.#rest.subarray(HEADER_BYTES + length);
      if (channel === NONE) this.#handleControl(new TaggedReader(body));
      else this.#hear(channel, body);
    }
  }

  #hear(channel: number, samples: Buffer): void {
    const stream = this.#streams.get(channel);
    if (stream === undefined) return;
    stream.written += samples.length;
    const size = bytesASample(stream.spec);
    let loudest = 0;
    for (let at = 0; at + size <= samples.length; at += size) {
      loudest = Math.max(loudest, Math.abs(size === 2 ? samples.readInt16LE(at) / 32_768 : samples.readFloatLE(at)));
    }
    this.#report.heard(loudest);
  }

  #handleControl(values: TaggedReader): void {
    const command = values.u32();
    const tag = values.u32();
    const answer = this.#answer(command, values);
    if (answer !== null) this.#socket.write(packet(COMMANDS.reply, tag, ...answer));
    else {
      this.#report.unknown(command);
      this.#socket.write(packet(COMMANDS.error, tag, u32(UNKNOWN_COMMAND)));
    }
  }

  /** Null where this card does not know the command. */
  #answer(command: number, values: TaggedReader): Buffer[] | null {
    switch (command) {
      case COMMANDS.auth:
        return [u32(PROTOCOL_VERSION)];
      case COMMANDS.getServerInfo:
        return [
          text('sound card'),
          text('1'),
          text('user'),
          text('host'),
          sampleSpec(SPEC),
          text(SINK),
          text(null),
          u32(1),
        ];
      case COMMANDS.getSinkInfo:
      case COMMANDS.getSinkInfoList:
        return sinkInfo();
      case COMMANDS.createPlaybackStream:
        return this.#create(values);
      case COMMANDS.deletePlaybackStream:
        this.#streams.delete(values.u32());
        return [];
      case COMMANDS.corkPlaybackStream:
        return this.#cork(values.u32(), values.bool());
      case COMMANDS.getPlaybackLatency:
        return this.#latency(values.u32(), values.time());
      case COMMANDS.setClientName:
      case COMMANDS.getSourceInfoList:
      case COMMANDS.subscribe:
      case COMMANDS.setSinkInputVolume:
      case COMMANDS.drainPlaybackStream:
      case COMMANDS.flushPlaybackStream:
      case COMMANDS.triggerPlaybackStream:
      case COMMANDS.prebufPlaybackStream:
      case COMMANDS.setPlaybackStreamName:
        return [];
      default:
        return null;
    }
  }

  #create(values: TaggedReader): Buffer[] {
    values.text();
    const spec = values.sampleSpec();
    values.skipChannelMap();
    values.u32();
    values.text();
    const maxLength = values.u32();
    const corked = values.bool();
    const frameBytes = bytesASample(spec) * spec.channels;
    const [wanted, prebuf, minimum] = [values.u32(), values.u32(), values.u32()];
    const orElse = (bytes: number, ms: number): number =>
      bytes === NONE ? Math.round((spec.rate * ms) / 1000) * frameBytes : bytes;
    const length = orElse(wanted, 100);
    const channel = this.#nextChannel++;
    this.#streams.set(channel, { spec, corked, written: 0, played: 0, dueBytes: 0 });
    return [
      u32(channel),
      u32(channel),
      u32(length),
      u32(orElse(maxLength, 1000)),
      u32(length),
      u32(prebuf === NONE ? 0 : prebuf),
      u32(orElse(minimum, BEAT_MS)),
    ];
  }

  #cork(channel: number, corked: boolean): Buffer[] {
    const stream = this.#streams.get(channel);
    if (stream !== undefined) stream.corked = corked;
    return [];
  }

  #latency(channel: number, asked: Buffer): Buffer[] | null {
    const stream = this.#streams.get(channel);
    if (stream === undefined) return null;
    return [
      usec(0),
      usec(0),
      bool(!stream.corked && stream.written > stream.played),
      asked,
      time(Date.now()),
      s64(stream.written),
      s64(stream.played),
    ];
  }
}

const sinkInfo = (): Buffer[] => [
  u32(0),
  text(SINK),
  text('A sound card without hardware'),
  sampleSpec(SPEC),
  stereoMap(),
  u32(NONE),
  fullVolume(),
  bool(false),
  u32(NONE),
  text(null),
  usec(0),
  text('test'),
  u32(0),
];
