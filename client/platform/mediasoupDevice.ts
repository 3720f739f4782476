// mediasoup-client as this page uses it: loaded only once media is near, with the three makes of browser that the build is for.
import { detectDeviceAsync, Device } from 'mediasoup-client';
import { Chrome111 } from 'mediasoup-client/handlers/Chrome111';
import { Firefox120 } from 'mediasoup-client/handlers/Firefox120';
import { Safari12 } from 'mediasoup-client/handlers/Safari12';
import type { DtlsParameters, RtpCapabilities } from 'mediasoup-client/types';

const MAKES = { Chrome111, Firefox120, Safari12 } as const;
type Make = ReturnType<(typeof MAKES)[keyof typeof MAKES]['createFactory']>;

/** As browsers make them by themselves. */
const CERTIFICATE = { name: 'ECDSA', namedCurve: 'P-256' };

/** `receive`: nothing is ever sent from this page. The first one who asks decides for the page. */
export type DeviceUse = 'both' | 'receive';

/** What the browser can is asked for once a page: it takes connections of their own, and does not change. */
let make: Promise<Make | null> | null = null;

/** Begins to ask; whoever makes a Device later waits for the rest only. */
export async function prepareDevice(use: DeviceUse = 'both'): Promise<Make | null> {
  make ??= detectDeviceAsync().then((name) =>
    name !== undefined && Object.hasOwn(MAKES, name)
      ? remembering(MAKES[name as keyof typeof MAKES].createFactory({}), use)
      : null,
  );
  return make;
}

export interface MadeDevice {
  device: Device;
  /** What all its Transports show of their end of DTLS; null where this browser does not tell before they are used. */
  dtlsParameters: DtlsParameters | null;
}

/** Rejects where mediasoup-client knows no such browser. */
export async function createDevice(use: DeviceUse = 'both'): Promise<MadeDevice> {
  const handlerFactory = await prepareDevice(use);
  if (handlerFactory === null) return { device: await Device.factory({}), dtlsParameters: null };
  // Of a machine that only watches nobody is told ahead.
  const end = use === 'receive' ? null : await createEnd().catch(() => null);
  const device = await Device.factory({
    handlerFactory: end ? showing(handlerFactory, end.certificate) : handlerFactory,
  });
  return { device, dtlsParameters: end && end.dtlsParameters };
}

/** A certificate made ahead, so that its fingerprint can be told before there is a Transport. Null where browsers keep it to themselves. */
async function createEnd(): Promise<{ certificate: RTCCertificate; dtlsParameters: DtlsParameters } | null> {
  const certificate = await RTCPeerConnection.generateCertificate(CERTIFICATE);
  // Firefox has told it since 2025.
  const told = 'getFingerprints' in certificate ? certificate.getFingerprints() : [];
  const value = told.find(({ algorithm }) => algorithm === 'sha-256')?.value?.toUpperCase();
  if (value === undefined) return null;
  // mediasoup-client has its browsers begin the handshake.
  return { certificate, dtlsParameters: { role: 'client', fingerprints: [{ algorithm: 'sha-256', value }] } };
}

/** Behind mediasoup-client's own copy of the settings. */
function showing(own: Make, certificate: RTCCertificate): Make {
  return {
    ...own,
    factory: (options) =>
      own.factory({ ...options, additionalSettings: { ...options.additionalSettings, certificates: [certificate] } }),
  };
}

function remembering(own: Make, use: DeviceUse): Make {
  const ask = (direction: 'sendonly' | 'recvonly'): (() => Promise<RtpCapabilities>) => {
    let answer: Promise<RtpCapabilities> | null = own.getNativeRtpCapabilities({ direction });
    // Whoever asks next is told what went wrong, and tries again.
    answer.catch(() => (answer = null));
    return () => (answer ??= own.getNativeRtpCapabilities({ direction }));
  };
  const received = ask('recvonly');
  // A Device wants to know both; what is never used need not be asked for.
  const answers = { recvonly: received, sendonly: use === 'receive' ? received : ask('sendonly') };
  return {
    ...own,
    ...(use === 'receive' && { factory: (options) => withoutProbes(own.factory(options)) }),
    getNativeRtpCapabilities: ({ direction }) => answers[direction as keyof typeof answers](),
  };
}

type Handler = ReturnType<Make['factory']>;

/** What mediasoup-client calls the stream that lines are probed with. */
const PROBES = 'probator';

/**
 * Nothing is probed on a viewer's line, which the server estimates nothing of (PROTOCOL, the stage): a second offer and answer for a stream that never comes
 * would hold up the first picture.
 */
function withoutProbes(handler: Handler): Handler {
  const receive = handler.receive.bind(handler);
  handler.receive = async (streams) => (streams.every(({ trackId }) => trackId === PROBES) ? [] : receive(streams));
  return handler;
}
