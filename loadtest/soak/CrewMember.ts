// One Bot of a crew, and what it tells the soak: where it stands, what it holds for an epoch, which frames it sealed and opened.
import type { RoomState } from '#core';
import type { GroupView, ServerEvent, ServerRequest } from '#e2ee';
import { readHeartbeat } from '../../client/e2ee/mls/heartbeat.ts';
import { Bot } from '../bots/Bot.ts';
import type { Seat } from '../bots/Seat.ts';
import { numberedFrame, numberOf } from './frameNumber.ts';
import type { Act, BotReport, CrewSettings, FromCrew } from './messages.ts';

export interface CrewMemberOptions {
  number: number;
  settings: CrewSettings;
  say(message: FromCrew): void;
  /** What the server says to this member's group. */
  onEvent(member: CrewMember, event: ServerEvent): void;
}

const hexOf = (bytes: Uint8Array): string => Buffer.from(bytes).toString('hex');

export class CrewMember {
  readonly number: number;
  readonly #options: CrewMemberOptions;
  readonly #bot: Bot;
  #view: GroupView = { state: 'new' };
  #groupTag: string | null = null;
  #peerId: string | null = null;
  #members: readonly string[] = [];
  #lastEpoch = '';
  #lastReport = '';
  /** Once it has departed: what is left of it. */
  #seat: Seat | null = null;
  #wasRemoved = false;

  constructor(options: CrewMemberOptions) {
    const { number, settings } = options;
    this.number = number;
    this.#options = options;
    this.#bot = new Bot({
      origin: settings.origin,
      link: settings.link,
      displayName: `Bot ${number}`,
      handlers: {
        onState: (state) => this.#report(state),
        onView: (view) => this.#grouped(view),
        onRequest: (request) => this.#asked(request),
        onEvent: (event) => options.onEvent(this, event),
        onSealed: (frame, number) => this.#sealed(frame, number),
        onOpened: (_from, frame) => this.#opened(frame),
      },
    });
  }

  get isIn(): boolean {
    return this.#seat === null && this.#view.state === 'in';
  }

  get peerId(): string | null {
    return this.#peerId;
  }

  join(): void {
    void this.#bot.join();
  }

  /** `leave` and `crash` leave a seat adrift, which goes on listening until `close`. */
  act(act: Exclude<Act, { what: 'join' }>): void {
    switch (act.what) {
      case 'leave':
        this.#seat = this.#bot.leave();
        return;
      case 'crash':
        this.#seat = this.#bot.crash();
        return;
      case 'loseLine':
        return this.#bot.loseLine(act.ms);
      case 'resync':
        return this.#bot.seat?.spoilNextCommit();
    }
  }

  /** Where no key is to be had it never comes out, as in a browser. */
  seal(frame: number): void {
    if (this.#seat === null) this.#bot.seat?.seal(numberedFrame(frame), frame);
  }

  open(from: string, sealed: ArrayBuffer): void {
    this.#listener?.open(from, sealed);
  }

  overhear(event: ServerEvent): void {
    this.#seat?.overhear(event);
  }

  async faultsOf(from: string): Promise<Record<string, number>> {
    const counters = (await this.#listener?.counters()) ?? [];
    return { ...counters.find(({ trackId }) => trackId === from)?.faults };
  }

  close(): void {
    this.#seat?.close();
    this.#bot.close();
  }

  get #listener(): Seat | null {
    return this.#seat ?? this.#bot.seat;
  }

  // ── What it tells ──────────────────────────────────────────────────────────────────────────────

  #asked(request: ServerRequest): void {
    if (request.name === 'mls:ready' || request.name === 'mls:create') this.#groupTag = hexOf(request.groupId);
    if (request.name !== 'mls:heartbeat' || this.#seat !== null) return;
    const heartbeat = readHeartbeat(request.epoch, request.heartbeat);
    if (heartbeat === undefined) return;
    const groupTag = hexOf(request.groupId);
    const hash = hexOf(heartbeat.transcriptHash);
    this.#options.say({ type: 'transcript', groupTag, epoch: request.epoch, hash });
  }

  #grouped(view: GroupView): void {
    if (this.#seat !== null) {
      const isRemoved = view.state === 'resync' && view.cause === 'removed';
      if (isRemoved && !this.#wasRemoved) this.#options.say({ type: 'outsider', bot: this.number, is: 'removed' });
      this.#wasRemoved ||= isRemoved;
      return;
    }
    this.#view = view;
    if (view.state === 'in') this.#reportEpoch(view);
    this.#report(this.#bot.state);
  }

  #reportEpoch({ epoch, safetyCode, members }: Extract<GroupView, { state: 'in' }>): void {
    const peerIds = members.map(({ peerId }) => peerId);
    const code = safetyCode.digits.join(' ');
    const key = `${this.#groupTag} ${epoch} ${code} ${peerIds.join()}`;
    if (key === this.#lastEpoch || this.#groupTag === null) return;
    this.#lastEpoch = key;
    const present = new Set(peerIds);
    for (const peerId of this.#members) if (!present.has(peerId)) this.#bot.seat?.forget(peerId);
    this.#members = peerIds;
    const report = { bot: this.number, groupTag: this.#groupTag, epoch, safetyCode: code, members: peerIds.toSorted() };
    this.#options.say({ type: 'epoch', report });
  }

  #report(state: RoomState): void {
    if (this.#seat !== null) return;
    if (state.phase === 'in') this.#peerId = state.self.peerId;
    const report = reportOf(this.number, state, this.#view);
    const said = { ...report, peerId: this.#peerId, groupTag: this.#groupTag };
    const key = JSON.stringify({ ...said, atMs: 0 });
    if (key === this.#lastReport) return;
    this.#lastReport = key;
    this.#options.say({ type: 'bot', report: said });
  }

  #sealed(sealed: ArrayBuffer, frame: number): void {
    if (this.#seat !== null) return;
    this.#options.say({ type: 'sealed', bot: this.number, frame, sealed, atMs: Date.now() });
  }

  #opened(plain: ArrayBuffer): void {
    const frame = numberOf(plain);
    this.#options.say({ type: 'opened', bot: this.number, frame: frame ?? Number.NaN, atMs: Date.now() });
  }
}

function reportOf(bot: number, state: RoomState, view: GroupView): Omit<BotReport, 'peerId' | 'groupTag'> {
  return {
    bot,
    atMs: Date.now(),
    phase: state.phase === 'idle' ? 'joining' : state.phase,
    reason: state.phase === 'ended' ? state.reason : null,
    isOnline: state.phase === 'in' && state.connection === 'online',
    group: view.state,
    cause: view.state === 'resync' || view.state === 'fenced' ? view.cause : null,
    epoch: view.state === 'in' ? view.epoch : -1,
    sendEpoch: view.state === 'in' ? view.sendEpoch : -1,
  };
}
