// Sounds that are told apart by their pitch: a microphone that sings one note, which notes a page plays, and how late they come.
import type { Page } from 'playwright-core';

/** What `sing` leaves in a page. */
interface Singing {
  /** Constraints of the sound that the page asked for, in order. */
  askedSound: MediaTrackConstraints[];
  /** 0 is silence; when it took effect, in ms since 1970. */
  singNow(volume: number): number;
}

const VOLUME = 0.3;

/** Each microphone of this page from now on sings one note, and swells a few times a second, as no hum does. Runs in the page. */
export function sing(hz: number): void {
  const volumes: GainNode[] = [];
  const askedSound: unknown[] = [];
  Object.assign(globalThis, {
    askedSound,
    singNow(volume: number) {
      for (const gain of volumes) gain.gain.value = volume;
      return performance.timeOrigin + performance.now();
    },
  });
  const devices = navigator.mediaDevices as MediaDevices | undefined;
  const original = devices?.getUserMedia.bind(devices);
  if (devices === undefined || original === undefined) return;
  devices.getUserMedia = async (constraints) => {
    const stream = await original(constraints);
    if (stream.getAudioTracks().length === 0) return stream;
    askedSound.push(constraints?.audio);
    const context = new AudioContext();
    const end = context.createMediaStreamDestination();
    const volume = new GainNode(context, { gain: 0.3 });
    const swell = new GainNode(context, { gain: 0.7 });
    const waves = new OscillatorNode(context, { frequency: 5 });
    const note = new OscillatorNode(context, { frequency: hz });
    waves.connect(new GainNode(context, { gain: 0.3 })).connect(swell.gain);
    note.connect(swell).connect(volume).connect(end);
    waves.start();
    note.start();
    volumes.push(volume);
    const [own] = stream.getAudioTracks();
    const [sung] = end.stream.getAudioTracks();
    // Stopped, the device goes too.
    if (sung && own) {
      const stop = sung.stop.bind(sung);
      sung.stop = () => {
        own.stop();
        stop();
      };
    }
    return new MediaStream([...stream.getVideoTracks(), ...end.stream.getAudioTracks()]);
  };
}

export const askedSound = (page: Page): Promise<MediaTrackConstraints[]> =>
  page.evaluate(() => (globalThis as unknown as Singing).askedSound);

/**
 * Which of these notes comes out of a page's audio elements now: those that stand 25 dB over what lies between them. Listens for a
 * quarter of a second, so that a swell does not hide one.
 */
export const notesHeard = (page: Page, notes: readonly number[]): Promise<number[]> =>
  page.evaluate(async (wanted) => {
    const context = new AudioContext({ sampleRate: 48_000 });
    const analyser = new AnalyserNode(context, { fftSize: 8192, smoothingTimeConstant: 0 });
    for (const element of document.querySelectorAll('audio')) {
      const { srcObject, paused, muted } = element;
      if (!(srcObject instanceof MediaStream) || paused || muted || srcObject.getAudioTracks().length === 0) continue;
      context.createMediaStreamSource(srcObject).connect(analyser);
    }
    const strongest = new Map<number, number>();
    const bins = new Float32Array(analyser.frequencyBinCount);
    const at = (hz: number): number => bins[Math.round((hz * analyser.fftSize) / context.sampleRate)] ?? -Infinity;
    for (let look = 0; look < 4; look += 1) {
      await new Promise((resolve) => setTimeout(resolve, 70));
      analyser.getFloatFrequencyData(bins);
      for (const hz of wanted) {
        const over = at(hz) - Math.max(at(hz - 90), at(hz + 90));
        if (at(hz) > -75 && over > 25) strongest.set(hz, over);
      }
    }
    await context.close();
    return wanted.filter((hz) => strongest.has(hz));
  }, notes);

interface Ear {
  /** Of one track: resolves when it is loud, or has been quiet for a while, in ms since 1970. */
  until(loud: boolean): Promise<number>;
}

/**
 * Milliseconds from the moment when a page begins to sing to when that comes out of an audio element of another page, each time anew.
 * @param voice key of the audio element
 */
export async function delaysOf(from: Page, to: Page, voice: string, times: number): Promise<number[]> {
  await to.evaluate(openEar, voice);
  const until = (loud: boolean): Promise<number> =>
    to.evaluate((wanted) => (globalThis as unknown as { ear: Ear }).ear.until(wanted), loud);
  const singNow = (volume: number): Promise<number> =>
    from.evaluate((now) => (globalThis as unknown as Singing).singNow(now), volume);
  const delays: number[] = [];
  for (let time = 0; time < times; time += 1) {
    await singNow(0);
    await until(false);
    const heard = until(true);
    const sungAtMs = await singNow(VOLUME);
    delays.push((await heard) - sungAtMs);
  }
  return delays;
}

/** Runs in the page. */
function openEar(voice: string): void {
  const QUIET_MS = 300;
  const element = [...document.querySelectorAll('audio')].find((one) => one.dataset['voice'] === voice);
  if (!(element?.srcObject instanceof MediaStream)) throw new Error('no such voice');
  const context = new AudioContext();
  const analyser = new AnalyserNode(context, { fftSize: 256 });
  context.createMediaStreamSource(element.srcObject).connect(analyser);
  const samples = new Float32Array(analyser.fftSize);
  const until = async (loud: boolean): Promise<number> => {
    let since = performance.now();
    for (;;) {
      analyser.getFloatTimeDomainData(samples);
      const isLoud = samples.some((sample) => Math.abs(sample) > 0.05);
      const nowMs = performance.now();
      if (loud && isLoud) return performance.timeOrigin + nowMs;
      if (isLoud) since = nowMs;
      if (!loud && nowMs - since > QUIET_MS) return performance.timeOrigin + nowMs;
      await new Promise((resolve) => setTimeout(resolve, 4));
    }
  };
  Object.assign(globalThis, { ear: { until } });
}
