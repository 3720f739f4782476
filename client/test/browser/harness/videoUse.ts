// Which codecs a page really sends and decodes, by its connections' own figures, and a device that lacks some.
import type { Participant } from './Participant.ts';

interface Kept {
  keptConnections: Set<RTCPeerConnection>;
}

/**
 * Runs in the page before its own code: keeps its connections at hand, and has its browser lack the codecs in `lacking`
 * (`video/vp8`, …), which is how mediasoup-client asks what a browser can: by what an offer of it lists.
 */
export function keepConnections(lacking: readonly string[]): void {
  const keptConnections = new Set<RTCPeerConnection>();
  Object.assign(globalThis, { keptConnections });
  const { addTransceiver, setRemoteDescription } = RTCPeerConnection.prototype;
  RTCPeerConnection.prototype.addTransceiver = function (what, init) {
    const transceiver = addTransceiver.call(this, what, init);
    if (lacking.length === 0 || what !== 'video') return transceiver;
    const codecs = RTCRtpReceiver.getCapabilities('video')?.codecs ?? [];
    transceiver.setCodecPreferences(codecs.filter(({ mimeType }) => !lacking.includes(mimeType.toLowerCase())));
    return transceiver;
  };
  RTCPeerConnection.prototype.setRemoteDescription = function (this: RTCPeerConnection, ...values: never[]) {
    keptConnections.add(this);
    return (setRemoteDescription as (...values: never[]) => Promise<void>).apply(this, values);
  } as RTCPeerConnection['setRemoteDescription'];
}

/** One stream of pictures, or one simulcast layer of it. */
export interface VideoStream {
  codec: string;
  /** Since the stream began. */
  frames: number;
  /** Of the last frame. */
  width: number;
}

export interface VideoUse {
  sent: VideoStream[];
  decoded: VideoStream[];
}

/** What this page sends and decodes now; streams without a frame are left out. */
export function videoUse({ page }: Participant): Promise<VideoUse> {
  return page.evaluate(async () => {
    const use: { sent: VideoStream[]; decoded: VideoStream[] } = { sent: [], decoded: [] };
    for (const connection of (globalThis as unknown as Kept).keptConnections) {
      if (connection.connectionState === 'closed') continue;
      const stats = await connection.getStats();
      for (const report of stats.values()) {
        if (report.kind !== 'video' || !report.codecId) continue;
        const codec = String(stats.get(report.codecId)?.mimeType).toLowerCase();
        const [frames, list] =
          report.type === 'outbound-rtp'
            ? [report.framesEncoded, use.sent]
            : [report.type === 'inbound-rtp' ? report.framesDecoded : 0, use.decoded];
        if (frames > 0) list.push({ codec, frames, width: Number(report.frameWidth ?? 0) });
      }
    }
    return use;
  }, null);
}

export async function codecsInUse(person: Participant): Promise<{ sent: string[]; decoded: string[] }> {
  const { sent, decoded } = await videoUse(person);
  const names = (streams: VideoStream[]) => [...new Set(streams.map(({ codec }) => codec))];
  return { sent: names(sent), decoded: names(decoded) };
}

/** What this page sent and received of pictures so far, in frames; what it could not decode in time counts as well. */
function framesSoFar({ page }: Participant): Promise<{ sent: number; received: number }> {
  return page.evaluate(async () => {
    const frames = { sent: 0, received: 0 };
    for (const connection of (globalThis as unknown as Kept).keptConnections) {
      for (const report of (await connection.getStats()).values()) {
        if (report.kind !== 'video') continue;
        if (report.type === 'outbound-rtp') frames.sent += Number(report.framesEncoded ?? 0);
        if (report.type === 'inbound-rtp') frames.received += Number(report.framesReceived ?? 0);
      }
    }
    return frames;
  }, null);
}

/**
 * How many of the frames that `sender` makes reach `viewer`, 0 … 1, over `listenMs`; where both send nothing but one stream of one
 * layer each. Unlike a rate it is the same on a machine that is too busy to encode them all.
 */
export async function shareReceived(sender: Participant, viewer: Participant, listenMs = 4_000): Promise<number> {
  const look = async () => [(await framesSoFar(sender)).sent, (await framesSoFar(viewer)).received] as const;
  const [sentBefore, receivedBefore] = await look();
  await new Promise((resolve) => setTimeout(resolve, listenMs));
  const [sent, received] = await look();
  return (received - receivedBefore) / Math.max(1, sent - sentBefore);
}

/** Whether each stream that this page receives is named in the figures by the id of its track, and how many there are. */
export function namedByTrack({ page }: Participant): Promise<boolean[]> {
  return page.evaluate(async () => {
    const named: boolean[] = [];
    for (const connection of (globalThis as unknown as Kept).keptConnections) {
      if (connection.connectionState === 'closed') continue;
      const trackIds = connection.getReceivers().map(({ track }) => track.id);
      for (const report of (await connection.getStats()).values())
        if (report.type === 'inbound-rtp') named.push(trackIds.includes(String(report.trackIdentifier)));
    }
    return named;
  }, null);
}
