// The SDK's Platform in Node: real sockets and real keys, no devices, and a Device that moves no packet.
import type { Platform } from '#core';
import { DeviceError } from '../deviceFaults.ts';
import type { FrameLane } from './FrameLane.ts';
import { createNodeE2eeWorker, type NodeE2eeWorker } from './nodeE2eeWorker.ts';
import type { NodeLine } from './NodeLine.ts';
import { createPacketlessDevice } from './packetlessDevice.ts';

const noDevice = (): Promise<never> => Promise.reject(new DeviceError('NotFoundError', 'notFound'));

/** One per client: it speaks over this one line. */
export function createNodePlatform(line: NodeLine): Platform {
  return {
    origin: line.origin,
    fetch: (path, { body }) => line.post(path, body),
    createSocket: (auth) => line.createSocket(auth),
    prepareDevice: () => undefined,
    createDevice: async () => createPacketlessDevice(),
    dtlsParametersOf: () => null,
    createFilePort: () => null,
    transportSettings: () => ({}),
    createE2eeWorker: () => createNodeE2eeWorker(),
    sealSupport: () => 'standard',
    checkSealing: async () => 'standard',
    attachTransform: (rtp, worker, options) => (worker as NodeE2eeWorker).attach(rtp as unknown as FrameLane, options),
    // Nobody is host from here: what stands in the link only has to have its shape.
    createHostKey: async () => 'A'.repeat(22),
    hostKey: async () => null,
    getMicrophone: noDevice,
    getCamera: noDevice,
    getScreen: noDevice,
    tuneScreen: () => undefined,
    nowMs: () => Date.now(),
    onNetworkChange: () => () => undefined,
    randomBytes: (count) => crypto.getRandomValues(new Uint8Array(count)),
  };
}
