// The frame half of the e2eeWorker without a group: its keys are fed by the test.
import { FrameEngine } from '../../../e2ee/frames/FrameEngine.ts';
import { FrameKeyring } from '../../../e2ee/frames/FrameKeyring.ts';
import { listenForTransforms } from '../../../e2ee/frames/listenForTransforms.ts';
import type { TrackCounters, TrackState } from '../../../e2ee/messages.ts';

export type FramesCall =
  | { name: 'addEpoch'; epoch: number; leaf: number }
  | { name: 'sendFrom'; epoch: number }
  | { name: 'look' };

/** What one worker has seen. */
export interface FramesView {
  counters: TrackCounters[];
  states: Record<string, TrackState['state'][]>;
}

const scope = globalThis as unknown as EventTarget & { postMessage(message: unknown): void };
const GROUP = Uint8Array.of(1, 2, 3, 4);
const MEMBERS = new Map([
  [0, 'ana'],
  [1, 'ben'],
]);
const states: FramesView['states'] = {};
const nowMs = () => performance.now();
const keyring = new FrameKeyring({ incarnation: 0, nowMs });
const engine = new FrameEngine({
  keyring,
  report: {
    track: (trackId, { state }) => (states[trackId] ??= []).push(state),
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

async function answer(call: FramesCall): Promise<FramesView> {
  if (call.name === 'addEpoch') {
    const { epoch, leaf } = call;
    const baseKey = new Uint8Array(16).fill(epoch);
    await keyring.addEpoch({ groupId: GROUP, epoch, baseKey, selfLeaf: leaf, memberOfLeaf: MEMBERS });
    engine.noteEpochArrived();
  } else if (call.name === 'sendFrom') {
    keyring.sendFrom(GROUP, call.epoch);
    keyring.retireOlderThan(GROUP, call.epoch, 10_000);
  }
  return { counters: engine.counters(), states };
}

scope.addEventListener('message', (event) => {
  const { id, call } = (event as MessageEvent<{ id: number; call: FramesCall }>).data;
  void answer(call).then((view) => scope.postMessage({ id, view }));
});
