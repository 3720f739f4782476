// mediasoup-client's own Device whose packets go through the sink: everything is negotiated as in a browser, and frames come and go by lanes.
import { Device } from 'mediasoup-client';
import { generateNativeRtpCapabilities } from 'mediasoup-client/fakeParameters';
import { FakeHandler } from 'mediasoup-client/handlers/FakeHandler';
import type {
  DtlsParameters,
  HandlerFactory,
  HandlerInterface,
  HandlerOptions,
  RtpCapabilities,
  RtpParameters,
} from 'mediasoup-client/types';
import { FrameLane } from '../../client/platform/node/FrameLane.ts';
import type { Sink } from './Sink.ts';

/** One track, as far as the wire is concerned. */
export interface SinkTrack {
  direction: 'send' | 'receive';
  lane: FrameLane;
  endpoint: number;
  rtpParameters: RtpParameters;
}

/** What it can send and receive: the codecs that most calls are made with. */
const CODECS: readonly string[] = ['audio/opus', 'video/vp8'];

function capabilities(): RtpCapabilities {
  const { codecs = [], headerExtensions = [] } = generateNativeRtpCapabilities();
  const kept = codecs.filter(({ mimeType }) => CODECS.includes(mimeType.toLowerCase()));
  const rtx = codecs.filter(({ parameters }) =>
    kept.some(({ preferredPayloadType }) => preferredPayloadType === (parameters as { apt?: number } | undefined)?.apt),
  );
  return { codecs: [...kept, ...rtx], headerExtensions };
}

/**
 * @param onTrack what is sent or received from now on
 * @param receives as whom: members' transports are told when everything came
 */
export function createSinkDevice(
  sink: Sink,
  onTrack: (track: SinkTrack) => void,
  receives: 'viewer' | 'member' = 'viewer',
): Device {
  const inner = FakeHandler.createFactory({
    generateNativeRtpCapabilities: capabilities,
    generateLocalDtlsParameters: () => structuredClone(sink.dtlsParameters) as DtlsParameters,
  });
  const handlerFactory: HandlerFactory = {
    ...inner,
    factory: (options) => overSink(inner.factory(options), options, { sink, onTrack, receives }),
  };
  return new Device({ handlerFactory });
}

type Answered = (error?: Error) => void;

function overSink(
  handler: HandlerInterface,
  options: HandlerOptions,
  { sink, onTrack, receives }: { sink: Sink; onTrack: (track: SinkTrack) => void; receives: 'viewer' | 'member' },
): HandlerInterface {
  let endpoint = -1;
  const emit = handler.emit.bind(handler) as (name: string, ...values: unknown[]) => boolean;
  /** Once the server knows our certificate the handshake can begin; the tracks wait for its end. */
  const connect = async (done: Answered, fail: Answered): Promise<void> => {
    try {
      endpoint = await sink.add(options.direction === 'send' ? 'source' : receives, options);
      await sink.connected(endpoint);
      emit('@connectionstatechange', 'connected');
      done();
    } catch (error) {
      fail(error instanceof Error ? error : new Error(String(error)));
    }
  };
  const emitOverSink = (name: string, ...values: unknown[]): boolean => {
    if (name !== '@connect') return emit(name, ...values);
    const [, done, fail] = values as [unknown, Answered, Answered];
    return emit(name, { dtlsParameters: sink.dtlsParameters }, () => void connect(done, fail), fail);
  };
  handler.emit = emitOverSink as typeof handler.emit;

  const send = handler.send.bind(handler);
  const receive = handler.receive.bind(handler);
  handler.send = async (sent) => {
    const lane = new FrameLane();
    sent.onRtpSender?.(lane as unknown as RTCRtpSender);
    const result = await send(sent);
    onTrack({ direction: 'send', lane, endpoint, rtpParameters: result.rtpParameters });
    return result;
  };
  handler.receive = async (received) => {
    const lanes = received.map(({ onRtpReceiver }) => {
      const lane = new FrameLane();
      onRtpReceiver?.(lane as unknown as RTCRtpReceiver);
      return lane;
    });
    const results = await receive(received);
    for (const [index, lane] of lanes.entries()) {
      const rtpParameters = received[index]?.rtpParameters;
      if (rtpParameters !== undefined) onTrack({ direction: 'receive', lane, endpoint, rtpParameters });
    }
    return results;
  };
  return handler;
}
