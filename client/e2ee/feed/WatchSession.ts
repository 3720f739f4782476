// A viewer's side of the stage: takes what the server keeps for viewers, believes what is signed, and holds the stage's keys.
import type { FrameKeyring } from '../frames/FrameKeyring.ts';
import type { StageEvent, WatchCaption, WatchFault, WatchView } from '../messages.ts';
import { cleanDisplayName } from '../mls/displayName.ts';
import { bytesEqual } from '../util/bytes.ts';
import { TaskQueue } from '../util/TaskQueue.ts';
import { CaptionDoor } from './CaptionDoor.ts';
import { openDocument } from './documents.ts';
import { isProducersWord, readProgram, type Program, type UnprovenProgram } from './program.ts';
import { verifyRoster } from './roster.ts';
import type { Speakers } from './Speakers.ts';
import type { ViewRoot } from './viewKeys.ts';
import { openWrap } from './wrap.ts';

/** Receive keys of the epoch before: senders switch within 2 s, and what is under way still arrives. */
const KEEP_OLD_KEYS_MS = 10_000;
/** Groups whose keys are held: a stage goes on in another group where the first one ended. More would only let a server fill our memory. */
const MAX_GROUPS = 4;
/** Wraps that wait for their roster: those of the present and the previous epoch, and of a roster or two under way. */
const MAX_WAITING = 8;

type KeysEvent = Extract<StageEvent, { name: 'stage:keys' }>;

export interface WatchSessionOptions {
  roomId: string;
  hostKeyHash: string;
  root: ViewRoot;
  keyring: Pick<FrameKeyring, 'addStageEpoch' | 'retire' | 'captionKey'>;
  speakers: Speakers;
  onView(view: WatchView): void;
  onCaption(caption: WatchCaption): void;
  /** Receive keys of an epoch are in the keyring: frames that wait for it may go on. */
  onEpochArrived(): void;
}

export class WatchSession {
  readonly #options: WatchSessionOptions;
  readonly #queue = new TaskQueue(() => {});
  readonly #captions: CaptionDoor;
  /** As it was signed: the wraps are bound to it. */
  #roster: Uint8Array | null = null;
  #program: Program | null = null;
  /** The highest count seen of each producer's feed key, by Peer. */
  readonly #counts = new Map<string, number>();
  /** The last one that the roster did not vouch for yet. */
  #unproven: UnprovenProgram | null = null;
  #waiting: KeysEvent[] = [];
  /** The newest epoch held of each group, latest group last. */
  #held: { groupId: Uint8Array; epoch: number }[] = [];
  #fault: WatchFault | null = null;
  #closed = false;

  constructor(options: WatchSessionOptions) {
    this.#options = options;
    this.#captions = new CaptionDoor(options);
    this.#showView();
  }

  deliver(event: StageEvent): void {
    this.#queue.run(async () => {
      if (this.#closed) return;
      if (event.name === 'stage:caption') return this.#handleCaption(event);
      await this.#handle(event);
      this.#showView();
    });
  }

  close(): void {
    this.#closed = true;
    this.#waiting = [];
  }

  /** Resolves once everything delivered so far was looked at. */
  idle(): Promise<void> {
    return this.#queue.idle();
  }

  async #handleCaption(event: Extract<StageEvent, { name: 'stage:caption' }>): Promise<void> {
    const caption = await this.#captions.open(event);
    if (caption !== undefined && !this.#closed) this.#options.onCaption(caption);
  }

  #handle(event: Exclude<StageEvent, { name: 'stage:caption' }>): Promise<void> {
    switch (event.name) {
      case 'stage:roster':
        return this.#handleRoster(event.roster);
      case 'stage:program':
        return this.#handleProgram(event.program);
      case 'stage:keys':
        return this.#handleKeys(event);
    }
  }

  #showView(): void {
    if (this.#closed) return;
    const people = this.#options.speakers.people.map(({ peerId, name, title, role }) => {
      return { peerId, name: cleanDisplayName(name), title: cleanDisplayName(title), role };
    });
    const program = this.#program?.content ?? null;
    this.#options.onView({ people, program, hasKey: this.#held.length > 0, fault: this.#fault });
  }

  #mend(...faults: WatchFault[]): void {
    if (this.#fault !== null && faults.includes(this.#fault)) this.#fault = null;
  }

  // ── Roster ─────────────────────────────────────────────────────────────────────────────────────

  async #handleRoster(sealed: Uint8Array): Promise<void> {
    const { root, roomId, speakers } = this.#options;
    const signed = await openDocument(root, 'roster', roomId, sealed);
    if (signed === undefined) return this.#note('rosterUnreadable');
    if (this.#roster !== null && bytesEqual(signed, this.#roster))
      return this.#mend('rosterForged', 'rosterUnreadable');
    const roster = await verifyRoster(signed, this.#options);
    const isNext = roster !== undefined && (await speakers.follow(roster));
    if (this.#closed) return;
    if (!isNext) return this.#note('rosterForged');
    this.#roster = signed;
    this.#mend('rosterForged', 'rosterUnreadable');
    if (this.#isVoid()) this.#program = null;
    if (this.#unproven !== null) await this.#judge(this.#unproven);
    await this.#tryWaiting();
  }

  #note(fault: WatchFault): void {
    this.#fault = fault;
  }

  // ── Program ────────────────────────────────────────────────────────────────────────────────────

  async #handleProgram(sealed: Uint8Array): Promise<void> {
    const { root, roomId } = this.#options;
    const signed = await openDocument(root, 'program', roomId, sealed);
    const program = signed && readProgram(signed);
    if (program === undefined) return this.#note('programForged');
    await this.#judge(program);
  }

  async #judge(program: UnprovenProgram): Promise<void> {
    const { producer, count, timeMs } = program;
    const { roomId, speakers } = this.#options;
    this.#unproven = null;
    const speaker = speakers.of(producer);
    if (speaker === undefined || !this.#mayProduce(producer)) {
      // It may have come before the roster that names its producer.
      this.#unproven = program;
      return this.#roster === null ? undefined : this.#note('programForged');
    }
    const isTheirs = await isProducersWord(program, speaker.key, roomId);
    const isOlder = count < (this.#counts.get(producer) ?? 0) || timeMs < (this.#program?.timeMs ?? 0);
    if (this.#closed) return;
    if (!isTheirs || isOlder) return this.#note('programForged');
    this.#counts.set(producer, count);
    this.#program = program;
    this.#mend('programForged');
  }

  /** What a producer said who is none any more, unless another is one now: then it stays until theirs comes, and nobody sees a gap. */
  #isVoid(): boolean {
    if (this.#program === null || this.#mayProduce(this.#program.producer)) return false;
    return !this.#options.speakers.people.some(({ role }) => role === 'producer');
  }

  #mayProduce(peerId: string): boolean {
    return this.#options.speakers.of(peerId)?.person.role === 'producer';
  }

  // ── Keys ───────────────────────────────────────────────────────────────────────────────────────

  async #handleKeys(event: KeysEvent): Promise<void> {
    this.#waiting = [...this.#waiting, event].slice(-MAX_WAITING);
    await this.#tryWaiting();
  }

  /** Those that do not open may be bound to a roster that comes. */
  async #tryWaiting(): Promise<void> {
    const roster = this.#roster;
    if (roster === null) return;
    const tried = this.#waiting;
    this.#waiting = [];
    for (const event of tried) if (!(await this.#take(event, roster))) this.#waiting.push(event);
    const { epoch, groupId } = tried.at(-1) ?? {};
    if (epoch === undefined || groupId === undefined) return;
    // One that was wrapped again for the next roster is held already.
    this.#waiting = this.#waiting.filter((event) => !this.#holds(event));
    if (this.#waiting.some((event) => event.epoch === epoch && bytesEqual(event.groupId, groupId))) {
      this.#note('keysUnreadable');
    } else this.#mend('keysUnreadable');
  }

  async #take(event: KeysEvent, roster: Uint8Array): Promise<boolean> {
    const { root, keyring, onEpochArrived } = this.#options;
    const stageKey = await openWrap(root, event, roster);
    if (stageKey === undefined) return false;
    const { groupId, epoch } = event;
    try {
      await keyring.addStageEpoch({ groupId, epoch, stageKey });
    } catch {
      // One that was forgotten.
      return true;
    }
    if (this.#closed) return true;
    this.#retireBeside(groupId, epoch);
    onEpochArrived();
    return true;
  }

  #holds({ groupId, epoch }: KeysEvent): boolean {
    return this.#held.some((held) => held.epoch === epoch && bytesEqual(held.groupId, groupId));
  }

  /** Of each group the newest epoch stays, and the others for as long as their frames may be under way. */
  #retireBeside(groupId: Uint8Array, epoch: number): void {
    const { keyring } = this.#options;
    const before = this.#held.find((held) => bytesEqual(held.groupId, groupId));
    const newest = Math.max(epoch, before?.epoch ?? -1);
    const older = Math.min(epoch, before?.epoch ?? epoch);
    if (older < newest) keyring.retire(groupId, older, KEEP_OLD_KEYS_MS);
    this.#held = [...this.#held.filter((held) => held !== before), { groupId, epoch: newest }];
    for (const left of this.#held.splice(0, this.#held.length - MAX_GROUPS))
      keyring.retire(left.groupId, left.epoch, 0);
  }
}
