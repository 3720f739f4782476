// Each speaker recorded on their own device for the producer: what is asked, what is answered, and how it is handed over.
import type { GroupMember } from '#e2ee';
import type { ShowView } from '../stage/stageTypes.ts';
import type { GroupPayload } from '../talk/payload.ts';
import type { Heard, TalkContext, TalkPart } from '../talk/TalkPart.ts';
import { IsoAsk } from './IsoAsk.ts';
import { IsoReceiving } from './IsoReceiving.ts';
import { IsoSending } from './IsoSending.ts';
import { IsoStates } from './IsoStates.ts';
import type { IsoActions, IsoFault, IsoMode, IsoView, OwnIso } from './isoTypes.ts';

export class Iso implements IsoActions, TalkPart {
  readonly #context: TalkContext;
  readonly #show: () => ShowView | null;
  readonly #ask: IsoAsk;
  readonly #states: IsoStates;
  readonly #sending: IsoSending;
  readonly #receiving: IsoReceiving;
  /** Those to whom the person said yes. */
  readonly #agreedWith = new Set<string>();
  #clockMs = 0;
  #view: IsoView | null = null;

  constructor(context: TalkContext, show: () => ShowView | null) {
    this.#context = context;
    this.#show = show;
    const onChange = () => this.follow();
    this.#ask = new IsoAsk(context, onChange);
    this.#states = new IsoStates({ ...context, serverNowMs: () => this.serverNowMs(), onChange });
    this.#sending = new IsoSending({
      ...context,
      address: () => this.#address,
      isHeld: () => this.#isOnAir || this.#states.recording.state !== 'none',
      onChange: () => {
        this.#tellState();
        this.#changed();
      },
    });
    this.#receiving = new IsoReceiving({
      ...context,
      keys: () => this.#ask.keys,
      onChange: () => this.#changed(),
    });
  }

  /** The same object until something of it changes. */
  get view(): IsoView {
    return (this.#view ??= this.#look());
  }

  /** Who produces, who is on air or who leads may be another. */
  follow(): void {
    const place = this.#context.stage();
    if (place !== null) this.#clockMs = place.serverNowMs() - this.#context.nowMs();
    this.#ask.follow(this.#show());
    this.#tellState();
    this.#sending.follow();
    this.#changed();
  }

  ask(mode: IsoMode | 'off'): boolean {
    return this.#ask.set(mode);
  }

  answer(agreed: boolean): void {
    const asked = this.#ask.asked;
    if (asked === null || this.#ask.isOwn) return;
    if (agreed) this.#agreedWith.add(asked.by);
    this.#states.answer(asked.id, agreed);
    this.follow();
  }

  begin(): Promise<boolean> {
    const { state } = this.#mine();
    if (state === 'none' || state === 'asked' || state === 'refused') return Promise.resolve(false);
    const begun = this.#states.begin();
    this.#changed();
    return begun;
  }

  reached(bytes: number): void {
    this.#states.reached(bytes);
  }

  ended(why: IsoFault | null): void {
    this.#states.ended(why);
    this.follow();
  }

  serverNowMs(): number {
    return this.#context.nowMs() + this.#clockMs;
  }

  hand(file: File, startMs: number): string {
    return this.#sending.add(file, startMs);
  }

  handAgain(id: string, file: File): boolean {
    return this.#sending.again(id, file);
  }

  pause(id: string): void {
    this.#sending.pause(id);
  }

  resume(id: string): void {
    this.#sending.resume(id);
  }

  retry(id: string): void {
    this.#sending.retry(id);
    this.#receiving.retry(id);
  }

  cancel(id: string): void {
    this.#sending.cancel(id);
    this.#receiving.cancel(id);
  }

  handle(payload: GroupPayload, heard: Heard): void {
    switch (payload.t) {
      case 'iso':
        return this.#ask.hear(heard.from, payload);
      case 'isoState':
        this.#states.hear(heard.from, payload);
        return this.#changed();
      case 'isoFile':
        void this.#receiving.hear(payload, heard);
        return;
      case 'isoGone':
        return this.#receiving.gone(heard.from, payload.f);
      case 'isoGot':
        if (payload.from === this.#self) this.#sending.got(heard.from, payload.f);
        return;
      default:
    }
  }

  setMembers(others: readonly GroupMember[], self: GroupMember): void {
    this.#ask.setMembers(others, self);
    this.#states.setMembers(others);
    this.follow();
  }

  setReady(ready: boolean): void {
    for (const part of [this.#ask, this.#states, this.#sending, this.#receiving]) part.setReady(ready);
  }

  startOver(): void {
    this.#ask.startOver();
    this.#states.startOver();
    this.#sending.startOver();
  }

  epochsUndone(): void {
    this.#ask.startOver();
    this.#states.startOver();
    this.#sending.epochsUndone();
    this.#receiving.epochsUndone();
  }

  close(): void {
    for (const part of [this.#ask, this.#states, this.#sending, this.#receiving]) part.close();
  }

  get #self(): string | null {
    try {
      return this.#context.self().peerId;
    } catch {
      return null;
    }
  }

  get #isOnAir(): boolean {
    const state = this.#show()?.mine.state ?? 'backstage';
    return state === 'countdown' || state === 'going' || state === 'onAir';
  }

  /**
   * Whoever merely stands in for who produced gets nothing by itself: only whom the person said yes to, the host, and whom the host
   * named.
   */
  get #address(): IsoAsk['address'] {
    const { address } = this.#ask;
    if (address === null) return null;
    const { host, cohosts } = this.#context.hosting();
    const { peerId } = address;
    return this.#agreedWith.has(peerId) || peerId === host || cohosts.includes(peerId) ? address : null;
  }

  #tellState(): void {
    this.#states.follow(this.#ask.asked?.id ?? null, this.#sending.left);
  }

  #mine(): OwnIso {
    const asked = this.#ask.asked;
    const { recording } = this.#states;
    const isAgreed = asked !== null && (this.#ask.isOwn || this.#states.answerTo(asked.id) === true);
    const due = isAgreed && this.#isDue(asked.mode);
    if (recording.state === 'on') return { state: 'on', due, sinceMs: recording.sinceMs - this.#clockMs };
    if (recording.state === 'telling') return { state: 'telling', due };
    if (asked === null) return { state: 'none' };
    // Who asks has agreed.
    if (this.#ask.isOwn) return due ? { state: 'agreed', due } : { state: 'none' };
    const answer = this.#states.answerTo(asked.id);
    if (answer !== null) return answer ? { state: 'agreed', due } : { state: 'refused' };
    return this.#isSpeaker || this.#isOnAir ? { state: 'asked' } : { state: 'none' };
  }

  get #isSpeaker(): boolean {
    return this.#show()?.people.some(({ self, role }) => self && role === 'speaker') ?? false;
  }

  #isDue(mode: IsoMode): boolean {
    return this.#isOnAir || (mode === 'now' && this.#isSpeaker);
  }

  #look(): IsoView {
    const asked = this.#ask.asked;
    const speakers = [...this.#states.others].map(([peerId, { id, s, since, b, why, left }]) => ({
      peerId,
      displayName: this.#context.nameOf(peerId),
      state: s,
      answered: id === asked?.id,
      sinceMs: since === null ? null : since - this.#clockMs,
      bytes: b,
      why,
      unsent: left,
    }));
    return {
      ask: asked && { ...asked, displayName: this.#context.nameOf(asked.by), own: this.#ask.isOwn },
      mine: this.#mine(),
      speakers,
      outgoing: this.#sending.view,
      incoming: this.#receiving.view,
    };
  }

  #changed(): void {
    this.#view = null;
    this.#context.onChange();
  }
}
