// The far side of the door as the test plays it: takes every call, and says of the group and of tracks what it is told to.
import type { E2eePort, FromWorker, GroupMember, GroupView, PolicyView, ToWorker, TrackState } from '#e2ee';

export const OPEN: PolicyView = { mode: 'open', host: null, cohosts: [], acting: [], linkGeneration: 0, knocks: [] };

type CallOf<Name> = Extract<Extract<ToWorker, { type: 'call' }>['call'], { name: Name }>;

export class FakeE2eeWorker implements E2eePort {
  readonly heard: ToWorker[] = [];
  terminated = false;
  /** Set to have it answer nothing more, as one that died. */
  silent = false;
  /** Calls that are answered with this word instead. */
  readonly refusals: Partial<Record<string, string>> = {};
  /** What calls are answered with where it is more than that they were carried out. */
  readonly values: Partial<Record<string, unknown>> = {
    counters: [],
    feedKey: new Uint8Array(32),
    signRoster: { signed: new Uint8Array([1]), sealed: new Uint8Array([2]), generation: 1, delegates: [] },
    signProgram: new Uint8Array([3]),
    stageGroup: new Uint8Array(16),
    sealCaption: new Uint8Array([5]),
    wrapStage: { groupId: new Uint8Array(16), epoch: 1, wrapped: new Uint8Array([4]) },
  };
  /** What the platform was asked to call should its script not run. */
  onError: () => void = () => undefined;
  /** The call that is answered with an error. */
  readonly #refused: string | null;
  readonly #listeners = new Set<(event: Event) => void>();

  constructor(refused: string | null = null) {
    this.#refused = refused;
  }

  postMessage(message: unknown): void {
    const heard = message as ToWorker;
    this.heard.push(heard);
    if (heard.type !== 'call' || this.silent) return;
    const { id, call } = heard;
    const value = this.values[call.name];
    const error = this.refusals[call.name] ?? (call.name === this.#refused ? 'refused' : undefined);
    queueMicrotask(() =>
      this.emit(
        error === undefined ? { type: 'result', id, ok: true, value } : { type: 'result', id, ok: false, error },
      ),
    );
  }

  addEventListener(_type: 'message', listener: (event: Event) => void): void {
    this.#listeners.add(listener);
  }

  removeEventListener(_type: 'message', listener: (event: Event) => void): void {
    this.#listeners.delete(listener);
  }

  emit(message: FromWorker): void {
    for (const listener of this.#listeners) listener({ data: message } as MessageEvent);
  }

  enterEpoch(epoch: number, members: GroupMember[], policy: Partial<PolicyView> = {}): void {
    const view = { epoch, sendEpoch: epoch, members, safetyCode: { digits: ['00000'], words: [0] } };
    this.group({ state: 'in', ...view, policy: { ...OPEN, ...policy } });
  }

  group(view: GroupView): void {
    this.emit({ type: 'group', view });
  }

  track(trackId: string, track: TrackState): void {
    this.emit({ type: 'track', trackId, track });
  }

  callsOf<Name extends CallOf<string>['name']>(name: Name): CallOf<Name>[] {
    return this.heard.flatMap((message) =>
      message.type === 'call' && message.call.name === name ? [message.call as CallOf<Name>] : [],
    );
  }
}
