// How late a new voice is heard where more microphones are on than are forwarded: from its first packet to its sound in the page.
import { setTimeout as sleep } from 'node:timers/promises';
import type { Page } from 'playwright-core';
import type { Crowd } from '../cost/Crowd.ts';
import type { Hall } from '../cost/hall.ts';

/** Somebody new begins every so often and speaks for so long, as often as `voices` says. */
export interface Talk {
  name: string;
  everyMs: number;
  speaksMs: number;
  voices: number;
}

export interface VoiceDelays {
  /** From the first packet until it is among the microphones that are forwarded, ms. */
  forwarded: number[];
  /** Until it sounds in the page. */
  heard: number[];
  /** Voices that were over before they were heard. */
  missed: number;
}

/** How often it is looked at; both figures are late by half of it. */
const LOOK_MS = 10;
/** Before the first voice, in which nobody speaks: all turns of before are over. */
const QUIET_MS = 4_000;

interface Began {
  peerId: string;
  atMs: number;
}

interface Watched {
  voicesBegun: Began[];
}

export async function measureVoices(hall: Hall, crowd: Crowd, page: Page, talk: Talk): Promise<VoiceDelays> {
  const spoken: Began[] = [];
  const admitted: Began[] = [];
  crowd.onSpoke = ({ peerId, atMs }) => void spoken.push({ peerId, atMs });
  crowd.speak([]);
  await sleep(QUIET_MS);
  await page.evaluate(watchVoices, LOOK_MS);
  const looks = setInterval(followAdmissions(hall, admitted), LOOK_MS);
  try {
    await letSpeak(hall, crowd, talk);
  } finally {
    clearInterval(looks);
    crowd.speak([]);
  }
  const sounded = await page.evaluate(() => (globalThis as unknown as Watched).voicesBegun);
  const delaysIn = (begun: readonly Began[]): number[] =>
    spoken.flatMap(({ peerId, atMs }) => {
      const first = begun.find((one) => one.peerId === peerId && one.atMs >= atMs && one.atMs < atMs + talk.speaksMs);
      return first === undefined ? [] : [first.atMs - atMs];
    });
  const heard = delaysIn(sounded);
  return { forwarded: delaysIn(admitted), heard, missed: spoken.length - heard.length };
}

/** Notes who comes in among those that are forwarded. */
function followAdmissions(hall: Hall, admitted: Began[]): () => void {
  let before = new Set<string>();
  return () => {
    const now = new Set(hall.heard() ?? []);
    for (const peerId of now) if (!before.has(peerId)) admitted.push({ peerId, atMs: Date.now() });
    before = now;
  };
}

/** Each voice is one that is not forwarded when it begins. */
async function letSpeak(hall: Hall, crowd: Crowd, { voices, everyMs, speaksMs }: Talk): Promise<void> {
  let speaking: { number: number; untilMs: number }[] = [];
  let last = 0;
  const startMs = performance.now();
  for (let voice = 0; voice < voices; voice += 1) {
    const nowMs = performance.now();
    speaking = speaking.filter(({ untilMs }) => untilMs > nowMs);
    const forwarded = new Set(hall.heard() ?? []);
    const numbers = [...crowd.peerIds].flatMap(([number, peerId]) => (forwarded.has(peerId) ? [] : [number]));
    const free = numbers.filter((number) => !speaking.some((one) => one.number === number));
    // In order of their numbers, so that nobody comes again soon.
    const next = free.find((number) => number > last) ?? free[0];
    if (next === undefined) throw new Error('every microphone is forwarded');
    last = next;
    speaking.push({ number: next, untilMs: nowMs + speaksMs });
    crowd.speak(speaking.map(({ number }) => number));
    // Off the beat of whoever measures levels.
    const dueMs = startMs + (voice + 1) * everyMs + ((voice * 37) % 100);
    await sleep(Math.max(0, dueMs - performance.now()));
  }
  await sleep(speaksMs);
}

/** Runs in the page: notes when each voice turns from silence to sound, by what its receiver has played. */
function watchVoices(everyMs: number): void {
  const AUDIBLE = 0.005;
  const PAUSE_MS = 400;
  const kept = globalThis as unknown as { keptConnections: Set<RTCPeerConnection>; voicesTimer?: number };
  const voicesBegun: Began[] = [];
  Object.assign(globalThis, { voicesBegun });
  const lastMs = new Map<string, number>();
  clearInterval(kept.voicesTimer);
  kept.voicesTimer = window.setInterval(() => {
    const receivers = new Map<string, RTCRtpReceiver>();
    for (const connection of kept.keptConnections)
      for (const receiver of connection.getReceivers()) receivers.set(receiver.track.id, receiver);
    for (const element of document.querySelectorAll<HTMLAudioElement>('audio[data-voice]')) {
      const [track] = element.srcObject instanceof MediaStream ? element.srcObject.getAudioTracks() : [];
      const [source] = receivers.get(track?.id ?? '')?.getSynchronizationSources() ?? [];
      if (source === undefined || (source.audioLevel ?? 0) < AUDIBLE) continue;
      if (performance.now() - source.timestamp > PAUSE_MS && source.timestamp < performance.now()) continue;
      const peerId = element.dataset['voice']?.split('/')[0] ?? '';
      const nowMs = Date.now();
      if (nowMs - (lastMs.get(peerId) ?? 0) > PAUSE_MS) voicesBegun.push({ peerId, atMs: nowMs });
      lastMs.set(peerId, nowMs);
    }
  }, everyMs);
}
