// Two ends of one call in a page, each with a worker of its own; the test drives them through `globalThis.framesPage`.
import type { TransformOptions } from '../../../e2ee/messages.ts';
import { installPolyfill, needsEncodedInsertableStreams } from '../../../insertable-streams-polyfill/index.ts';
import type { FramesCall, FramesView } from './framesWorker.ts';

/** What the receiving end decoded and played. */
export interface Received {
  pictures: number;
  soundSamples: number;
  concealedSamples: number;
  freezes: number;
}

/** Payload bytes that the sending end let onto the wire; padding that probes the line does not count. */
export interface Sent {
  video: number;
  audio: number;
}

export interface FramesPage {
  way: 'native' | 'installed' | 'unsupported';
  start(): Promise<void>;
  ana(call: FramesCall): Promise<FramesView>;
  ben(call: FramesCall): Promise<FramesView>;
  received(): Promise<Received>;
  sent(): Promise<Sent>;
  /** Ends a worker without a word, as a crash does. */
  kill(end: 'ana' | 'ben'): void;
}

function startWorker(): { worker: Worker; call(call: FramesCall): Promise<FramesView> } {
  const worker = new Worker('/framesWorker.js', { type: 'module' });
  const waiting = new Map<number, (view: FramesView) => void>();
  let lastId = 0;
  worker.addEventListener('message', ({ data }: MessageEvent<{ id: number; view: FramesView }>) => {
    waiting.get(data.id)?.(data.view);
    waiting.delete(data.id);
  });
  const call = (body: FramesCall) =>
    new Promise<FramesView>((resolve) => {
      waiting.set(++lastId, resolve);
      worker.postMessage({ id: lastId, call: body });
    });
  return { worker, call };
}

function transformOf(worker: Worker, kind: string, side: 'send' | 'receive'): RTCRtpScriptTransform {
  const media = kind === 'video' ? { stream: 'camera', codec: 'vp8' } : { stream: 'mic', codec: 'opus' };
  const options = { side, trackId: kind, peerId: 'ana', ...media } as TransformOptions;
  return new RTCRtpScriptTransform(worker, options);
}

async function negotiate(offerer: RTCPeerConnection, answerer: RTCPeerConnection): Promise<void> {
  offerer.onicecandidate = ({ candidate }) => void (candidate && answerer.addIceCandidate(candidate));
  answerer.onicecandidate = ({ candidate }) => void (candidate && offerer.addIceCandidate(candidate));
  const offer = await offerer.createOffer();
  await offerer.setLocalDescription(offer);
  await answerer.setRemoteDescription(offer);
  const reply = await answerer.createAnswer();
  await answerer.setLocalDescription(reply);
  await offerer.setRemoteDescription(reply);
}

const way = installPolyfill();
// Legacy Chromium's option, which the DOM's types never had.
const configuration = { encodedInsertableStreams: needsEncodedInsertableStreams() } as RTCConfiguration;
const [ana, ben] = [startWorker(), startWorker()];
const [sending, receiving] = [new RTCPeerConnection(configuration), new RTCPeerConnection(configuration)];

async function start(): Promise<void> {
  const media = await navigator.mediaDevices.getUserMedia({ audio: true, video: { width: 320, height: 240 } });
  for (const track of media.getTracks()) {
    const transceiver = sending.addTransceiver(track, { direction: 'sendonly', streams: [media] });
    const codecs = RTCRtpSender.getCapabilities(track.kind)?.codecs ?? [];
    transceiver.setCodecPreferences(codecs.filter(({ mimeType }) => /vp8|opus|rtx/i.test(mimeType)));
    transceiver.sender.transform = transformOf(ana.worker, track.kind, 'send');
  }
  const video = document.createElement('video');
  const stream = new MediaStream();
  Object.assign(video, { autoplay: true, muted: true, srcObject: stream });
  document.body.append(video);
  receiving.ontrack = ({ receiver, track }) => {
    receiver.transform = transformOf(ben.worker, track.kind, 'receive');
    stream.addTrack(track);
  };
  await negotiate(sending, receiving);
}

async function received(): Promise<Received> {
  const sum: Received = { pictures: 0, soundSamples: 0, concealedSamples: 0, freezes: 0 };
  for (const [, report] of (await receiving.getStats()) as unknown as Map<string, Record<string, number | string>>) {
    if (report['type'] !== 'inbound-rtp') continue;
    sum.pictures += Number(report['framesDecoded'] ?? 0);
    sum.soundSamples += Number(report['totalSamplesReceived'] ?? 0);
    sum.concealedSamples += Number(report['concealedSamples'] ?? 0);
    sum.freezes += Number(report['freezeCount'] ?? 0);
  }
  return sum;
}

async function sent(): Promise<Sent> {
  const sum: Sent = { video: 0, audio: 0 };
  for (const [, report] of (await sending.getStats()) as unknown as Map<string, Record<string, number | string>>) {
    if (report['type'] !== 'outbound-rtp') continue;
    // Not framesSent, which counts what the encoder gave, before the transform.
    sum[report['kind'] === 'video' ? 'video' : 'audio'] += Number(report['bytesSent'] ?? 0);
  }
  return sum;
}

const kill = (end: 'ana' | 'ben'): void => (end === 'ana' ? ana : ben).worker.terminate();

const framesPage: FramesPage = { way, start, ana: ana.call, ben: ben.call, received, sent, kill };
Object.assign(globalThis, { framesPage });
