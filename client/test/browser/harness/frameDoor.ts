// Stands where the server stands before one viewer: hands their e2eeWorker other frames than those that came, and counts what comes out.
// It changes the worker's script on its way to the browser; from the transform's streams on everything is the product's.
import type { BrowserContext, Page } from 'playwright-core';
import { noteInside } from './insideView.ts';
import { until } from './until.ts';

const CHANNEL = 'conclave-test-door';

/** Runs in the worker before its own code. A frame that came carries the bytes of one that is handed in; what else comes meanwhile is lost. */
const PREAMBLE = `{
  const door = new BroadcastChannel('${CHANNEL}');
  let handed = { video: [], audio: [] };
  let isOpen = true;
  let isRepeated = false;
  let counts = { handedIn: 0, cameOut: 0, ownOut: { video: 0, audio: 0 } };
  let signedBody = null;
  const marked = new WeakSet();
  let sinceOpen = new WeakSet();
  const kindOf = (frame) => (frame instanceof RTCEncodedVideoFrame ? 'video' : 'audio');
  door.addEventListener('message', ({ data }) => {
    if (data.ask === undefined) return;
    if (data.ask === 'hand') {
      handed = data.frames;
      isRepeated = data.isRepeated;
      isOpen = false;
      counts = { handedIn: 0, cameOut: 0, ownOut: { video: 0, audio: 0 } };
    } else if (data.ask === 'open') {
      isOpen = true;
      sinceOpen = new WeakSet();
      counts.ownOut = { video: 0, audio: 0 };
    }
    door.postMessage({ id: data.id, answer: { ...counts, left: handed.video.length + handed.audio.length, signedBody } });
  });
  const between = (name, make) => {
    const { get } = Object.getOwnPropertyDescriptor(RTCRtpScriptTransformer.prototype, name);
    const made = new WeakMap();
    Object.defineProperty(RTCRtpScriptTransformer.prototype, name, {
      get() {
        if (!made.has(this)) made.set(this, make(get.call(this)));
        return made.get(this);
      },
    });
  };
  const takeIn = (frame, out) => {
    if (isOpen) {
      sinceOpen.add(frame);
      return out.enqueue(frame);
    }
    const queue = handed[kindOf(frame)];
    const bytes = queue.shift();
    if (bytes === undefined) return;
    if (isRepeated) queue.push(bytes);
    frame.data = bytes.slice().buffer;
    marked.add(frame);
    counts.handedIn += 1;
    out.enqueue(frame);
  };
  const letOut = (frame, out) => {
    if (marked.has(frame)) counts.cameOut += 1;
    else if (sinceOpen.has(frame)) counts.ownOut[kindOf(frame)] += 1;
    out.enqueue(frame);
  };
  between('readable', (readable) => readable.pipeThrough(new TransformStream({ transform: takeIn })));
  between('writable', (platform) => {
    const { readable, writable } = new TransformStream({ transform: letOut });
    readable.pipeTo(platform).catch(() => undefined);
    return writable;
  });
  const { verify } = SubtleCrypto.prototype;
  SubtleCrypto.prototype.verify = function (algorithm, key, signature, data) {
    if (new TextDecoder().decode(data.slice(0, 8)) === 'cc1 feed') signedBody = Array.from(new Uint8Array(data));
    return verify.call(this, algorithm, key, signature, data);
  };
}
`;

type Kind = 'video' | 'audio';
type Handed = Readonly<Record<Kind, readonly Uint8Array[]>>;

interface Answer {
  /** Frames given to the worker in place of others since the last `hand`. */
  handedIn: number;
  /** Of those, the ones that the worker gave to a decoder. */
  cameOut: number;
  /** Frames that came over the network and went to a decoder since the door is open. */
  ownOut: Record<Kind, number>;
  /** Frames that were not handed in yet. */
  left: number;
  /** What the last signature that was checked is over. */
  signedBody: number[] | null;
}

type Ask = { ask: 'look' | 'open' } | { ask: 'hand'; isRepeated: boolean; frames: Record<Kind, string[]> };

/**
 * To be called before the page opens. One page to a context: the door is the context's.
 * @param reachable the server's origin from here
 */
export function setDoor(context: BrowserContext, reachable: string): Promise<void> {
  return noteInside(context, { more: PREAMBLE, reachable });
}

function askDoor(page: Page, ask: Ask): Promise<Answer> {
  return page.evaluate(
    ({ channel, message }) => {
      const door = new BroadcastChannel(channel);
      const id = crypto.randomUUID();
      const toBytes = (text: string): Uint8Array => Uint8Array.from(atob(text), (char) => char.codePointAt(0) ?? 0);
      const frames = 'frames' in message ? message.frames : { video: [], audio: [] };
      const bytes = { video: frames.video.map(toBytes), audio: frames.audio.map(toBytes) };
      return new Promise<Answer>((resolve) => {
        door.addEventListener('message', ({ data }: MessageEvent<{ id: string; answer: Answer }>) => {
          if (data.id !== id || data.answer === undefined) return;
          door.close();
          resolve(data.answer);
        });
        door.postMessage({ ...message, frames: bytes, id });
      });
    },
    { channel: CHANNEL, message: ask },
  );
}

const inText = (frames: readonly Uint8Array[]): string[] =>
  frames.map((bytes) => Buffer.from(bytes).toString('base64'));

const hand = ({ video, audio }: Handed, isRepeated: boolean): Ask => ({
  ask: 'hand',
  isRepeated,
  frames: { video: inText(video), audio: inText(audio) },
});

/** Nothing comes to the viewer until the door is opened again. */
export async function closeDoor(page: Page): Promise<void> {
  await askDoor(page, hand({ video: [], audio: [] }, false));
}

/** Lets through what comes, and resolves with what came of the frames handed in: each track's order is kept, so nothing of them is under way. */
export async function openDoor(page: Page): Promise<Answer> {
  await askDoor(page, { ask: 'open' });
  return until(
    async () => {
      const answer = await askDoor(page, { ask: 'look' });
      return Math.min(answer.ownOut.video, answer.ownOut.audio) >= 3 && answer;
    },
    { timeoutMs: 60_000, what: 'picture and sound to come out again' },
  );
}

/** Hands in each of `frames` once, and lets through again what comes. */
export async function handIn(page: Page, frames: Handed): Promise<Answer> {
  await askDoor(page, hand(frames, false));
  await until(async () => (await askDoor(page, { ask: 'look' })).left === 0, {
    timeoutMs: 60_000,
    what: 'all frames to be handed in',
  });
  return openDoor(page);
}

/** Hands in `frames` over and over, until the door is opened again. */
export async function keepHandingIn(page: Page, frames: Handed): Promise<void> {
  await askDoor(page, hand(frames, true));
}

/** What the signature over the viewer's last checked frame binds it to. */
export async function signedBodyOf(page: Page): Promise<Uint8Array> {
  const body = await until(async () => (await askDoor(page, { ask: 'look' })).signedBody, { what: 'a signed frame' });
  return Uint8Array.from(body);
}
