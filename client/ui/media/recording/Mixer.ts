// All voices in one track: WebAudio for what is kept; what is heard goes on playing in its own elements.
import type { Voice } from '../../components/Sounds.tsx';

/** A browser that wants another click first says nothing; people are not told of a recording that never begins. */
const START_TIMEOUT_MS = 10_000;

export class Mixer {
  #context = new AudioContext();
  #out = this.#context.createMediaStreamDestination();
  /** Several who speak at once would be louder than a file can hold. */
  #limit = new DynamicsCompressorNode(this.#context, { threshold: -9, knee: 6, ratio: 12, attack: 0.003 });
  /** Where the voices go in. */
  #into: AudioNode;
  #sources = new Map<string, { track: MediaStreamTrack; node: MediaStreamAudioSourceNode }>();

  constructor(sound: 'mixed' | 'single' = 'mixed') {
    this.#into = sound === 'mixed' ? this.#limit : this.#out;
  }

  /** Silence keeps flowing where nobody speaks, so that picture and sound stay together. */
  get track(): MediaStreamTrack | null {
    return this.#out.stream.getAudioTracks()[0] ?? null;
  }

  /** Made in a click, it runs; resolves once it does. Rejects where the browser does not let it, or lets it wait for ever. */
  async start(): Promise<void> {
    this.#limit.connect(this.#out);
    const silence = new ConstantSourceNode(this.#context, { offset: 0 });
    silence.connect(this.#into);
    silence.start();
    const late = Promise.withResolvers<never>();
    const timer = setTimeout(() => late.reject(new Error('no sound')), START_TIMEOUT_MS);
    await Promise.race([this.#context.resume(), late.promise]).finally(() => clearTimeout(timer));
  }

  mix(voices: readonly Pick<Voice, 'key' | 'track'>[]): void {
    const wanted = new Map(voices.map(({ key, track }) => [key, track]));
    for (const [key, { track, node }] of this.#sources) {
      if (wanted.get(key) === track) continue;
      node.disconnect();
      this.#sources.delete(key);
    }
    for (const [key, track] of wanted) {
      if (this.#sources.has(key) || track.readyState === 'ended') continue;
      const node = this.#context.createMediaStreamSource(new MediaStream([track]));
      node.connect(this.#into);
      this.#sources.set(key, { track, node });
    }
  }

  close(): void {
    this.mix([]);
    void this.#context.close().catch(() => undefined);
  }
}
