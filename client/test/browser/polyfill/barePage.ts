// A page of anybody's: one import for old Chromium, and the standard from there on. Nothing here is Conclave's.
import {
  installPolyfill,
  needsEncodedInsertableStreams,
  openKeyFramePort,
} from '../../../insertable-streams-polyfill/index.ts';
import type { BareView } from './bareWorker.ts';

export interface BarePage {
  way: 'native' | 'installed' | 'unsupported';
  /** Calls oneself through workers that turn every byte round and back again. */
  call(): Promise<void>;
  pictures(): Promise<number>;
  look(): Promise<BareView>;
  /** `done`, or the name of the error. */
  ask(what: 'generateKeyFrame' | 'wish' | 'sendKeyFrameRequest', name: string): Promise<string>;
  /** Whether what was moved to the worker left the page. */
  moved(): boolean;
  unset(): string;
}

const way = installPolyfill();
const worker = new Worker('/bareWorker.js', { type: 'module' });
const configuration = { encodedInsertableStreams: needsEncodedInsertableStreams() } as RTCConfiguration;
const [sending, receiving] = [new RTCPeerConnection(configuration), new RTCPeerConnection(configuration)];
const buffer = new ArrayBuffer(16);

const replies = new Map<number, (reply: unknown) => void>();
worker.addEventListener('message', ({ data }: MessageEvent<{ id: number; reply: unknown }>) => {
  replies.get(data.id)?.(data.reply);
});
const request = (body: Record<string, unknown>): Promise<unknown> =>
  new Promise((resolve) => {
    const id = replies.size + 1;
    replies.set(id, resolve);
    worker.postMessage({ id, ...body });
  });

async function call(): Promise<void> {
  const media = await navigator.mediaDevices.getUserMedia({ audio: true, video: { width: 320, height: 240 } });
  for (const track of media.getTracks()) {
    const { sender } = sending.addTransceiver(track, { direction: 'sendonly', streams: [media] });
    const extra = track.kind === 'video' ? [buffer] : [];
    const keyFrames = openKeyFramePort(sender);
    const options = { name: `send ${track.kind}`, extra, keyFrames };
    sender.transform = new RTCRtpScriptTransform(worker, options, [...extra, keyFrames]);
  }
  const video = document.createElement('video');
  const stream = new MediaStream();
  Object.assign(video, { autoplay: true, muted: true, srcObject: stream });
  document.body.append(video);
  receiving.ontrack = ({ receiver, track }) => {
    receiver.transform = new RTCRtpScriptTransform(worker, { name: `receive ${track.kind}` });
    stream.addTrack(track);
  };
  sending.onicecandidate = ({ candidate }) => void (candidate && receiving.addIceCandidate(candidate));
  receiving.onicecandidate = ({ candidate }) => void (candidate && sending.addIceCandidate(candidate));
  await sending.setLocalDescription();
  await receiving.setRemoteDescription(sending.localDescription as RTCSessionDescription);
  await receiving.setLocalDescription();
  await sending.setRemoteDescription(receiving.localDescription as RTCSessionDescription);
}

async function pictures(): Promise<number> {
  const reports = [...((await receiving.getStats()) as unknown as Map<string, Record<string, unknown>>).values()];
  return Number(reports.find(({ type, kind }) => type === 'inbound-rtp' && kind === 'video')?.['framesDecoded'] ?? 0);
}

/** The standard takes a transform away by setting null. */
function unset(): string {
  const [sender] = sending.getSenders();
  if (sender === undefined) return 'no sender';
  try {
    sender.transform = null;
    return sender.transform === null ? 'gone' : 'still there';
  } catch (error) {
    return (error as Error).name;
  }
}

const barePage: BarePage = {
  way,
  call,
  pictures,
  look: () => request({ what: 'look' }) as Promise<BareView>,
  ask: (what, name) => request({ what, name }) as Promise<string>,
  moved: () => buffer.byteLength === 0,
  unset,
};
Object.assign(globalThis, { barePage });
