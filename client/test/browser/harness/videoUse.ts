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

const sum = (streams: VideoStream[]): number => streams.reduce((total, { frames }) => total + frames, 0);

/** Frames a second that this page decodes of all pictures, over `listenMs`. */
export async function decodedPerSecond(person: Participant, listenMs = 4_000): Promise<number> {
  const before = sum((await videoUse(person)).decoded);
  const startMs = performance.now();
  await new Promise((resolve) => setTimeout(resolve, listenMs));
  const after = sum((await videoUse(person)).decoded);
  return ((after - before) * 1_000) / (performance.now() - startMs);
}
