// Preloaded into the real server: stands where the server stands and copies every packet that its Routers forward.
// It uses mediasoup's own observer and a DirectTransport, which any operator could; the server's code knows nothing of it.
import { appendFileSync } from 'node:fs';
import * as mediasoup from 'mediasoup';
import type { DirectTransport, Producer, Router, Worker } from 'mediasoup/types';
import type { TapLine } from './tap.ts';

const file = process.env['CONCLAVE_TEST_TAP'];
/** Packets kept of one Producer; a call of some minutes stays far below. */
const MAX_PACKETS = 60_000;

function write(line: TapLine): void {
  if (file !== undefined) appendFileSync(file, `${JSON.stringify(line)}\n`);
}

async function listen(router: Router, direct: Promise<DirectTransport>, producer: Producer): Promise<void> {
  const transport = await direct;
  const consumer = await transport.consume({ producerId: producer.id, rtpCapabilities: router.rtpCapabilities });
  const payloadType = consumer.rtpParameters.codecs[0]?.payloadType;
  write({ type: 'producer', producerId: producer.id, kind: producer.kind, appData: producer.appData });
  let left = MAX_PACKETS;
  consumer.on('rtp', (packet) => {
    if (((packet[1] ?? 0) & 0x7f) !== payloadType || left-- <= 0) return;
    write({
      type: 'rtp',
      producerId: producer.id,
      kind: producer.kind,
      atMs: Date.now(),
      rtp: packet.toString('base64'),
    });
  });
}

function tapRouter(router: Router): void {
  let direct: Promise<DirectTransport> | undefined;
  router.observer.on('newtransport', (transport) => {
    transport.observer.on('newproducer', (producer) => {
      direct ??= router.createDirectTransport();
      listen(router, direct, producer).catch((error: unknown) => write({ type: 'error', message: String(error) }));
    });
  });
}

mediasoup.observer.on('newworker', (worker: Worker) => {
  worker.observer.on('newrouter', (router: Router) => tapRouter(router));
});
write({ type: 'ready' });
