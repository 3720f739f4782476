// The stage among the members: who produces the show and how it stands, who is on air, and what this device does about it.
import type { GroupMember } from '#e2ee';
import type { GroupPayload } from '../talk/payload.ts';
import { Outbox } from '../talk/Outbox.ts';
import { Standing } from '../talk/Standing.ts';
import type { Heard, TalkContext, TalkPart } from '../talk/TalkPart.ts';
import { fromBase64url, toBase64url } from '../util/base64url.ts';
import { after } from '../util/timers.ts';
import { AirDuty, type Cue } from './AirDuty.ts';
import { FeedKeys } from './FeedKeys.ts';
import { LeadWord } from './LeadWord.ts';
import { PublishDuty, type Wants } from './PublishDuty.ts';
import { ShowKeeper, type KeptShow } from './ShowKeeper.ts';
import { ShowReturn } from './ShowReturn.ts';
import { withDescription, withProducer, withReturned } from './showEdits.ts';
import { PLAIN_DEVICES, StageCast, type StageDevices } from './StageCast.ts';
import type { Show } from './stagePayload.ts';
import type { StageBrand, StageView } from './stageTypes.ts';
import { showViewOf } from './showView.ts';
import { StageDirection } from './StageDirection.ts';
import { listerOf, wantsOf } from './stageWants.ts';
import { tellClosed } from './tellClosed.ts';
import { TalkBack } from './TalkBack.ts';

type StageWord = Extract<GroupPayload, { t: 'stage' }>;
type BrandWord = Extract<GroupPayload, { t: 'stageBrand' }>;

const NO_BRAND: StageBrand = { name: '', accent: null, logo: null };

export class StageTalk implements TalkPart {
  readonly actions: StageDirection;
  readonly #context: TalkContext;
  readonly #devices: StageDevices;
  readonly #word: LeadWord<StageWord>;
  readonly #brand: LeadWord<BrandWord>;
  readonly #roster: Standing;
  readonly #outbox: Outbox;
  readonly #keys: FeedKeys;
  readonly #talkBack: TalkBack;
  readonly #air: AirDuty;
  readonly #publish: PublishDuty;
  readonly #keeper: ShowKeeper;
  readonly #return: ShowReturn;
  readonly #cast: StageCast;
  #ready = false;
  #viewers: number | null = null;
  #clockMs = 0;
  #view: StageView | null = null;
  #stopTimer: () => void = () => undefined;
  #closed = false;

  constructor(context: TalkContext, devices: StageDevices = PLAIN_DEVICES) {
    this.#context = context;
    this.#devices = devices;
    this.#cast = new StageCast(devices);
    const changed = () => this.#changed();
    const serverNowMs = () => context.nowMs() + this.#clockMs;
    this.#word = new LeadWord<StageWord>({ ...context, serverNowMs });
    this.#brand = new LeadWord<BrandWord>({ ...context, serverNowMs });
    this.#keeper = new ShowKeeper({ ...context, store: context.showStore });
    this.#return = new ShowReturn(this.#keeper, () => context.nowMs(), changed);
    this.#roster = new Standing(context);
    this.#outbox = new Outbox({ say: (payload) => context.say(payload), nowMs: () => context.nowMs() });
    this.#keys = new FeedKeys(context, changed);
    this.#talkBack = new TalkBack(context, changed);
    this.#air = new AirDuty({
      place: () => context.stage(),
      isReady: () => this.#ready && this.#isListed,
      onChange: changed,
      onFailed: ({ atMs }) => this.#leaveAir(atMs, 'failed'),
    });
    this.#publish = new PublishDuty({
      wants: () => this.#wants(),
      ask: context.ask,
      nowMs: () => context.nowMs(),
      onRoster: (signed) => {
        this.#standRoster(signed);
        changed();
      },
      onHeard: () => {
        // Whoever signed it tells newcomers.
        this.#roster.drop();
        changed();
      },
    });
    this.actions = new StageDirection({
      show: () => this.#show,
      hosting: () => context.hosting(),
      self: () => this.#cast.self,
      others: () => this.#cast.people,
      serverNowMs,
      clockMs: () => this.#clockMs,
      iProduce: () => this.#word.isOwn,
      isReady: (peerId) => this.#keys.has(peerId),
      isOnAir: () => this.#air.isOnAir,
      mayTalkBack: (peerId) => this.#isProducer(peerId),
      say: (show) => this.#say(show),
      sayKept: () => this.#sayAgain(this.#word.last === null ? this.#return.takeNow() : null),
      sayBrand: (brand) => this.#sayBrand(brand),
      talkBack: (to) => this.#talkBack.set(to),
      leaveAir: () => this.#leaveNow(),
      link: () => context.link(),
    });
  }

  get view(): StageView {
    return (this.#view ??= { show: this.#showView() });
  }

  /** By which this device is on air, as the producer, the keys and the server have it; null backstage. */
  get cue(): number | null {
    return this.#air.state.state === 'onAir' ? (this.#ownEntry?.atMs ?? null) : null;
  }

  /** Another device writes what its person says, or no longer. */
  captionsChanged(): void {
    this.#publish.poke();
  }

  handle(payload: GroupPayload, heard: Heard): void {
    if (payload.t === 'stage') this.#hear(heard.from, payload);
    else if (payload.t === 'stageBrand') {
      if (this.#brand.hear(heard.from, payload, (own) => ({ ...own, logo: null }))) this.#changed();
    } else if (payload.t === 'stageRoster') void this.#publish.hear(this.#context.stage(), fromBase64url(payload.r));
    else if (payload.t === 'offAir') this.#hearOff(heard, payload);
    this.#keys.handle(payload, heard);
    this.#talkBack.handle(payload, heard);
    if (payload.t !== 'hall' && payload.t !== 'feed') return;
    this.#keepPeople();
    this.#changed();
  }

  setMembers(others: readonly GroupMember[], self: GroupMember): void {
    this.#cast.setMembers(others, self);
    this.#word.setMembers(others, self);
    this.#brand.setMembers(others, self);
    this.#roster.setMembers(others.map(({ peerId }) => peerId));
    this.#keys.setMembers(others, self);
    this.#talkBack.setMembers(others);
    this.#adopt();
    this.#keepPeople();
    this.#changed();
  }

  setReady(ready: boolean): void {
    this.#ready = ready;
    for (const part of this.#speakers) part.setReady(ready);
    this.#outbox.setReady(ready);
    this.#changed();
  }

  startOver(): void {
    for (const part of this.#speakers) part.startOver();
    this.#changed();
  }

  /** A feed that came back shows nothing until it is told. */
  othersStartOver(): void {
    for (const part of this.#speakers) part.startOver();
  }

  epochsUndone(): void {
    this.#outbox.sayAgain(this.#context.nowMs());
    this.startOver();
  }

  /** Somebody handed an epoch's key to the viewers. */
  keysPublished(groupId: Uint8Array, epoch: number): void {
    this.#publish.keysPublished(groupId, epoch);
  }

  setViewers(viewers: number): void {
    this.#viewers = viewers;
    this.#changed();
  }

  close(): void {
    this.#closed = true;
    this.#stopTimer();
    for (const part of [...this.#speakers, this.#outbox, this.#air, this.#publish, this.#return]) part.close();
  }

  get #speakers() {
    return [this.#word, this.#brand, this.#roster, this.#keys, this.#talkBack];
  }

  /** As the word has it, without those who left the air or the room since. */
  get #show(): Show | null {
    const show = this.#word.last?.word.show ?? null;
    return show === null ? null : this.#cast.asItStands(show);
  }

  #hear(from: string, word: StageWord): void {
    const wasOwn = this.#word.isOwn && this.#show !== null;
    if (!this.#word.hear(from, word, (own) => ({ ...own, show: null }))) return;
    if (word.show === null) this.#ended();
    else if (wasOwn) this.#context.notify({ kind: 'stageTaken', displayName: this.#context.nameOf(from) });
    this.#changed();
  }

  /** Nobody goes off air by another's word but the producer's: this one is about its sender alone. */
  #hearOff({ from, displayName }: Heard, { at, why }: Extract<GroupPayload, { t: 'offAir' }>): void {
    const cue = this.#show?.air.find(({ id }) => id === from);
    this.#cast.tookOff(from, at);
    if (this.#word.isOwn && cue !== undefined && cue.at <= at) {
      this.#context.notify({ kind: why === 'left' ? 'leftAir' : 'airFailed', displayName });
      this.actions.takeOff(from);
    }
    this.#changed();
  }

  /** The show goes on when its producer went or leads no more: the first who does makes the word theirs. */
  #adopt(): void {
    const show = this.#show;
    const { acting } = this.#context.hosting();
    const first = acting.find((peerId) => this.#cast.isThere(peerId));
    if (show === null || this.#word.isKept || first === undefined || first !== this.#cast.self?.peerId) return;
    const before = this.#word.last?.from ?? '';
    // Whoever stood in for the host signs nothing any more.
    const without = acting.includes(before) ? show : withDescription(show, before, { role: 'speaker' });
    // Whom a page that loads anew comes in as the others took for somebody new.
    const described = withDescription(this.#cast.withMembers(without), first, this.#return.takeDescription() ?? {});
    this.#say(withProducer(described, first));
    const { name, accent, logo } = this.#brandNow;
    this.#sayBrand({ name, accent, logo });
    // Who signed it may be gone, and newcomers hold what is on air to it.
    if (this.#publish.signed !== null) this.#standRoster(this.#publish.signed);
  }

  #standRoster(signed: Uint8Array): void {
    this.#roster.stand({ t: 'stageRoster', r: toBase64url(signed) });
  }

  /** What an earlier page of this device produced goes on, where nobody has a later word of it. */
  #takeUp(): void {
    const [leads, alone] = [this.#context.hosting().iAct, this.#cast.isAlone];
    this.#sayAgain(this.#return.take({ ready: this.#ready, leads, alone, heard: this.#word.last !== null }));
  }

  #sayAgain(kept: KeptShow | null): void {
    const self = this.#cast.self;
    if (kept === null || self === null) return;
    const show = this.#cast.withMembers(withReturned(kept.show, kept.self, self.peerId));
    this.#say(withProducer(show, self.peerId));
    this.#sayBrand(kept.brand);
  }

  /** For a page that loads anew: whoever produces keeps the show, and nobody else does. */
  #keepShow(): void {
    const show = this.#show;
    if (this.#word.last === null) return;
    if (show === null || !this.#word.isOwn) this.#keeper.forget();
    else this.#keeper.keep({ self: this.#cast.selfId, show, brand: this.#brandNow });
  }

  #keepPeople(): void {
    const show = this.#show;
    if (show === null || !this.#word.isOwn) return;
    const next = this.#cast.withMembers(show);
    if (next !== show) this.#say(next);
  }

  /** @param show null: the stage is closed */
  #say(show: Show | null): void {
    const word: StageWord = { t: 'stage', n: this.#word.nextCount, show };
    this.#word.stand(word);
    if (show === null) {
      this.#ended();
      tellClosed(this.#context.ask, () => !this.#closed && this.#show === null);
    }
    this.#changed();
  }

  #sayBrand(brand: StageBrand): void {
    this.#brand.stand({ t: 'stageBrand', n: this.#brand.nextCount, ...brand });
    this.#changed();
  }

  #ended(): void {
    this.#publish.forget();
    this.#roster.drop();
    this.#keys.forget();
    this.#talkBack.set(null);
    this.#viewers = null;
  }

  #leaveNow(): void {
    const cue = this.#ownEntry;
    if (cue !== null) this.#leaveAir(cue.atMs, 'left');
  }

  #leaveAir(at: number, why: 'left' | 'failed'): void {
    this.#cast.tookOff(this.#cast.selfId, at);
    this.#outbox.post({ t: 'offAir', at, why });
    if (this.#word.isOwn) this.actions.takeOff(this.#cast.selfId);
    this.#changed();
  }

  /** The producer's cue for this device; null where there is none, or its person took themselves off it. */
  get #ownEntry(): Cue | null {
    const self = this.#cast.selfId;
    const show = this.#show;
    const entry = show?.air.find(({ id }) => id === self);
    return entry === undefined ? null : { atMs: entry.at, screen: show?.screen === self };
  }

  get #brandNow(): StageBrand {
    const { name, accent, logo } = this.#brand.last?.word ?? NO_BRAND;
    return { name, accent, logo };
  }

  #isProducer(peerId: string): boolean {
    return this.#show?.people.some(({ id, r }) => id === peerId && r === 'producer') ?? false;
  }

  /** By the host's signature, under the key that our worker signs with. */
  get #isListed(): boolean {
    const key = this.#keys.own(this.#context.stage());
    return key !== null && this.#publish.lists(this.#cast.selfId, key);
  }

  /** Whose device lists people for viewers; null where none may that is here. */
  get #lister(): string | null {
    const mayList = (id: string) => this.#cast.isThere(id) && this.#publish.mayList(this.#keys.of(id));
    return listerOf(this.#context.hosting(), this.#word.last?.from, mayList);
  }

  #wants(): Wants | null {
    const place = this.#context.stage();
    const show = this.#show;
    const epoch = place?.epoch() ?? null;
    if (show === null || place === null || epoch === null || !this.#ready) return null;
    return wantsOf({
      place,
      epoch,
      show,
      self: this.#cast.selfId,
      brand: this.#brandNow,
      producer: this.#word.last?.from,
      hosting: this.#context.hosting(),
      lister: this.#lister,
      isThere: (id) => this.#cast.isThere(id),
      // By the key of a former place viewers would take what this one signs for a forgery.
      keyOf: (id) => (id === this.#cast.selfId ? this.#keys.own(place) : this.#keys.of(id)),
      makesCaptions: (id) => this.#devices.makesCaptions(id),
    });
  }

  #changed(): void {
    this.#view = null;
    if (this.#closed) return;
    const place = this.#context.stage();
    if (place !== null) this.#clockMs = place.serverNowMs() - this.#context.nowMs();
    // Who is not listed cannot be put on air, nor list others: in a large room all others need not speak.
    const isListed =
      this.#show?.people.some(({ id }) => id === this.#cast.self?.peerId && this.#cast.isThere(id)) ?? false;
    if (place !== null && (isListed || (this.#show !== null && this.#context.hosting().iAct))) this.#keys.tell(place);
    this.#air.follow(this.#ownEntry);
    // What one says on air is heard by all the world.
    if (this.#air.isOnAir) this.#talkBack.set(null);
    this.#publish.poke();
    this.#takeUp();
    this.#keepShow();
    this.#lookAgain();
    this.#context.onChange();
  }

  /** When the next countdown is over. */
  #lookAgain(): void {
    this.#stopTimer();
    const nowMs = this.#context.nowMs() + this.#clockMs;
    const next = Math.min(...(this.#show?.air ?? []).map(({ at }) => at).filter((at) => at > nowMs));
    if (Number.isFinite(next)) this.#stopTimer = after(next - nowMs, () => this.#changed());
  }

  #showView(): StageView['show'] {
    const show = this.#show;
    const { last } = this.#word;
    if (show === null || last === null) return null;
    return showViewOf(show, {
      producer: last.from,
      iProduce: this.#word.isOwn,
      self: this.#cast.selfId,
      clockMs: this.#clockMs,
      nowMs: this.#context.nowMs(),
      brand: this.#brandNow,
      mine: this.#air.state,
      viewers: this.#viewers,
      hostAway: this.#lister === null,
      talkingTo: this.#talkBack.own,
      talkBack: this.#talkBack.to(this.#cast.selfId, (peerId) => this.#isProducer(peerId)),
      isThere: (id) => this.#cast.isThere(id),
      isReady: (id) => this.#keys.has(id),
    });
  }
}
