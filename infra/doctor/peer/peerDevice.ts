// mediasoup-client's own Device whose transports are PeerLines: everything is negotiated as in a browser, and frames come and go by lanes.
import { randomInt } from 'node:crypto';
import { Device } from 'mediasoup-client';
import { generateLocalDtlsParameters, generateNativeRtpCapabilities } from 'mediasoup-client/fakeParameters';
import { FakeHandler } from 'mediasoup-client/handlers/FakeHandler';
import type { HandlerFactory, HandlerInterface, HandlerOptions, RtpCapabilities } from 'mediasoup-client/types';
import { FrameLane } from '../../../client/platform/node/FrameLane.ts';
import { parseOffered, type Way } from './answer.ts';
import type { VoiceIds } from './opusRtp.ts';
import { PeerLine, type LineState } from './PeerLine.ts';

export type Direction = 'send' | 'receive';

export interface DeviceEvents {
  way: Way;
  /** Without it the packets carry no number that bandwidth is estimated by. */
  numbersPackets: boolean;
  /** What it says it could receive, where that is more than a voice. */
  capabilities?: RtpCapabilities;
  onLine(direction: Direction, state: LineState): void;
  onPacket(direction: Direction, packet: Buffer): void;
  /** What is sent from now on goes by `lane`, and sealed by `line`. */
  onSending(lane: FrameLane, line: PeerLine, ids: VoiceIds): void;
  /** Null: nobody listens. Nothing that is received is opened, and no packet is asked for. */
  onReceiving: ((lane: FrameLane) => void) | null;
  /** To be closed with the call. */
  onOpened(line: PeerLine): void;
}

const OPUS = 'audio/opus';
const LEVEL_URI = 'urn:ietf:params:rtp-hdrext:ssrc-audio-level';
const TRANSPORT_CC_URI = 'http://www.ietf.org/id/draft-holmer-rmcat-transport-wide-cc-extensions-01';
const MIN_SSRC = 1_000;
const MAX_SSRC = 2 ** 32 - 1_000;

/** A microphone and no camera: a voice is enough to show that frames get through, and is little for whoever's line it is. */
function capabilities(numbersPackets: boolean): RtpCapabilities {
  const { codecs = [] } = generateNativeRtpCapabilities();
  const uris = numbersPackets ? [LEVEL_URI, TRANSPORT_CC_URI] : [LEVEL_URI];
  return {
    codecs: codecs
      .filter(({ mimeType }) => mimeType.toLowerCase() === OPUS)
      .map((codec) => ({ ...codec, rtcpFeedback: [{ type: 'transport-cc' }] })),
    headerExtensions: uris.map((uri, index) => ({ kind: 'audio' as const, uri, preferredId: index + 1 })),
  } as RtpCapabilities;
}

export function createPeerDevice(events: DeviceEvents): Device {
  const inner = FakeHandler.createFactory({
    generateNativeRtpCapabilities: () => events.capabilities ?? capabilities(events.numbersPackets),
    // Where there is a line, its own are told, below.
    generateLocalDtlsParameters,
  });
  const handlerFactory: HandlerFactory = {
    ...inner,
    factory: (options) => {
      const isDeaf = options.direction === 'recv' && events.onReceiving === null;
      return isDeaf ? inner.factory(options) : overLine(inner.factory(options), options, events);
    },
  };
  return new Device({ handlerFactory });
}

type Answered = (error?: Error) => void;

/** What is announced of a handler's transport, with a line opened for it and its certificate told; all else passes. */
function announcing(handler: HandlerInterface, open: () => PeerLine): typeof handler.emit {
  const emit = handler.emit.bind(handler) as (name: string, ...values: unknown[]) => boolean;
  const announce = (name: string, ...values: unknown[]): boolean => {
    if (name !== '@connect') return emit(name, ...values);
    const [, done, fail] = values as [unknown, Answered, Answered];
    const line = open();
    const fingerprints = [{ algorithm: 'sha-256', value: line.fingerprint }];
    const connect = (): void => {
      // What becomes of it, its states tell.
      line.connect().catch(() => line.close());
      emit('@connectionstatechange', 'connected');
      done();
    };
    return emit(name, { dtlsParameters: { role: 'client', fingerprints } }, connect, fail);
  };
  return announce as typeof handler.emit;
}

function overLine(handler: HandlerInterface, options: HandlerOptions, events: DeviceEvents): HandlerInterface {
  const direction: Direction = options.direction === 'send' ? 'send' : 'receive';
  const ssrc = MIN_SSRC + randomInt(MAX_SSRC - MIN_SSRC);
  let stream = { direction, ssrc, payloadType: 111 };
  let line: PeerLine | null = null;
  handler.emit = announcing(handler, () => {
    line = new PeerLine({
      offered: parseOffered(options),
      way: events.way,
      stream,
      onState: (state) => events.onLine(direction, state),
      onPacket: (packet) => events.onPacket(direction, packet),
    });
    events.onOpened(line);
    return line;
  });

  const send = handler.send.bind(handler);
  const receive = handler.receive.bind(handler);
  handler.send = async (sent) => {
    const lane = new FrameLane();
    sent.onRtpSender?.(lane as unknown as RTCRtpSender);
    const result = await send(sent);
    const { codecs, headerExtensions = [] } = result.rtpParameters;
    const idOf = (wanted: string): number | undefined => headerExtensions.find(({ uri }) => String(uri) === wanted)?.id;
    result.rtpParameters.encodings = [{ ssrc }];
    const payloadType = codecs[0]?.payloadType ?? 0;
    if (line !== null) {
      events.onSending(lane, line, {
        ssrc,
        payloadType,
        level: idOf(LEVEL_URI) ?? 1,
        transportCc: idOf(TRANSPORT_CC_URI),
      });
    }
    return result;
  };
  handler.receive = async (received) => {
    const lanes = received.map(({ onRtpReceiver }) => {
      const lane = new FrameLane();
      onRtpReceiver?.(lane as unknown as RTCRtpReceiver);
      return lane;
    });
    const { encodings = [], codecs = [] } = received[0]?.rtpParameters ?? {};
    stream = { direction, ssrc: encodings[0]?.ssrc ?? 0, payloadType: codecs[0]?.payloadType ?? 0 };
    const results = await receive(received);
    for (const lane of lanes) events.onReceiving?.(lane);
    return results;
  };
  return handler;
}
