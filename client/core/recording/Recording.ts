// Who in the group keeps what they see and hear: our own word, which is out before anything is kept, and the words of the others.
import { Outbox } from '../talk/Outbox.ts';
import type { GroupPayload } from '../talk/payload.ts';
import { Standing } from '../talk/Standing.ts';
import type { Heard, TalkContext, TalkPart } from '../talk/TalkPart.ts';
import type { OwnRecording, RecorderView, RecordingActions, RecordingView } from './view.ts';
import { keepOnly } from '../util/keepOnly.ts';

/** One who begins and stops without end is announced no oftener than this; the list of who records is right all the same. */
const ANNOUNCE_EVERY_MS = 10_000;

export type RecordingOptions = Pick<
  TalkContext,
  'say' | 'self' | 'nameOf' | 'hosting' | 'nowMs' | 'notify' | 'onChange'
>;

/** `on`: the group was told of it once; each newcomer is left out until told too. */
type Mine =
  | { state: 'off' }
  | { state: 'telling'; answer: PromiseWithResolvers<boolean> }
  | { state: 'on'; askedToStop: boolean };

/**
 * No client can see whether another records: these are words, and honest clients keep nothing before theirs was taken by the server,
 * nor anything of a newcomer who was not told yet.
 */
export class Recording implements RecordingActions, TalkPart {
  readonly #options: RecordingOptions;
  readonly #standing: Standing;
  readonly #outbox: Outbox;
  #mine: Mine = { state: 'off' };
  #others: readonly string[] = [];
  readonly #told = new Set<string>();
  readonly #recorders = new Map<string, RecorderView>();
  /** When a Peer's beginning was last announced. */
  readonly #announcedMs = new Map<string, number>();
  #nextId = 1;
  #view: RecordingView = { recorders: [], mine: { state: 'off' } };

  constructor(options: RecordingOptions) {
    this.#options = options;
    this.#standing = new Standing({ say: (payload) => this.#tell(payload) });
    this.#outbox = new Outbox(options);
  }

  /** The same object until something of it changes. */
  get view(): RecordingView {
    return this.#view;
  }

  start(): Promise<boolean> {
    if (this.#mine.state === 'on') return Promise.resolve(true);
    if (this.#mine.state === 'telling') return this.#mine.answer.promise;
    const answer = Promise.withResolvers<boolean>();
    this.#told.clear();
    this.#mine = { state: 'telling', answer };
    this.#standing.stand({ t: 'recording', on: true });
    this.#checkTold();
    this.#changed();
    return answer.promise;
  }

  stop(): void {
    const before = this.#mine;
    if (before.state === 'off') return;
    this.#mine = { state: 'off' };
    this.#standing.end({ t: 'recording', on: false });
    if (before.state === 'telling') before.answer.resolve(false);
    this.#changed();
  }

  askToStop(peerId: string): void {
    const recorder = this.#recorders.get(peerId);
    if (recorder === undefined || recorder.askedToStop || !this.#options.hosting().iAct) return;
    this.#outbox.post({ t: 'stopRecording', peer: peerId });
    this.#set({ ...recorder, askedToStop: true });
  }

  handle(payload: GroupPayload, heard: Heard): void {
    if (payload.t === 'recording') this.#heard(payload.on, heard);
    else if (payload.t === 'stopRecording') this.#asked(payload.peer, heard);
  }

  setMembers(others: readonly { peerId: string }[]): void {
    this.#others = others.map(({ peerId }) => peerId);
    keepOnly(this.#told, this.#others);
    for (const peerId of this.#recorders.keys()) if (!this.#others.includes(peerId)) this.#ended(peerId);
    keepOnly(this.#announcedMs, this.#others);
    this.#standing.setMembers(this.#others);
    this.#checkTold();
    this.#changed();
  }

  setReady(ready: boolean): void {
    this.#standing.setReady(ready);
    this.#outbox.setReady(ready);
  }

  /** Whoever saw our old leaf go took the recording for ended; until they are told again they are left out of it. */
  startOver(): void {
    this.#told.clear();
    this.#standing.startOver();
    this.#checkTold();
  }

  epochsUndone(): void {
    this.startOver();
  }

  close(): void {
    this.#standing.close();
    this.#outbox.close();
    const before = this.#mine;
    this.#mine = { state: 'off' };
    if (before.state === 'telling') before.answer.resolve(false);
  }

  async #tell(payload: Uint8Array): Promise<void> {
    const listeners = this.#others;
    const wasOn = this.#mine.state !== 'off';
    await this.#options.say(payload);
    // Taken back meanwhile: the word that it ended follows.
    if (!wasOn || this.#mine.state === 'off') return;
    for (const peerId of listeners) if (this.#others.includes(peerId)) this.#told.add(peerId);
    this.#checkTold();
    this.#changed();
  }

  #checkTold(): void {
    if (this.#mine.state !== 'telling' || !this.#others.every((peerId) => this.#told.has(peerId))) return;
    const { answer } = this.#mine;
    this.#mine = { state: 'on', askedToStop: false };
    answer.resolve(true);
  }

  #heard(on: boolean, { from, displayName }: Heard): void {
    if (!on) {
      this.#ended(from);
      return;
    }
    // Said again for the sake of newcomers.
    if (this.#recorders.has(from) || !this.#others.includes(from)) return;
    const sinceMs = this.#options.nowMs();
    this.#set({ id: this.#nextId++, peerId: from, displayName, sinceMs, askedToStop: false });
    if (this.#mayAnnounce(from, sinceMs)) this.#options.notify({ kind: 'recording', displayName, peerId: from });
  }

  #mayAnnounce(peerId: string, nowMs: number): boolean {
    if (nowMs - (this.#announcedMs.get(peerId) ?? -Infinity) < ANNOUNCE_EVERY_MS) return false;
    this.#announcedMs.set(peerId, nowMs);
    return true;
  }

  #ended(peerId: string): void {
    const recorder = this.#recorders.get(peerId);
    if (!this.#recorders.delete(peerId)) return;
    this.#changed();
    const sinceMs = recorder?.sinceMs ?? 0;
    // Only of what was announced.
    if (this.#announcedMs.get(peerId) !== sinceMs) return;
    this.#options.notify({ kind: 'recordingEnded', displayName: recorder?.displayName ?? '', peerId });
  }

  #asked(peerId: string, { from, displayName }: Heard): void {
    if (!this.#options.hosting().acting.includes(from)) return;
    if (peerId === this.#ownPeerId()) {
      if (this.#mine.state !== 'on' || this.#mine.askedToStop) return;
      this.#mine = { state: 'on', askedToStop: true };
      this.#changed();
      this.#options.notify({ kind: 'recordingAsked', displayName, self: true });
      return;
    }
    const recorder = this.#recorders.get(peerId);
    if (recorder === undefined || recorder.askedToStop) return;
    this.#set({ ...recorder, askedToStop: true });
    this.#options.notify({ kind: 'recordingAsked', displayName, peerId });
  }

  #ownPeerId(): string | null {
    try {
      return this.#options.self().peerId;
    } catch {
      return null;
    }
  }

  #set(recorder: RecorderView): void {
    this.#recorders.set(recorder.peerId, recorder);
    this.#changed();
  }

  #changed(): void {
    this.#view = { recorders: [...this.#recorders.values()], mine: this.#ownView() };
    this.#options.onChange();
  }

  #ownView(): OwnRecording {
    switch (this.#mine.state) {
      case 'off':
      case 'telling':
        return { state: this.#mine.state };
      case 'on':
        return { ...this.#mine, told: [...this.#told] };
    }
  }
}
