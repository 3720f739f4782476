// The few quiet sounds of a room, made on the spot from sine waves, so that no file is loaded.
import { signal } from '@preact/signals';
import { recall, remember } from '../remembered.ts';

export type Sound = 'joined' | 'left' | 'chat' | 'knock' | 'recording';

/** Two notes each, in hertz: rising for coming, falling for going, one high for a message, one low for a knock, rising from low for a recording. */
const notes: Record<Sound, readonly [number, number]> = {
  joined: [523, 784],
  left: [523, 349],
  chat: [880, 880],
  knock: [392, 392],
  recording: [294, 587],
};
/** Loud enough to notice, far below speech. */
const PEAK = 0.05;
const NOTE_S = 0.11;

export const soundsOn = signal(recall('sounds') !== 'off');

export const setSounds = (on: boolean): void => {
  soundsOn.value = on;
  remember('sounds', on ? null : 'off');
};

let context: AudioContext | null = null;

/** Silent when sounds are off or the browser has not yet allowed any. */
export const playSound = (sound: Sound): void => {
  if (!soundsOn.value || typeof AudioContext === 'undefined') return;
  context ??= new AudioContext();
  const { currentTime: now, destination, state } = context;
  if (state !== 'running') {
    context.resume().catch(() => {});
    return;
  }
  for (const [index, frequency] of notes[sound].entries()) {
    const start = now + index * NOTE_S;
    const tone = new OscillatorNode(context, { frequency });
    const volume = new GainNode(context, { gain: 0 });
    volume.gain.setValueAtTime(0, start);
    volume.gain.linearRampToValueAtTime(PEAK, start + 0.015);
    volume.gain.exponentialRampToValueAtTime(0.0001, start + NOTE_S);
    tone.connect(volume).connect(destination);
    tone.start(start);
    tone.stop(start + NOTE_S);
  }
};
