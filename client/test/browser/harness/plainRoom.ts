// The control of the server's eye: the very same frames through a Router of the same make, unsealed.
import * as mediasoup from 'mediasoup';
import { workerBin } from './environment.ts';
import { assembleVp8 } from './tap.ts';
import { until } from './until.ts';

const PAYLOAD_TYPE = 101;
const SSRC = 0x0c0c0c0c;
/** Bytes of payload in one packet, below any usual MTU. */
const CHUNK_BYTES = 1_100;
const CAPABILITIES = {
  codecs: [{ kind: 'video' as const, mimeType: 'video/VP8', clockRate: 90_000, preferredPayloadType: PAYLOAD_TYPE }],
};

/** One VP8 frame as RTP (RFC 3550, RFC 7741 with the one-byte descriptor). */
function packetise(frame: Uint8Array, firstSequence: number, timestamp: number): Buffer[] {
  const count = Math.max(1, Math.ceil(frame.length / CHUNK_BYTES));
  return Array.from({ length: count }, (_, index) => {
    const header = Buffer.alloc(13);
    header.writeUInt8(0x80, 0);
    header.writeUInt8((index === count - 1 ? 0x80 : 0) | PAYLOAD_TYPE, 1);
    header.writeUInt16BE((firstSequence + index) & 0xffff, 2);
    header.writeUInt32BE(timestamp >>> 0, 4);
    header.writeUInt32BE(SSRC, 8);
    header.writeUInt8(index === 0 ? 0x10 : 0, 12);
    return Buffer.concat([header, frame.subarray(index * CHUNK_BYTES, (index + 1) * CHUNK_BYTES)]);
  });
}

/** Sends `frames` as they are through a Router and returns the frames that a DirectTransport consumer saw. */
export async function tapUnsealed(frames: readonly Uint8Array[]): Promise<Uint8Array[]> {
  const bin = workerBin();
  const worker = await mediasoup.createWorker({ logLevel: 'error', ...(bin === undefined ? {} : { workerBin: bin }) });
  try {
    const router = await worker.createRouter({ mediaCodecs: CAPABILITIES.codecs });
    const [source, sink] = [await router.createDirectTransport(), await router.createDirectTransport()];
    const producer = await source.produce({
      kind: 'video',
      rtpParameters: {
        codecs: [{ mimeType: 'video/VP8', clockRate: 90_000, payloadType: PAYLOAD_TYPE }],
        encodings: [{ ssrc: SSRC }],
      },
    });
    const consumer = await sink.consume({ producerId: producer.id, rtpCapabilities: router.rtpCapabilities });
    const packets: { atMs: number; rtp: Buffer }[] = [];
    consumer.on('rtp', (rtp) => packets.push({ atMs: Date.now(), rtp: Buffer.from(rtp) }));
    let sequence = 1;
    for (const [index, frame] of frames.entries()) {
      const own = packetise(frame, sequence, index * 3_000);
      sequence += own.length;
      for (const packet of own) producer.send(packet);
      await new Promise((resolve) => setTimeout(resolve, 5));
    }
    const assembled = () => assembleVp8(packets).map(({ bytes }) => bytes);
    await until(() => assembled().length >= frames.length, { what: 'the frames to have crossed' });
    return assembled();
  } finally {
    worker.close();
  }
}
