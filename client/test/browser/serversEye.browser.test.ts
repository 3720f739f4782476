// Stands where the server stands: what its Routers forward, what its sockets carry, and what a valid token alone is worth.
import type { BrowserContext, Page } from 'playwright-core';
import { randomBytes } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { parseSealedFrame } from '../../e2ee/frames/layout.ts';
import { accessProof } from '../../e2ee/index.ts';
import { TAG_BYTES } from '../../e2ee/sframe/suites.ts';
import { knownFrames, noteInside, type KnownFrame } from './harness/insideView.ts';
import type { Participant } from './harness/Participant.ts';
import { tapUnsealed } from './harness/plainRoom.ts';
import { secretOf, watchRequests, type RequestWatch } from './harness/requests.ts';
import { setStage, type Stage } from './harness/stage.ts';
import { readFrames, readTap, type TappedFrame } from './harness/tap.ts';
import { until } from './harness/until.ts';
import { decodeKeyFrames, isVp8KeyFrame, unlikeness, type Thumbnail } from './harness/vp8Decode.ts';

/** Bytes of a plaintext that are searched for: by chance they would stand somewhere once in 2^96. */
const NEEDLE_BYTES = 12;
/** Key frames that are compared, and how many of them have to show what was filmed. */
const KEY_FRAMES = 8;
const FILMED_KEY_FRAMES = 3;
const ENOUGH_FRAMES = 60;
const INTRUDER_WAIT_MS = 12_000;
/** Links are made once so far. */
const FIRST_LINK_GENERATION = 0;

/** How many of the known plaintexts stand somewhere in what was tapped; looks at their start, middle and end. */
function countFound(known: readonly Uint8Array[], tapped: readonly Uint8Array[]): number {
  const haystack = Buffer.concat(tapped);
  const needles = (plain: Uint8Array): Uint8Array[] =>
    [0, (plain.length - NEEDLE_BYTES) >> 1, plain.length - NEEDLE_BYTES].map((at) =>
      plain.subarray(at, at + NEEDLE_BYTES),
    );
  return known.filter((plain) => needles(plain).some((needle) => haystack.includes(Buffer.from(needle)))).length;
}

/** Fits for a needle: long enough, and not one byte over and over as in digital silence. */
const isTelling = (plain: Uint8Array): boolean =>
  plain.length >= 4 * NEEDLE_BYTES && new Set(plain).size > NEEDLE_BYTES;

/** Clear bytes and ciphertext alone: what a decoder would need if the ciphertext were none. */
function withoutFraming(sealed: Uint8Array): Uint8Array {
  const parsed = parseSealedFrame('vp8', new Uint8Array(sealed));
  if (typeof parsed === 'string') throw new Error(`not a sealed frame: ${parsed}`);
  return Buffer.concat([parsed.clear, parsed.ciphertext.subarray(0, -TAG_BYTES)]);
}

/** A picture with something on it: until the first frame is sealed the camera is held back, and what is sealed is black. */
const isFilmed = (picture: Thumbnail): picture is number[] =>
  picture !== null && Math.max(...picture) - Math.min(...picture) > 20;

describe('the server’s eye', () => {
  let stage: Stage;
  let ana: Participant;
  let ben: Participant;
  let anasPage: Page;
  let link = '';
  const watches: RequestWatch[] = [];
  let known: KnownFrame[] = [];
  let tapped: TappedFrame[] = [];

  /** Until there is enough to be looked at: a busy machine makes few key frames, and a tile of another size asks for more. */
  async function listen(): Promise<void> {
    let isSmall = false;
    const hasEnough = async (): Promise<boolean> => {
      known = await knownFrames(anasPage);
      tapped = readFrames(stage.server.tapFile);
      const pictures = await decodeKeyFrames(anasPage, knownKeyFrames());
      const telling = known.filter(({ hidden }) => isTelling(hidden)).length;
      const counts = (['video', 'audio'] as const).map((kind) => tapped.filter((frame) => frame.kind === kind).length);
      const fewest = Math.min(telling, ...counts);
      if (pictures.filter(isFilmed).length >= FILMED_KEY_FRAMES && fewest >= ENOUGH_FRAMES) return true;
      isSmall = !isSmall;
      await ben.page.resize(isSmall ? 800 : 1280, isSmall ? 500 : 800);
      return false;
    };
    await until(hasEnough, { everyMs: 1_000, timeoutMs: 90_000, what: 'enough frames to be looked at' });
  }

  /** The last ones: the first are black, as long as the camera is held back. */
  const knownKeyFrames = (): Uint8Array[] =>
    known
      .map(({ whole }) => whole)
      .filter(isVp8KeyFrame)
      .slice(-KEY_FRAMES);

  beforeAll(async () => {
    stage = await setStage({ tap: true });
    let anasContext: BrowserContext | undefined;
    ana = await stage.person('Ana Plainview', async (context) => {
      anasContext = context;
      watches.push(watchRequests(context));
      await noteInside(context);
    });
    anasPage = anasContext?.pages()[0] as Page;
    ben = await stage.person('Ben Plainview', (context) => watches.push(watchRequests(context)));
    link = await ana.makeMeeting(stage.server.origin);
    await ana.enter();
    await ben.joinByLink(link);
    await ben.sees(ana);
    await listen();
  });
  afterAll(() => stage?.close());

  it('sees the packets of every stream, so that what follows shows something', () => {
    expect(tapped.filter(({ kind }) => kind === 'video').length).toBeGreaterThan(30);
    expect(tapped.filter(({ kind }) => kind === 'audio').length).toBeGreaterThan(30);
    expect(known.filter(({ hidden }) => isTelling(hidden)).length).toBeGreaterThan(30);
  });

  it('finds no plaintext that the sender sealed in what the Router forwards', () => {
    const hidden = known.map((frame) => frame.hidden).filter(isTelling);
    expect(
      countFound(
        hidden,
        tapped.map(({ bytes }) => bytes),
      ),
    ).toBe(0);
  });

  it('finds the same plaintexts when the same frames cross a Router unsealed', async () => {
    const whole = known.filter(({ whole: frame, hidden }) => frame.length > hidden.length && isTelling(hidden));
    const first = whole.findIndex(({ whole: frame }) => isVp8KeyFrame(frame));
    const sent = whole.slice(first, first + 40);
    const seen = await tapUnsealed(sent.map((frame) => frame.whole));
    expect(
      countFound(
        sent.map(({ hidden }) => hidden),
        seen,
      ),
    ).toBeGreaterThan(sent.length * 0.8);
  });

  it('gets no picture out of a decoder, where the same frames unsealed give one', async () => {
    const sealedKeys = tapped.map(({ bytes }) => bytes).filter(isVp8KeyFrame);
    const plainKeys = await tapUnsealed(knownKeyFrames());
    expect(sealedKeys.length).toBeGreaterThan(0);
    const plainPictures = (await decodeKeyFrames(anasPage, plainKeys)).filter(isFilmed);
    expect(plainPictures.length).toBeGreaterThan(1);
    const looked = sealedKeys.slice(-KEY_FRAMES);
    // As they crossed, and with header and tag taken out by one who knows the format.
    const sealedPictures = await decodeKeyFrames(anasPage, [...looked, ...looked.map(withoutFraming)]);
    // A VP8 decoder takes any bytes for coefficients: what it paints of ciphertext must resemble nothing that was filmed.
    for (const picture of sealedPictures) {
      const nearest = Math.min(
        ...plainPictures.map((plain) => (picture === null ? Infinity : unlikeness(picture, plain))),
      );
      expect(nearest).toBeGreaterThan(15);
    }
    // The measure itself: unsealed key frames of one camera do resemble each other.
    const [first, ...others] = plainPictures;
    for (const other of others) expect(unlikeness(first ?? [], other)).toBeLessThan(15);
  });

  it('carries neither chat nor names in the clear over its sockets or into its log', async () => {
    const words = 'quinces at midnight';
    await ana.say(words);
    await ben.reads(words);
    for (const watch of watches) {
      expect(watch.seen()).toBeGreaterThan(10);
      for (const text of [words, ana.name, ben.name]) expect(watch.saying(text)).toEqual([]);
    }
    for (const text of [words, ana.name, ben.name, secretOf(link)]) expect(stage.server.output()).not.toContain(text);
  });

  it('gives one who has a valid token but not the secret no key, and shows them to nobody', async () => {
    const { pathname, hash } = new URL(link);
    const roomId = pathname.split('/')[2] ?? '';
    const proof = await accessProof(Buffer.from(secretOf(link), 'base64url'), roomId, FIRST_LINK_GENERATION);
    const producersBefore = readTap(stage.server.tapFile).filter(({ type }) => type === 'producer').length;
    let tokensGiven = 0;
    const mallory = await stage.person('Mallory', (context) =>
      context.route('**/api/rooms/*/tokens', async (route) => {
        // Somebody told them the admission proof, or the server itself minted the token: either way they are let in.
        const response = await route.fetch({ postData: JSON.stringify({ kind: 'member', proof }) });
        if (response.ok()) tokensGiven += 1;
        await route.fulfill({ response });
      }),
    );
    const wrongHash = hash.replace(secretOf(link), randomBytes(24).toString('base64url'));
    await mallory.openLink(`${stage.server.origin}${pathname}${wrongHash}`);
    await mallory.tryToEnter();
    await until(() => tokensGiven > 0, { what: 'the intruder to have a valid token' });
    const deadline = performance.now() + INTRUDER_WAIT_MS;
    while (performance.now() < deadline) {
      expect(await mallory.lockState()).not.toBe('sealed');
      for (const person of [ana, ben]) {
        const people = await person.people();
        expect(people).toHaveLength(2);
        expect(people.join()).not.toContain('Mallory');
      }
      await sleep(500);
    }
    expect(readTap(stage.server.tapFile).filter(({ type }) => type === 'producer').length).toBe(producersBefore);
    await ben.sees(ana);
  });
});
