// A microphone without the noise of the room: owns its track and an audio graph, and gives a track with what is left, the voice.
import { LatenessWatch } from './LatenessWatch.ts';
import { openSuppressor, type Suppressor } from './suppressor.ts';

export interface NoiseLine {
  /** Stopping it stops all, the microphone too. */
  readonly track: MediaStreamTrack;
  close(): void;
}

/** What RNNoise was trained with; the browser resamples. */
const SAMPLE_RATE = 48_000;
const START_MS = 10_000;
const WATCH_MS = 500;

export const canSuppressNoise = (): boolean =>
  typeof WebAssembly === 'object' && typeof AudioWorkletNode === 'function' && typeof AudioContext === 'function';

/** Rejects after a while where the browser does not start sound. */
function within<T>(work: Promise<T>): Promise<T> {
  const { promise, reject } = Promise.withResolvers<never>();
  const timer = setTimeout(() => reject(new Error('no sound from here')), START_MS);
  return Promise.race([work, promise]).finally(() => clearTimeout(timer));
}

interface Graph {
  output: MediaStreamTrack;
  /** Loudest sample of the last moment, before and after. */
  peaks(): { peakIn: number; peakOut: number };
}

const peakOf = (analyser: AnalyserNode): number => {
  const samples = new Float32Array(analyser.fftSize);
  analyser.getFloatTimeDomainData(samples);
  return samples.reduce((peak, sample) => Math.max(peak, Math.abs(sample)), 0);
};

async function build(context: AudioContext, mic: MediaStreamTrack, kind: Suppressor): Promise<Graph> {
  await context.audioWorklet.addModule(kind.workletUrl);
  await within(context.resume());
  const source = new MediaStreamAudioSourceNode(context, { mediaStream: new MediaStream([mic]) });
  const suppressor = new AudioWorkletNode(context, kind.processor, {
    channelCount: 1,
    channelCountMode: 'explicit',
    outputChannelCount: [1],
    processorOptions: kind.processorOptions,
  });
  const end = new MediaStreamAudioDestinationNode(context, { channelCount: 1 });
  const [before, after] = [new AnalyserNode(context), new AnalyserNode(context)];
  source.connect(suppressor).connect(end);
  source.connect(before);
  suppressor.connect(after);
  const [output] = end.stream.getAudioTracks();
  if (output === undefined) throw new Error('no track to send');
  return { output, peaks: () => ({ peakIn: peakOf(before), peakOut: peakOf(after) }) };
}

/**
 * Takes the microphone over. Rejects where it does not run here, and leaves the microphone as it was.
 * @param onLate the device does not keep up, or nothing comes out; it goes on until closed
 */
export async function openNoiseLine(mic: MediaStreamTrack, onLate: () => void): Promise<NoiseLine> {
  const context = new AudioContext({ sampleRate: SAMPLE_RATE, latencyHint: 'interactive' });
  let suppressor: Suppressor | null = null;
  const closeAll = (): void => {
    context.close().catch(() => undefined);
    suppressor?.close();
  };
  const open = async (): Promise<Graph> => build(context, mic, (suppressor = await openSuppressor()));
  const graph = await open().catch((error: unknown) => {
    closeAll();
    throw error;
  });
  const { output } = graph;
  const stopOutput = output.stop.bind(output);
  const watch = new LatenessWatch();
  const timer = setInterval(() => {
    const clockS = context.currentTime - (suppressor?.missedSamples() ?? 0) / SAMPLE_RATE;
    const heard = { atMs: performance.now(), clockS, ...graph.peaks() };
    if (!watch.add(heard)) return;
    clearInterval(timer);
    onLate();
  }, WATCH_MS);
  let closed = false;
  const close = (): void => {
    if (closed) return;
    closed = true;
    clearInterval(timer);
    mic.stop();
    stopOutput();
    closeAll();
  };
  output.stop = close;
  mic.addEventListener('ended', () => {
    if (closed) return;
    close();
    output.dispatchEvent(new Event('ended'));
  });
  return { track: output, close };
}
