// The SDK's Platform in a browser: everything that the core may not know of the page it runs in.
import type { Platform } from '#core';
import type { Device } from 'mediasoup-client/types';
import { getCamera, getMicrophone, getScreen, tuneScreen } from './devices.ts';
import { createE2eeWorker, startOwnWorker, type StartWorker } from './e2eeWorkerThread.ts';
import type { EarlySocket } from './earlySocket.ts';
import { createFilePort } from './files/filePort.ts';
import { fetchJson } from './fetchJson.ts';
import { createHostKey, hostKey } from './hostKeys.ts';
import type * as MediasoupDevice from './mediasoupDevice.ts';
import type { DeviceUse } from './mediasoupDevice.ts';
import { onNetworkChange } from './network.ts';
import { attachTransform, prepareSealing, transportSettings, type Sealing } from './sealing.ts';
import { createSocket } from './socket.ts';

export interface BrowserSettings {
  /** Of the server; the page's own where none is given. */
  origin?: string;
  /** Starts the scripts of the workers for keys and for files; the page's own way where none is given. */
  startWorker?: StartWorker;
  /** `receive` where nothing is ever sent. */
  use?: DeviceUse;
  /** Where it was prepared already. */
  sealing?: Sealing;
  /** To the server, where it was opened already. */
  early?: EarlySocket | null;
}

let library: Promise<typeof MediasoupDevice> | null = null;
/** A script of its own: half as large as all the rest, and not needed before a place is had. */
const mediasoupDevice = (): NonNullable<typeof library> => {
  // Kept: an import of what is there already still waits for its turn, behind all that is drawn.
  library ??= import('./mediasoupDevice.ts');
  library.catch(() => (library = null));
  return library;
};

/** One per page. */
export function createBrowserPlatform({
  origin = globalThis.location.origin,
  startWorker = startOwnWorker,
  use = 'both',
  sealing = prepareSealing(),
  early = null,
}: BrowserSettings = {}): Platform {
  const { support, check } = sealing;
  const ends = new WeakMap<Device, Record<string, unknown> | null>();
  return {
    origin,
    fetch: (path, init) => fetchJson(`${origin}${path}`, init),
    createSocket: (auth) => createSocket(origin, auth, early),
    prepareDevice: () =>
      void mediasoupDevice()
        .then(({ prepareDevice }) => prepareDevice(use))
        .catch(() => undefined),
    createDevice: async () => {
      const { device, dtlsParameters } = await (await mediasoupDevice()).createDevice(use);
      ends.set(device, dtlsParameters);
      return device;
    },
    dtlsParametersOf: (device) => ends.get(device) ?? null,
    createFilePort: () => createFilePort(origin, startWorker),
    transportSettings,
    createE2eeWorker: (onError) => createE2eeWorker(startWorker, onError),
    sealSupport: () => support,
    checkSealing: check,
    attachTransform: (rtp, { port }, options) => attachTransform(support, rtp, port, options),
    createHostKey,
    hostKey,
    getMicrophone,
    getCamera,
    getScreen,
    tuneScreen,
    nowMs: () => Date.now(),
    onNetworkChange,
    randomBytes: (count) => crypto.getRandomValues(new Uint8Array(count)),
  };
}
