// mediasoup-client as this page uses it: loaded only once media is near, with the three makes of browser that the build is for.
import { detectDeviceAsync, Device } from 'mediasoup-client';
import { Chrome111 } from 'mediasoup-client/handlers/Chrome111';
import { Firefox120 } from 'mediasoup-client/handlers/Firefox120';
import { Safari12 } from 'mediasoup-client/handlers/Safari12';
import type { RtpCapabilities } from 'mediasoup-client/types';

const MAKES = { Chrome111, Firefox120, Safari12 } as const;
type Make = ReturnType<(typeof MAKES)[keyof typeof MAKES]['createFactory']>;

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

/** Rejects where mediasoup-client knows no such browser. */
export async function createDevice(use: DeviceUse = 'both'): Promise<Device> {
  const handlerFactory = await prepareDevice(use);
  return Device.factory(handlerFactory === null ? {} : { handlerFactory });
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
