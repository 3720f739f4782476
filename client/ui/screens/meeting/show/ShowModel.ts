// What the page knows of a show: the scene that is being made ready, the clock of its countdowns, and what is said aloud of it.
import { computed, signal, type ReadonlySignal } from '@preact/signals';
import type { FeedLink, RoomClient, RoomLink, RoomView, SceneDraft, ShowView, StageBrand, StageOutcome } from '#core';
import { MAX_STAGE_PEOPLE } from '#core';
import { t } from '../../../i18n/index.ts';
import { logoOf } from '../../../media/logo.ts';
import { nameOf } from '../words.ts';
import { FeedsModel } from './FeedsModel.ts';

export interface ShowModelOptions {
  client: RoomClient;
  view: ReadonlySignal<RoomView>;
  /** Aloud only. */
  speak(text: string): void;
  /** On the screen and aloud. */
  tell(text: string, tone: 'plain' | 'warning'): void;
  setMic(on: boolean): Promise<void>;
  formatLink(link: RoomLink): string;
  formatFeedLink(feed: FeedLink): string;
  nowMs(): number;
}

/** Countdowns are read to the second; a longer step would skip one. */
const TICK_MS = 250;

export class ShowModel {
  readonly show: ReadonlySignal<ShowView | null>;
  readonly feeds: FeedsModel;
  readonly dialog = signal<'none' | 'close'>('none');
  readonly nowMs: ReadonlySignal<number>;
  /** The link to watch, once it was made; another one where the room's is. */
  readonly watchLink = signal('');
  /** The scene in the preview. */
  readonly scene: ReadonlySignal<SceneDraft>;
  /** Whether it is another than what is on air. */
  readonly isDraft: ReadonlySignal<boolean>;
  readonly #draft = signal<SceneDraft | null>(null);
  readonly #now: { value: number };
  readonly #options: ShowModelOptions;
  readonly #stopLink: () => void;
  #before: ShowView | null = null;
  /** Whether the microphone was turned on for speaking back alone. */
  #micForTalk = false;
  #timer: ReturnType<typeof setInterval> | undefined;
  /** Of the newest wish for a link; an older one that ends later is worth nothing. */
  #linkWish = 0;
  #linkGeneration = 0;

  constructor(options: ShowModelOptions) {
    this.#options = options;
    this.feeds = new FeedsModel(options);
    const now = signal(options.nowMs());
    this.#now = now;
    this.nowMs = now;
    this.show = computed(() => options.view.value.show);
    this.scene = computed(() => this.#draft.value ?? sceneOf(this.show.value));
    this.isDraft = computed(() => {
      const draft = this.#draft.value;
      return draft !== null && JSON.stringify(draft) !== JSON.stringify(sceneOf(this.show.value));
    });
    this.#stopLink = options.client.link.subscribe(() => void this.#makeLink());
  }

  /** How many in the room found no place among those who can be put on air; machines need none. */
  get unlisted(): number {
    const people = this.show.value?.people ?? [];
    // Who just came is listed a moment later.
    if (people.length < MAX_STAGE_PEOPLE) return 0;
    const isListed = (peerId: string): boolean => people.some((person) => person.peerId === peerId);
    const { participants } = this.#options.view.value;
    return participants.filter(({ peerId }) => !isListed(peerId) && !this.feeds.isFeed(peerId)).length;
  }

  readonly open = (): void => {
    this.#tellFault(this.#options.client.stage.open());
  };

  readonly takeOver = (): void => this.#tellFault(this.#options.client.stage.takeOver());

  readonly close = (): void => {
    this.dialog.value = 'none';
    this.#tellFault(this.#options.client.stage.close());
  };

  readonly change: (change: Parameters<RoomClient['stage']['change']>[0]) => void = (change) =>
    this.#tellFault(this.#options.client.stage.change(change));

  readonly describe: (...args: Parameters<RoomClient['stage']['describe']>) => void = (peerId, as) =>
    this.#tellFault(this.#options.client.stage.describe(peerId, as));

  readonly putOnAir = (peerId: string): void => {
    this.#draft.value = null;
    this.#tellFault(this.#options.client.stage.putOnAir(peerId));
  };

  readonly takeOff = (peerId: string): void => {
    this.#draft.value = null;
    this.#tellFault(this.#options.client.stage.takeOff(peerId));
  };

  readonly leaveAir = (): void => this.#options.client.stage.leaveAir();

  readonly startTimer = (minutes: number): void =>
    this.change({ timerEndsAtMs: this.#options.nowMs() + minutes * 60_000 });

  readonly setBrand = (change: Partial<StageBrand>): void => {
    const brand = this.show.value?.brand;
    if (brand !== undefined) this.#tellFault(this.#options.client.stage.setBrand({ ...brand, ...change }));
  };

  readonly pickLogo = async (file: Blob): Promise<void> => {
    const logo = await logoOf(file);
    if (logo === null) this.#options.tell(t('show.logoUnreadable'), 'warning');
    else this.setBrand({ logo });
  };

  // The scene in the preview.

  readonly draftLayout = (layout: SceneDraft['layout']): void => {
    const { onAir, screen } = this.scene.value;
    this.#draft.value = this.#withScreen({ layout, onAir, screen });
  };

  readonly draftPeople = (onAir: string[]): void => {
    // Who stands there already keeps their place.
    const kept = this.scene.value.onAir.filter((peerId) => onAir.includes(peerId));
    const came = onAir.filter((peerId) => !kept.includes(peerId));
    this.#draft.value = this.#withScreen({ ...this.scene.value, onAir: [...kept, ...came] });
  };

  readonly draftScreen = (screen: string): void => {
    this.#draft.value = { ...this.scene.value, screen };
  };

  readonly resetDraft = (): void => {
    this.#draft.value = null;
  };

  readonly take = (): void => {
    const { layout, onAir, screen } = this.scene.value;
    // A solo is of one.
    const people = layout === 'solo' ? onAir.slice(0, 1) : onAir;
    const outcome = this.#options.client.stage.take({ layout, onAir: people, screen });
    if (outcome.ok) this.#draft.value = null;
    this.#tellFault(outcome);
  };

  /** Who of these shares a screen now. */
  screensOf(peerIds: readonly string[]): string[] {
    const { self, participants } = this.#options.view.value;
    const shares = (peerId: string): boolean =>
      peerId === self.peerId
        ? self.screen.state === 'on'
        : participants.some((one) => one.peerId === peerId && one.screen.state !== 'off');
    return peerIds.filter(shares);
  }

  // Speaking back.

  get canTalkBack(): boolean {
    const show = this.show.value;
    return (
      show !== null &&
      show.mine.state !== 'onAir' &&
      show.mine.state !== 'going' &&
      show.people.some(({ self, role }) => self && role === 'producer')
    );
  }

  readonly talkBack = async (to: string | null): Promise<void> => {
    const { client, view, setMic } = this.#options;
    if (to === null) {
      if (this.show.value?.talkingTo !== null) client.stage.talkBack(null);
      if (!this.#micForTalk) return;
      this.#micForTalk = false;
      return setMic(false);
    }
    const outcome = client.stage.talkBack(to);
    this.#tellFault(outcome);
    if (!outcome.ok || view.value.self.mic.state === 'on') return;
    this.#micForTalk = true;
    await setMic(true);
    // Let go while it started.
    if (!this.#micForTalk) await setMic(false);
  };

  /** Whether this person's voice is played here: on air one hears who is on air, and who speaks back. */
  hears(peerId: string): boolean {
    const show = this.show.value;
    if (show === null || show.mine.state !== 'onAir') return true;
    return show.talkBack.includes(peerId) || show.onAir.includes(peerId);
  }

  /** Runs on each new state of the room. */
  follow({ show, hosting }: RoomView): void {
    const before = this.#before;
    this.#before = show;
    // The link's secret and its number come one after the other.
    const isOtherLink = hosting.linkGeneration !== this.#linkGeneration;
    this.#linkGeneration = hosting.linkGeneration;
    if (isOtherLink) void this.#makeLink();
    if (before === show) return;
    this.#tick(show);
    if (show !== null && before === null) void this.#makeLink();
    if (show === null && before !== null) {
      this.#draft.value = null;
      this.dialog.value = 'none';
    }
    if (show?.mine.state === 'failed' && before?.mine.state !== 'failed') {
      this.#options.tell(t('show.you.failed'), 'warning');
    }
    const lines = linesOf(before, show);
    if (lines.length > 0) this.#options.speak(lines.join('. '));
  }

  stop(): void {
    if (this.show.value?.talkingTo) this.#options.client.stage.talkBack(null);
    clearInterval(this.#timer);
    this.#stopLink();
  }

  /** A clock for as long as something counts down. */
  #tick(show: ShowView | null): void {
    const counts =
      show !== null &&
      (show.people.some(({ air }) => air.state === 'countdown') ||
        show.mine.state === 'countdown' ||
        show.timerEndsAtMs !== null);
    this.#now.value = this.#options.nowMs();
    if (!counts) {
      clearInterval(this.#timer);
      this.#timer = undefined;
      return;
    }
    this.#timer ??= setInterval(() => this.#look(), TICK_MS);
  }

  #look(): void {
    const before = this.#now.value;
    this.#now.value = this.#options.nowMs();
    const endsAtMs = this.show.value?.timerEndsAtMs ?? null;
    if (endsAtMs !== null && before < endsAtMs && this.#now.value >= endsAtMs) this.#options.speak(t('show.timeUp'));
  }

  async #makeLink(): Promise<void> {
    const { client, formatLink } = this.#options;
    if (this.show.value === null) return;
    const wish = ++this.#linkWish;
    const link = await client.stage.watchLink();
    if (wish === this.#linkWish) this.watchLink.value = formatLink(link);
  }

  #withScreen(scene: SceneDraft): SceneDraft {
    const screens = this.screensOf(scene.onAir);
    const kept = scene.screen !== null && screens.includes(scene.screen) ? scene.screen : (screens[0] ?? null);
    return { ...scene, screen: scene.layout === 'screen' ? kept : null };
  }

  #tellFault(outcome: StageOutcome): void {
    if (!outcome.ok) this.#options.tell(t(`show.fault.${outcome.fault}`), 'warning');
  }
}

const sceneOf = (show: ShowView | null): SceneDraft =>
  show === null
    ? { layout: 'solo', onAir: [], screen: null }
    : { layout: show.layout, onAir: show.onAir, screen: show.screen };

/** Whole seconds that are left, as they are counted aloud: 3, 2, 1. */
export const secondsLeft = (dueMs: number, nowMs: number): number => Math.max(1, Math.ceil((dueMs - nowMs) / 1000));

/** What is said aloud of what changed: oneself first. */
const linesOf = (before: ShowView | null, show: ShowView | null): string[] => {
  if (before === null) return show === null ? [] : [t('show.opened')];
  const wasOnAir = before.mine.state === 'onAir';
  const off = wasOnAir && show?.mine.state !== 'onAir' && show?.mine.state !== 'going' ? [t('show.say.offAir')] : [];
  if (show === null) return [...off, t('show.closed')];
  const { mine } = show;
  const own = [
    ...(mine.state === 'countdown' && before.mine.state !== 'countdown'
      ? [t('show.say.countdown', { seconds: 3 })]
      : []),
    ...(mine.state === 'onAir' && !wasOnAir ? [t('show.say.onAir')] : []),
    ...off,
  ];
  const nameIn = (peerId: string): string => nameOf(show.people.find((one) => one.peerId === peerId)?.name ?? '');
  const isOn = (one: ShowView, peerId: string): boolean =>
    one.people.some((person) => person.peerId === peerId && !person.self && person.air.state === 'onAir');
  const others = show.people.flatMap(({ peerId }) => {
    if (isOn(show, peerId) === isOn(before, peerId)) return [];
    return [t(isOn(show, peerId) ? 'show.say.theyOn' : 'show.say.theyOff', { name: nameIn(peerId) })];
  });
  const talks = show.talkBack.filter((peerId) => !before.talkBack.includes(peerId));
  return [...own, ...talks.map((peerId) => t('show.talking', { name: nameIn(peerId) })), ...others];
};
