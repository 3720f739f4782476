// Loudness of one's own microphone, for the meter and for *you are muted*; never touches the sound of others.

/** Samples looked at each time: 1,024 at 48 kHz is 21 ms, short enough to follow syllables. */
const FFT_SIZE = 1024;
const INTERVAL_MS = 80;
/** Loudness that fills the meter, in dB below full scale; speech close to a laptop peaks near -20. */
const RANGE_DB = { floor: -60, ceiling: -18 };

/** 0 … 1 from samples of -1 … 1, on a decibel scale, since ears hear so. */
export const levelOf = (samples: Float32Array): number => {
  let sum = 0;
  for (const sample of samples) sum += sample * sample;
  const decibels = 10 * Math.log10(sum / Math.max(1, samples.length) + 1e-12);
  return Math.min(1, Math.max(0, (decibels - RANGE_DB.floor) / (RANGE_DB.ceiling - RANGE_DB.floor)));
};

/** Calls `onLevel` about twelve times a second until closed. The track stays its owner's. */
export const createMicMeter = (track: MediaStreamTrack, onLevel: (level: number) => void): { close(): void } => {
  const context = new AudioContext();
  const analyser = new AnalyserNode(context, { fftSize: FFT_SIZE });
  const source = new MediaStreamAudioSourceNode(context, { mediaStream: new MediaStream([track]) });
  source.connect(analyser);
  // Created before any click, a context sleeps; the first click or key anywhere wakes it.
  const wake = (): void => void context.resume().catch(() => {});
  wake();
  document.addEventListener('pointerdown', wake, { once: true });
  const samples = new Float32Array(FFT_SIZE);
  const timer = setInterval(() => {
    analyser.getFloatTimeDomainData(samples);
    onLevel(levelOf(samples));
  }, INTERVAL_MS);
  let closed = false;
  return {
    close() {
      if (closed) return;
      closed = true;
      clearInterval(timer);
      document.removeEventListener('pointerdown', wake);
      source.disconnect();
      context.close().catch(() => {});
    },
  };
};
