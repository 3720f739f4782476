// A microphone without the noise of the room: owns its track and an audio graph, and gives a track with what is left, the voice.
// Vite makes these the addresses of the bundled scripts; the modules themselves export nothing.
// oxlint-disable-next-line import/default
import compilerUrl from './effectsNoise.ts?worker&url';
// oxlint-disable-next-line import/default
import workletUrl from './noiseWorklet.ts?worker&url';
import { trustedScriptUrl } from '../../trustedScript.ts';
import { LatenessWatch } from './LatenessWatch.ts';
import type { FromNoiseCompiler } from './protocol.ts';

export interface NoiseLine {
  /** Stopping it stops all, the microphone too. */
  readonly track: MediaStreamTrack;
  close(): void;
}

/** Under this name @sapphi-red/web-noise-suppressor registers RNNoise. */
const PROCESSOR = '@sapphi-red/web-noise-suppressor/rnnoise';
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

function compileModule(): Promise<WebAssembly.Module> {
  const worker = new Worker(trustedScriptUrl(compilerUrl), { type: 'module', name: 'noise' });
  const { promise, resolve, reject } = Promise.withResolvers<WebAssembly.Module>();
  const fail = (): void => reject(new Error('the noise suppressor could not be compiled'));
  worker.addEventListener('error', fail);
  worker.addEventListener('messageerror', fail);
  worker.addEventListener('message', ({ data }: MessageEvent<FromNoiseCompiler>) => {
    if (data.kind === 'compiled') resolve(data.module);
    else fail();
  });
  return within(promise).finally(() => worker.terminate());
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

async function build(context: AudioContext, mic: MediaStreamTrack): Promise<Graph> {
  const [module] = await Promise.all([compileModule(), context.audioWorklet.addModule(workletUrl)]);
  await within(context.resume());
  const source = new MediaStreamAudioSourceNode(context, { mediaStream: new MediaStream([mic]) });
  const suppressor = new AudioWorkletNode(context, PROCESSOR, {
    channelCount: 1,
    channelCountMode: 'explicit',
    outputChannelCount: [1],
    processorOptions: { maxChannels: 1, wasmBinary: module },
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
  const graph = await build(context, mic).catch((error: unknown) => {
    context.close().catch(() => undefined);
    throw error;
  });
  const { output } = graph;
  const stopOutput = output.stop.bind(output);
  const watch = new LatenessWatch();
  const timer = setInterval(() => {
    const heard = { atMs: performance.now(), clockS: context.currentTime, ...graph.peaks() };
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
    context.close().catch(() => undefined);
  };
  output.stop = close;
  mic.addEventListener('ended', () => {
    if (closed) return;
    close();
    output.dispatchEvent(new Event('ended'));
  });
  return { track: output, close };
}
