// What a page sends of sound: a voice for its microphone, which track goes out, and how loud it is.
import type { BrowserPage } from './BrowserPage.ts';

/** How loud the voice and the noise in a microphone are, and what of its sound a worker gives back too late. */
interface Room {
  voice: number;
  noise: number;
  /** Of all sound. Always told, so that it is a device of this speed, whatever this one is. */
  lateShare: number;
}

/**
 * A microphone with a voice in it, and with noise if told so: the fake one's short beep is noise to who suppresses noise.
 * What a worker missed, which the page reads from the memory they share, is what `lateShare` says.
 */
export function speak(): void {
  const room = { voice: 0.2, noise: 0, lateShare: 0 };
  const volumes: { of: 'voice' | 'noise'; volume: GainNode }[] = [];
  const load = Atomics.load.bind(Atomics) as (counts: Int32Array, at: number) => number;
  let missed = 0;
  let readAtMs = performance.now();
  Atomics.load = ((counts: Int32Array, at: number) => {
    Object.assign(globalThis, { reallyMissed: load(counts, at) });
    const nowMs = performance.now();
    missed += (nowMs - readAtMs) * 48 * room.lateShare;
    readAtMs = nowMs;
    return Math.round(missed);
  }) as typeof Atomics.load;
  Object.assign(globalThis, {
    setRoom: (now: Partial<Room>) => {
      Object.assign(room, now);
      for (const { of, volume } of volumes) volume.gain.value = room[of];
    },
  });
  /** Low and even, as a fan sounds, and each time the same: of a hiss RNNoise takes away little, and never the same. */
  const fanOf = (context: AudioContext): AudioBufferSourceNode => {
    const samples = new Float32Array(context.sampleRate);
    let [random, sample] = [1, 0];
    for (let at = 0; at < samples.length; at += 1) {
      random = (Math.imul(random, 1_664_525) + 1_013_904_223) | 0;
      sample = sample * 0.95 + random / 2 ** 31;
      samples[at] = sample;
    }
    const peak = samples.reduce((most, one) => Math.max(most, Math.abs(one)), 0);
    const buffer = new AudioBuffer({ length: samples.length, sampleRate: context.sampleRate });
    buffer.copyToChannel(
      samples.map((one) => one / peak),
      0,
    );
    return new AudioBufferSourceNode(context, { buffer, loop: true });
  };
  const devices = navigator.mediaDevices as MediaDevices | undefined;
  const original = devices?.getUserMedia.bind(devices);
  if (devices === undefined || original === undefined) return;
  devices.getUserMedia = async (constraints) => {
    const stream = await original(constraints);
    if (stream.getAudioTracks().length === 0) return stream;
    const context = new AudioContext();
    const end = context.createMediaStreamDestination();
    const vowel = new OscillatorNode(context, { type: 'sawtooth', frequency: 140 });
    for (const [of, source] of [['voice', vowel] as const, ['noise', fanOf(context)] as const]) {
      const volume = new GainNode(context, { gain: room[of] });
      volumes.push({ of, volume });
      source.connect(volume).connect(end);
      source.start();
    }
    return new MediaStream([...stream.getVideoTracks(), ...end.stream.getAudioTracks()]);
  };
}

/** Samples that the worker really gave back too late since it was opened. */
export const reallyMissed = (page: BrowserPage): Promise<number> =>
  page.evaluate(() => (globalThis as unknown as { reallyMissed?: number }).reallyMissed ?? 0, null);

/** Where `speak` ran in the page. */
export const setRoom = (page: BrowserPage, room: Partial<Room>): Promise<void> =>
  page.evaluate((now) => (globalThis as unknown as { setRoom(room: Partial<Room>): void }).setRoom(now), room);

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
