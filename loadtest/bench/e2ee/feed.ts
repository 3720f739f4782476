// Microseconds per picture for signing it and for checking that it is signed, beside raw Ed25519 on the bytes that are signed.
import { Feed } from '../../../client/e2ee/feed/Feed.ts';
import { FeedKey } from '../../../client/e2ee/feed/FeedKey.ts';
import { leafOf, signedBody } from '../../../client/e2ee/feed/signedBlock.ts';
import { FrameKeyring } from '../../../client/e2ee/frames/FrameKeyring.ts';
import { streamNumber } from '../../../client/e2ee/frames/kid.ts';
import { parseSealedFrame, type SealedFrame } from '../../../client/e2ee/frames/layout.ts';
import { OnAirProof } from '../../../client/e2ee/frames/OnAirProof.ts';
import { isForStage, sealOnAir, signLeaves, type StageTicket } from '../../../client/e2ee/frames/sealOnAir.ts';
import { splitFrame } from '../../../client/e2ee/frames/splitFrame.ts';
import { median, steadyPairs } from '../steady.ts';
import { asPlatforms, encoded } from './ends.ts';
import type { Plan, Sample } from './plan.ts';
import { inFlight, pick } from './sealAndOpen.ts';

const ROUNDS = 12;
const FRAME_BYTES = 1_200;
const GROUP_ID = new Uint8Array(16).fill(7);
const EPOCH = 3;
const STREAM = 'camera';
const PLACE = { groupId: GROUP_ID, epoch: EPOCH, stream: streamNumber(STREAM) };

interface Batch {
  sign: number;
  verify: number;
}

/** One speaker on air, and one viewer with the host's roster. */
async function createEnds() {
  const nowMs = (): number => performance.now();
  const [speaking, watching] = [
    new FrameKeyring({ incarnation: 0, nowMs }),
    new FrameKeyring({ incarnation: 0, nowMs }),
  ];
  const stageKey = (): Uint8Array => new Uint8Array(16).fill(9);
  const keys = { groupId: GROUP_ID, epoch: EPOCH, baseKey: new Uint8Array(16), stageKey: stageKey() };
  await speaking.addEpoch({ ...keys, selfLeaf: 1, memberOfLeaf: new Map([[1, 'ana']]) });
  speaking.sendFrom(GROUP_ID, EPOCH);
  await speaking.setOnAir([STREAM]);
  await watching.addStageEpoch({ groupId: GROUP_ID, epoch: EPOCH, stageKey: stageKey() });
  const feed = new Feed(() => Date.now());
  const key = await FeedKey.create();
  const person = { peerId: 'ana', name: '', title: '', feedKey: key.publicKey, role: 'speaker' } as const;
  await feed.speakers.follow({ count: 0, people: [person] });
  const epoch = watching.resolveEpoch(EPOCH);
  if (epoch === undefined) throw new Error('no epoch');
  const proof = new OnAirProof({ peerId: 'ana', stream: STREAM, isSound: false, speakers: feed.speakers, nowMs });
  return { speaking, key, epoch, proof };
}

type Ends = Awaited<ReturnType<typeof createEnds>>;

function ticketOf({ speaking }: Ends): StageTicket {
  const ticket = speaking.takeTicket(STREAM);
  if (typeof ticket === 'string' || !isForStage(ticket)) throw new Error('no ticket of the stage');
  return ticket;
}

async function sealedFrames(ends: Ends, count: number): Promise<SealedFrame[]> {
  const frames = Array.from({ length: count }, (_, index) => encoded('video', FRAME_BYTES, index === 0));
  return Promise.all(
    frames.map(async (frame) => {
      const parts = splitFrame('vp8', new Uint8Array(frame.data));
      if (typeof parts === 'string') throw new Error(parts);
      const signer = { key: ends.key, timeMs: 1, stream: STREAM } as const;
      const whole = await sealOnAir(ticketOf(ends), 'vp8', parts, signer, true);
      const sealed = parseSealedFrame('vp8', new Uint8Array(asPlatforms(whole)));
      if (typeof sealed === 'string') throw new Error(sealed);
      return sealed;
    }),
  );
}

/** What signing adds to sealing, and checking to opening: the leaf, what is signed, Ed25519, the block. */
async function throughFeed(count: number): Promise<Batch> {
  const ends = await createEnds();
  const frames = await sealedFrames(ends, count);
  const tickets = frames.map(() => ticketOf(ends));
  const wholes = frames.map(() => new Uint8Array(encoded('video', FRAME_BYTES).data));
  const sign = await inFlight(count, async (index) => {
    const leaf = await leafOf(pick(wholes, index));
    await signLeaves(pick(tickets, index), leaf, { key: ends.key, timeMs: 1, stream: STREAM });
  });
  let verified = 0;
  const verify = await inFlight(count, async (index) => {
    const { outcome } = await ends.proof.judge(pick(frames, index), ends.epoch);
    if (outcome === 'play') verified += 1;
  });
  if (verified !== count) throw new Error('a frame was not its speaker’s');
  return { sign, verify };
}

async function throughRawCrypto(count: number): Promise<Batch> {
  const pair = (await crypto.subtle.generateKey('Ed25519', false, ['sign', 'verify'])) as CryptoKeyPair;
  const bodies = Array.from({ length: count }, (_, ctr) => signedBody(PLACE, ctr, 1, new Uint8Array(16)));
  const signatures: ArrayBuffer[] = [];
  const sign = await inFlight(count, async (index) => {
    signatures[index] = await crypto.subtle.sign('Ed25519', pair.privateKey, pick(bodies, index));
  });
  const verify = await inFlight(count, async (index) => {
    await crypto.subtle.verify('Ed25519', pair.publicKey, pick(signatures, index), pick(bodies, index));
  });
  return { sign, verify };
}

/** Both take turns in rounds of a few milliseconds, and the median round counts. */
async function measurePair(count: number): Promise<{ ours: Batch; floor: Batch }> {
  const [ours, floor]: [Batch[], Batch[]] = [[], []];
  for (let round = 0; round < ROUNDS; round++) {
    const perRound = Math.ceil(count / ROUNDS);
    ours.push(await throughFeed(perRound));
    floor.push(await throughRawCrypto(perRound));
  }
  const middle = (list: Batch[]): Batch => ({
    sign: median(list.map(({ sign }) => sign)),
    verify: median(list.map(({ verify }) => verify)),
  });
  return { ours: middle(ours), floor: middle(floor) };
}

/** `sign-frame`, `verify-frame`. */
export async function measureFeed(plan: Plan): Promise<Sample[]> {
  const sample = (name: string) => ({ name, unit: 'µs', values: [] as number[], floors: [] as number[] });
  const [sign, verify] = [sample('sign-frame'), sample('verify-frame')];
  const isSteady = (): boolean => [sign, verify].every(({ floors }) => steadyPairs(floors).length >= plan.pairs);
  // Once unmeasured, so that everything is compiled.
  await measurePair(plan.signedFrames);
  for (let pair = 0; pair < plan.pairs * plan.triesPerPair && !isSteady(); pair++) {
    const { ours, floor } = await measurePair(plan.signedFrames);
    sign.values.push(ours.sign);
    sign.floors.push(floor.sign);
    verify.values.push(ours.verify);
    verify.floors.push(floor.verify);
  }
  return [sign, verify];
}
