// The chat so far: asked for by who came later, and said again by a member who wants to, as that member's word.
import { Outbox } from '../talk/Outbox.ts';
import { MAX_HISTORY_ENTRIES, type HistoryEntry } from '../talk/chatPayloads.ts';
import { MAX_HISTORY_FILES, type HistoryFile } from '../files/sharedFiles.ts';
import { encodePayload, type GroupPayload } from '../talk/payload.ts';
import type { Heard, TalkContext, TalkPart } from '../talk/TalkPart.ts';
import { after } from '../util/timers.ts';
import type { ChatHistoryView } from './chatTypes.ts';
import type { ChatLog } from './ChatLog.ts';
import { keepOnly } from '../util/keepOnly.ts';

/** Below the 60,000 bytes of one message (SPEC E-57), with room for what stands around the entries. */
const PART_BYTES = 56_000;
/** Before one may ask again, and before another asking of the same person counts. */
export const ASK_EVERY_MS = 60_000;
/** Askings that are shown; who else asks sees it shared all the same. */
const MAX_REQUESTS = 10;
/** Clocks differ: what was said up to this long after we came counts as said before. */
const SLACK_MS = 2 * 60_000;

type Options = Pick<TalkContext, 'say' | 'nowMs' | 'onChange'>;
type Sharing = ChatHistoryView['sharing'];
type Part = Omit<Extract<GroupPayload, { t: 'history' }>, 't'>;

/** The files of the Room, as far as they are given along. */
export interface GivenFiles {
  takeShared(files: readonly HistoryFile[], heard: Heard, untilMs: number): number;
  shareable(most: number): HistoryFile[];
  shareableCount(most: number): number;
}

export class History implements TalkPart {
  readonly #options: Options;
  readonly #log: ChatLog;
  readonly #files: GivenFiles;
  readonly #outbox: Outbox;
  /** By Peer id: when they asked last, and whether it is still to be answered. */
  readonly #asked = new Map<string, { displayName: string; atMs: number; open: boolean }>();
  #missed: ChatHistoryView['missed'] = 'nothing';
  #sharing: Sharing = { state: 'idle' };
  #peerId = '';
  #cameMs = 0;
  #stopTimer: () => void = () => undefined;

  constructor(options: Options, log: ChatLog, files: GivenFiles) {
    this.#options = options;
    this.#log = log;
    this.#files = files;
    this.#outbox = new Outbox(options);
  }

  get view(): ChatHistoryView {
    const open = [...this.#asked].filter(([, { open: isOpen }]) => isOpen);
    return {
      missed: this.#missed,
      requests: open.map(([peerId, { displayName }]) => ({ peerId, displayName })),
      count: this.#log.shareableCount(MAX_HISTORY_ENTRIES),
      fileCount: this.#files.shareableCount(MAX_HISTORY_FILES),
      sharing: this.#sharing,
    };
  }

  setReady(ready: boolean): void {
    this.#outbox.setReady(ready);
  }

  /** At each place in the Room anew there is something that we missed, if somebody was there. */
  setMembers(others: readonly { peerId: string }[], self: { peerId: string }): void {
    const present = new Set(others.map(({ peerId }) => peerId));
    keepOnly(this.#asked, present);
    if (self.peerId === this.#peerId) return;
    this.#peerId = self.peerId;
    this.#cameMs = this.#options.nowMs();
    this.#missed = others.length > 0 ? 'unasked' : 'nothing';
  }

  ask(): void {
    if (this.#missed === 'nothing' || this.#missed === 'asked') return;
    this.#missed = 'asked';
    this.#outbox.post({ t: 'askHistory' });
    this.#stopTimer();
    this.#stopTimer = after(ASK_EVERY_MS, () => {
      if (this.#missed === 'asked') this.#missed = 'unasked';
      this.#options.onChange();
    });
    this.#options.onChange();
  }

  share(): void {
    if (this.#sharing.state === 'sharing') return;
    const parts = partsOf(this.#log.shareable(MAX_HISTORY_ENTRIES), this.#files.shareable(MAX_HISTORY_FILES));
    this.#answered();
    if (parts.length === 0) return;
    this.#sharing = { state: 'sharing', done: 0, total: parts.length };
    for (const part of parts) {
      this.#outbox.post({ t: 'history', ...part }, (outcome) => this.#partDone(outcome === 'sent'));
    }
    this.#options.onChange();
  }

  dismiss(): void {
    this.#answered();
    this.#options.onChange();
  }

  handle(payload: GroupPayload, heard: Heard): void {
    if (payload.t === 'askHistory') this.#handleAsk(heard);
    if (payload.t !== 'history') return;
    // Another member gave it: nobody has to give it twice.
    this.#answered();
    if (this.#missed !== 'nothing') {
      const untilMs = this.#cameMs + SLACK_MS;
      const messages = this.#log.takeShared(payload.entries, heard, untilMs);
      const files = this.#files.takeShared(payload.files ?? [], heard, untilMs);
      if (messages + files > 0) this.#missed = 'given';
    }
    this.#options.onChange();
  }

  close(): void {
    this.#stopTimer();
    this.#outbox.close();
  }

  #handleAsk({ from, displayName }: Heard): void {
    const nowMs = this.#options.nowMs();
    const before = this.#asked.get(from);
    if (before !== undefined && nowMs - before.atMs < ASK_EVERY_MS) return;
    if (before === undefined && this.#asked.size >= MAX_REQUESTS) return;
    this.#asked.set(from, { displayName, atMs: nowMs, open: true });
    this.#options.onChange();
  }

  #answered(): void {
    for (const one of this.#asked.values()) one.open = false;
  }

  #partDone(isSent: boolean): void {
    if (this.#sharing.state === 'idle') return;
    const { total, done, state } = this.#sharing;
    const now = isSent ? done + 1 : done;
    if (!isSent || state === 'failed') this.#sharing = { state: 'failed', done: now, total };
    else this.#sharing = now === total ? { state: 'idle' } : { state: 'sharing', done: now, total };
    this.#options.onChange();
  }
}

/** In order, as few messages as they fit into. */
export function partsOf(entries: readonly HistoryEntry[], files: readonly HistoryFile[]): Part[] {
  const parts: Part[] = [];
  let room = 0;
  const partFor = (alone: Part): Part => {
    const bytes = encodePayload({ t: 'history', ...alone }).byteLength;
    let part = parts.at(-1);
    if (part === undefined || bytes > room) {
      parts.push((part = { entries: [] }));
      room = PART_BYTES;
    }
    room -= bytes;
    return part;
  };
  for (const entry of entries) partFor({ entries: [entry] }).entries.push(entry);
  for (const file of files) (partFor({ entries: [], files: [file] }).files ??= []).push(file);
  return parts;
}
