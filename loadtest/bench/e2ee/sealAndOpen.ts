// Microseconds per frame through the real frame path, beside raw WebCrypto on the same bytes, in alternating pairs.
import type { EncodedFrame } from '../../../client/e2ee/frames/encodedFrame.ts';
import { openFrame, parseSealedFrame, sealFrame } from '../../../client/e2ee/frames/layout.ts';
import { splitFrame } from '../../../client/e2ee/frames/splitFrame.ts';
import { median, steadyPairs } from '../steady.ts';
import { asPlatforms, attach, createEnd, encoded, GROUP, type Lane } from './ends.ts';
import type { Plan, Sample } from './plan.ts';

/** What reached WebCrypto's full speed in both browsers; more measures the queue. */
const IN_FLIGHT = 25;
/** Turns that each way takes within a pair. More are shorter, down to where the clock's grain shows. */
const ROUNDS = 12;

interface Batch {
  seal: number;
  open: number;
}

const perFrame = (startMs: number, count: number): number => ((performance.now() - startMs) * 1_000) / count;

export const pick = <T>(list: readonly T[], index: number): T => list[index] as T;

/** Pushes every frame, IN_FLIGHT at a time; resolves to µs per frame once all came out. */
function flood(lane: Lane, frames: readonly EncodedFrame[]): Promise<number> {
  return new Promise((resolve) => {
    let pushed = 0;
    let out = 0;
    const pushNext = (): void => {
      const frame = frames[pushed++];
      if (frame !== undefined) lane.push(frame);
    };
    const startMs = performance.now();
    lane.onOut = () => {
      if (++out === frames.length) resolve(perFrame(startMs, out));
      else pushNext();
    };
    for (let index = 0; index < IN_FLIGHT; index++) pushNext();
  });
}

/** IN_FLIGHT at a time; resolves to µs for each. */
export async function inFlight(count: number, work: (index: number) => Promise<unknown>): Promise<number> {
  let next = 0;
  const run = async (): Promise<void> => {
    while (next < count) await work(next++);
  };
  const startMs = performance.now();
  await Promise.all(Array.from({ length: IN_FLIGHT }, run));
  return perFrame(startMs, count);
}

/** Sealed bytes come to whoever opens them in another buffer than they left in, and that one is the platform's. */
function crossNetwork(frame: EncodedFrame): void {
  frame.data = asPlatforms(frame.data);
}

/** The frame functions as SendTrack and ReceiveTrack call them, without streams around: what the targets are about. */
async function throughFunctions(bytes: number, count: number): Promise<Batch> {
  const [ana, ben] = [createEnd(0), createEnd(1)];
  await Promise.all([ana.enter(0), ben.enter(0)]);
  ana.keyring.sendFrom(GROUP, 0);
  const frames = Array.from({ length: count }, (_, index) => encoded('video', bytes, index === 0));
  const seal = await inFlight(count, async (index) => {
    const frame = pick(frames, index);
    const parts = splitFrame('vp8', new Uint8Array(frame.data));
    const ticket = ana.keyring.takeTicket('camera');
    if (typeof parts === 'string' || typeof ticket === 'string') throw new Error('nothing was sealed');
    frame.data = await sealFrame(ticket, 'vp8', parts);
  });
  frames.forEach(crossNetwork);
  const open = await inFlight(count, async (index) => {
    const frame = pick(frames, index);
    const sealed = parseSealedFrame('vp8', new Uint8Array(frame.data));
    if (typeof sealed === 'string') throw new Error(sealed);
    const slot = ben.keyring.resolveEpoch(sealed.kid.epochBits)?.receiveSlot(0, sealed.kidValue);
    if (slot === undefined || !slot.window.isFresh(sealed.ctr)) throw new Error('nothing was opened');
    const keys = slot.keys instanceof Promise ? await slot.keys : slot.keys;
    frame.data = await openFrame(sealed, keys);
    if (!slot.window.accept(sealed.ctr)) throw new Error('a frame came twice');
  });
  return { seal, open };
}

async function throughTracks(bytes: number, count: number): Promise<Batch> {
  const [ana, ben] = [createEnd(0), createEnd(1)];
  await Promise.all([ana.enter(0), ben.enter(0)]);
  ana.keyring.sendFrom(GROUP, 0);
  const frames = Array.from({ length: count }, (_, index) => encoded('video', bytes, index === 0));
  const seal = await flood(attach(ana, 'send', 'video'), frames);
  frames.forEach(crossNetwork);
  const open = await flood(attach(ben, 'receive', 'video'), frames);
  const [sent] = ana.engine.counters();
  const [received] = ben.engine.counters();
  ana.engine.close();
  ben.engine.close();
  if (sent?.sealed !== count || received?.opened !== count) throw new Error('frames were lost on the way');
  return { seal, open };
}

/** Nonces and additional data of the lengths that ours have, made beforehand and used once, as every frame's are. */
function algorithmsFor(count: number): AesGcmParams[] {
  return Array.from({ length: count }, (_, index) => {
    const iv = new Uint8Array(12);
    new DataView(iv.buffer).setUint32(8, index);
    return { name: 'AES-GCM', iv, additionalData: new Uint8Array(9) };
  });
}

async function throughRawCrypto(bytes: number, count: number): Promise<Batch> {
  const key = await crypto.subtle.generateKey({ name: 'AES-GCM', length: 128 }, false, ['encrypt', 'decrypt']);
  const [forSeal, forOpen] = [algorithmsFor(count), algorithmsFor(count)];
  const frames = Array.from({ length: count }, () => encoded('video', bytes));
  const seal = await inFlight(count, async (index) => {
    const frame = pick(frames, index);
    frame.data = await crypto.subtle.encrypt(pick(forSeal, index), key, frame.data);
  });
  frames.forEach(crossNetwork);
  const open = await inFlight(count, async (index) => {
    const frame = pick(frames, index);
    frame.data = await crypto.subtle.decrypt(pick(forOpen, index), key, frame.data);
  });
  return { seal, open };
}

const WAYS = { functions: throughFunctions, floor: throughRawCrypto, tracks: throughTracks } as const;
type Way = keyof typeof WAYS;
const ORDERS: readonly (readonly Way[])[] = [
  ['functions', 'floor', 'tracks'],
  ['floor', 'functions', 'tracks'],
];

/**
 * One pair: the three ways take turns in rounds of a few milliseconds, so that whatever else the machine does meets all of
 * them, and the median round counts. Their order turns round each time: whoever comes after the tracks finds colder caches.
 */
async function measurePair(bytes: number, count: number): Promise<Record<Way, Batch>> {
  const rounds: Record<Way, Batch[]> = { functions: [], floor: [], tracks: [] };
  for (let round = 0; round < ROUNDS; round++) {
    for (const way of pick(ORDERS, round % 2)) rounds[way].push(await WAYS[way](bytes, Math.ceil(count / ROUNDS)));
  }
  const middle = (way: Way): Batch => ({
    seal: median(rounds[way].map(({ seal }) => seal)),
    open: median(rounds[way].map(({ open }) => open)),
  });
  return { functions: middle('functions'), floor: middle('floor'), tracks: middle('tracks') };
}

/** One size's four samples: `seal-<bytes>`, `open-<bytes>`, `send-track-<bytes>`, `receive-track-<bytes>`. */
async function measureSize(plan: Plan, bytes: number, count: number): Promise<Sample[]> {
  const sample = (name: string) => ({ name: `${name}-${bytes}`, unit: 'µs', values: [] as number[] });
  const [seal, open] = [sample('seal'), sample('open')];
  const [send, receive] = [sample('send-track'), sample('receive-track')];
  const floors: Record<keyof Batch, number[]> = { seal: [], open: [] };
  const isSteady = (): boolean => Object.values(floors).every((list) => steadyPairs(list).length >= plan.pairs);
  for (let pair = 0; pair < plan.pairs * plan.triesPerPair && !isSteady(); pair++) {
    const { functions, floor, tracks } = await measurePair(bytes, count);
    seal.values.push(functions.seal);
    open.values.push(functions.open);
    send.values.push(tracks.seal);
    receive.values.push(tracks.open);
    floors.seal.push(floor.seal);
    floors.open.push(floor.open);
  }
  const withFloors = (list: Sample[], own: number[]): Sample[] => list.map((one) => ({ ...one, floors: own }));
  return [...withFloors([seal, send], floors.seal), ...withFloors([open, receive], floors.open)];
}

export async function measureFrames(plan: Plan): Promise<Sample[]> {
  const samples: Sample[] = [];
  for (const { bytes, count } of plan.frames) {
    // Once unmeasured, so that everything is compiled.
    await throughTracks(bytes, count);
    await throughFunctions(bytes, count);
    await throughRawCrypto(bytes, count);
    samples.push(...(await measureSize(plan, bytes, count)));
  }
  return samples;
}
