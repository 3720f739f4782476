// What a page sends of sound: a voice for its microphone, which track goes out, and how loud it is.
import type { BrowserPage } from './BrowserPage.ts';

/** A microphone with a voice in it: the fake one's short beep is noise to who suppresses noise. */
export function speak(): void {
  const devices = navigator.mediaDevices as MediaDevices | undefined;
  const original = devices?.getUserMedia.bind(devices);
  if (devices === undefined || original === undefined) return;
  devices.getUserMedia = async (constraints) => {
    const stream = await original(constraints);
    if (stream.getAudioTracks().length === 0) return stream;
    const context = new AudioContext();
    const end = context.createMediaStreamDestination();
    const volume = new GainNode(context, { gain: 0.2 });
    const vowel = new OscillatorNode(context, { type: 'sawtooth', frequency: 140 });
    vowel.connect(volume).connect(end);
    vowel.start();
    return new MediaStream([...stream.getVideoTracks(), ...end.stream.getAudioTracks()]);
  };
}

/** What a page sends now, where `keepConnections` ran in it: the ids of its own tracks. */
export const sentTracks = (page: BrowserPage, kind: 'audio' | 'video'): Promise<string[]> =>
  page.evaluate((wanted) => {
    const { keptConnections } = globalThis as unknown as { keptConnections: Set<RTCPeerConnection> };
    const senders = [...keptConnections].flatMap((connection) =>
      connection.connectionState === 'closed' ? [] : connection.getSenders(),
    );
    return senders.flatMap(({ track }) => (track?.kind === wanted ? [track.id] : []));
  }, kind);

/** Loudest sample, within a quarter of a second, of the sound that it sends. */
export const loudestSent = (page: BrowserPage): Promise<number> =>
  page.evaluate(async () => {
    const { keptConnections } = globalThis as unknown as { keptConnections: Set<RTCPeerConnection> };
    const tracks = [...keptConnections].flatMap((one) => one.getSenders().map(({ track }) => track));
    const track = tracks.find((one) => one?.kind === 'audio' && one.readyState === 'live');
    if (!track) return 0;
    const context = new AudioContext();
    const analyser = context.createAnalyser();
    context.createMediaStreamSource(new MediaStream([track])).connect(analyser);
    await new Promise((resolve) => setTimeout(resolve, 250));
    const samples = new Float32Array(analyser.fftSize);
    analyser.getFloatTimeDomainData(samples);
    await context.close();
    return samples.reduce((peak, sample) => Math.max(peak, Math.abs(sample)), 0);
  }, null);
