// The quiet sounds of a room, made on the spot from sine waves, so that no file is loaded; each can be switched off.
import { signal, type Signal } from '@preact/signals';
import { recall, remember } from '../remembered.ts';

/** In the order of the dialog. A new one needs its notes here and its name in the words (`sounds.…`). */
export const SOUNDS = ['joined', 'left', 'hand', 'chat', 'knock', 'recording'] as const;
export type Sound = (typeof SOUNDS)[number];

/** Hertz: rising for coming, falling for going, a bright step for a hand, one high for a message, one low for a knock. */
const notes: Record<Sound, readonly number[]> = {
  joined: [523, 784],
  left: [523, 349],
  hand: [659, 988],
  chat: [880, 880],
  knock: [392, 392],
  recording: [587, 587, 880],
};
/** Loud enough to notice, far below speech. */
const PEAK = 0.05;
const NOTE_S = 0.11;

/** All of them. */
export const soundsOn = signal(recall('sounds') !== 'off');

export const setSounds = (on: boolean): void => {
  soundsOn.value = on;
  remember('sounds', on ? null : 'off');
};

const each: Record<Sound, Signal<boolean>> = {
  joined: signal(recall('sound.joined') !== 'off'),
  left: signal(recall('sound.left') !== 'off'),
  hand: signal(recall('sound.hand') !== 'off'),
  chat: signal(recall('sound.chat') !== 'off'),
  knock: signal(recall('sound.knock') !== 'off'),
  recording: signal(recall('sound.recording') !== 'off'),
};

/** Its own switch; whether it is played hangs on the one for all, too. */
export const isSoundOn = (sound: Sound): boolean => each[sound].value;

export const setSound = (sound: Sound, on: boolean): void => {
  each[sound].value = on;
  remember(`sound.${sound}`, on ? null : 'off');
};

let context: AudioContext | null = null;

/** Silent when it is off or the browser has not yet allowed any. */
export const playSound = (sound: Sound): void => {
  if (soundsOn.value && isSoundOn(sound)) soundOut(sound, 'skip');
};

/** What it is like, whether it is on or not; after a press, which wakes the browser's sound. */
export const tryOutSound = (sound: Sound): void => soundOut(sound, 'wait');

const soundOut = (sound: Sound, whileAsleep: 'skip' | 'wait'): void => {
  if (typeof AudioContext === 'undefined') return;
  context ??= new AudioContext();
  const awake = context;
  if (awake.state === 'running') {
    playNotes(awake, notes[sound]);
    return;
  }
  const woken = awake.resume();
  // A sound that comes late is about something else.
  (whileAsleep === 'wait' ? woken.then(() => playNotes(awake, notes[sound])) : woken).catch(() => {});
};

const playNotes = (context: AudioContext, frequencies: readonly number[]): void => {
  for (const [index, frequency] of frequencies.entries()) {
    const start = context.currentTime + index * NOTE_S;
    const tone = new OscillatorNode(context, { frequency });
    const volume = new GainNode(context, { gain: 0 });
    volume.gain.setValueAtTime(0, start);
    volume.gain.linearRampToValueAtTime(PEAK, start + 0.015);
    volume.gain.exponentialRampToValueAtTime(0.0001, start + NOTE_S);
    tone.connect(volume).connect(context.destination);
    tone.start(start);
    tone.stop(start + NOTE_S);
  }
};
