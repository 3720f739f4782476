// The frame half of the e2eeWorker without a group: its keys are fed by the test.
import { Feed } from '../../../e2ee/feed/Feed.ts';
import { FeedKey } from '../../../e2ee/feed/FeedKey.ts';
import { FrameEngine } from '../../../e2ee/frames/FrameEngine.ts';
import { FrameKeyring } from '../../../e2ee/frames/FrameKeyring.ts';
import { listenForTransforms } from '../../../e2ee/frames/listenForTransforms.ts';
import type { StreamName, TrackCounters, TrackState } from '../../../e2ee/messages.ts';

export type FramesCall =
  | { name: 'addEpoch'; epoch: number; leaf: number }
  | { name: 'sendFrom'; epoch: number }
  /** As a viewer: with the stage's key of that epoch alone. */
  | { name: 'watchEpoch'; epoch: number }
  | { name: 'setOnAir'; streams: StreamName[] }
  /** A key of one's own to sign with, in place of the last one. */
  | { name: 'makeFeedKey' }
  /** The host's roster names Ana, with this key. */
  | { name: 'follow'; count: number; feedKey: number[] }
  | { name: 'look' };

/** What one worker has seen. */
export interface FramesView {
  counters: TrackCounters[];
  states: Record<string, TrackState['state'][]>;
  /** The present one of each track. */
  last: Record<string, TrackState>;
  feedKey: number[];
}

const scope = globalThis as unknown as EventTarget & { postMessage(message: unknown): void };
const GROUP = Uint8Array.of(1, 2, 3, 4);
const MEMBERS = new Map([
  [0, 'ana'],
  [1, 'ben'],
]);
const states: FramesView['states'] = {};
const last: FramesView['last'] = {};
const feed = new Feed(() => Date.now());
const nowMs = () => performance.now();
const keyring = new FrameKeyring({ incarnation: 0, nowMs });
const engine = new FrameEngine({
  keyring,
  feed,
  report: {
    track: (trackId, track) => {
      (states[trackId] ??= []).push(track.state);
      last[trackId] = track;
    },
    keyFrameNeeded: () => {},
    keysDoubted: () => {},
  },
  nowMs,
  setTimer: (ms, callback) => {
    const timer = setTimeout(callback, ms);
    return () => clearTimeout(timer);
  },
});
listenForTransforms(scope, engine);

const stageKeyOf = (epoch: number) => new Uint8Array(16).fill(0x80 + epoch);

async function answer(call: FramesCall): Promise<FramesView> {
  if (call.name === 'addEpoch') {
    const { epoch, leaf } = call;
    const baseKey = new Uint8Array(16).fill(epoch);
    const keys = { groupId: GROUP, epoch, baseKey, stageKey: stageKeyOf(epoch) };
    await keyring.addEpoch({ ...keys, selfLeaf: leaf, memberOfLeaf: MEMBERS });
    engine.noteEpochArrived();
  } else if (call.name === 'watchEpoch') {
    await keyring.addStageEpoch({ groupId: GROUP, epoch: call.epoch, stageKey: stageKeyOf(call.epoch) });
    engine.noteEpochArrived();
  } else if (call.name === 'setOnAir') {
    await keyring.setOnAir(call.streams);
  } else if (call.name === 'makeFeedKey') {
    feed.key = await FeedKey.create();
  } else if (call.name === 'follow') {
    const feedKey = Uint8Array.from(call.feedKey);
    const people = [{ peerId: 'ana', name: 'Ana', title: '', feedKey, role: 'speaker' as const }];
    await feed.speakers.follow({ count: call.count, people });
  } else if (call.name === 'sendFrom') {
    keyring.sendFrom(GROUP, call.epoch);
    keyring.retireOlderThan(GROUP, call.epoch, 10_000);
  }
  return { counters: engine.counters(), states, last, feedKey: [...(feed.key?.publicKey ?? [])] };
}

scope.addEventListener('message', (event) => {
  const { id, call } = (event as MessageEvent<{ id: number; call: FramesCall }>).data;
  void answer(call).then((view) => scope.postMessage({ id, view }));
});
