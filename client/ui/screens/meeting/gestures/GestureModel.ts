// What the page knows of reactions and hands: whose hand stands where, what is read aloud, and when to ask to lower one's own.
import { computed, signal, type ReadonlySignal } from '@preact/signals';
import type { ReactionKind, ReactionView, RoomClient, RoomView } from '#core';
import { t } from '../../../i18n/index.ts';
import { recall, remember } from '../../../remembered.ts';
import { reactionSummary } from '../../../viewModels/reactions.ts';
import type { Toast } from '../toast.ts';
import { nameOf } from '../words.ts';

/** Gathered before a line is read, so that it holds a round of applause. */
const GATHER_MS = 1_000;
/** Between two lines: readers must get to say other things. */
const PAUSE_MS = 6_000;
/** Speech with the hand up, pauses left out, that is having the floor and no longer asking for it. */
const SPOKE_MS = 10_000;

export interface GestureModelOptions {
  client: RoomClient;
  view: ReadonlySignal<RoomView>;
  /** Aloud only. */
  speak(text: string): void;
  tell(text: string, tone: Toast['tone'], action?: Toast['action']): void;
  nowMs(): number;
}

export class GestureModel {
  /** Peer id → place in the line, from 1. */
  readonly places: ReadonlySignal<ReadonlyMap<string, number>>;
  readonly isHandUp: ReadonlySignal<boolean>;
  readonly hands: ReadonlySignal<RoomView['hands']>;
  readonly reactions: ReadonlySignal<RoomView['reactions']>;
  readonly readsReactions = signal(recall('readReactions') !== 'off');
  readonly #options: GestureModelOptions;
  #lastRead = 0;
  #unread: ReactionView[] = [];
  #readTimer: ReturnType<typeof setTimeout> | undefined;
  #quietUntilMs = 0;
  #speech: { beforeMs: number; sinceMs: number | null; asked: boolean } = { beforeMs: 0, sinceMs: null, asked: false };
  #speechTimer: ReturnType<typeof setTimeout> | undefined;

  constructor(options: GestureModelOptions) {
    this.#options = options;
    this.hands = computed(() => options.view.value.hands);
    this.reactions = computed(() => options.view.value.reactions);
    this.places = computed(() => new Map(this.hands.value.map(({ peerId }, index) => [peerId, index + 1])));
    this.isHandUp = computed(() => this.hands.value.some(({ self }) => self));
  }

  readonly toggleHand = (): void => {
    const { hands } = this.#options.client.gestures;
    const isUp = this.isHandUp.value;
    if (isUp) hands.lower();
    else hands.raise();
    this.#options.speak(t(isUp ? 'hands.down' : 'hands.up'));
  };

  readonly lowerHands = (peerIds: string[]): void => {
    const { hands } = this.#options.client.gestures;
    if (!hands.lowerOthers(peerIds)) this.#options.tell(t('hosting.fault.notActing'), 'warning');
  };

  readonly react = (kind: ReactionKind): void => {
    if (!this.#options.client.gestures.reactions.send(kind)) this.#options.tell(t('reactions.tooMany'), 'plain');
  };

  readonly setReadsReactions = (on: boolean): void => {
    this.readsReactions.value = on;
    remember('readReactions', on ? null : 'off');
  };

  /** Called with each new state. */
  follow(view: RoomView): void {
    this.#followReactions(view.reactions);
    this.#followSpeech(view);
  }

  close(): void {
    clearTimeout(this.#readTimer);
    clearTimeout(this.#speechTimer);
  }

  #followReactions(reactions: readonly ReactionView[]): void {
    const fresh = reactions.filter(({ id, self }) => id > this.#lastRead && !self);
    this.#lastRead = reactions.at(-1)?.id ?? this.#lastRead;
    if (fresh.length === 0 || !this.readsReactions.value) return;
    this.#unread.push(...fresh);
    const waitMs = Math.max(GATHER_MS, this.#quietUntilMs - this.#options.nowMs());
    this.#readTimer ??= setTimeout(() => this.#readReactions(), waitMs);
  }

  #readReactions(): void {
    this.#readTimer = undefined;
    this.#quietUntilMs = this.#options.nowMs() + PAUSE_MS;
    const { list, more } = reactionSummary(this.#unread.splice(0), nameOf);
    this.#options.speak(more > 0 ? t('reactions.andMore', { list, count: more }) : list);
  }

  #followSpeech({ self, hands }: RoomView): void {
    if (!hands.some((hand) => hand.self)) {
      clearTimeout(this.#speechTimer);
      this.#speech = { beforeMs: 0, sinceMs: null, asked: false };
      return;
    }
    const speaks = self.speaking && self.mic.state === 'on';
    const { sinceMs, beforeMs, asked } = this.#speech;
    if (asked || speaks === (sinceMs !== null)) return;
    clearTimeout(this.#speechTimer);
    const nowMs = this.#options.nowMs();
    if (sinceMs !== null) this.#speech = { beforeMs: beforeMs + nowMs - sinceMs, sinceMs: null, asked };
    else {
      this.#speech = { beforeMs, sinceMs: nowMs, asked };
      this.#speechTimer = setTimeout(() => this.#askToLower(), Math.max(0, SPOKE_MS - beforeMs));
    }
  }

  #askToLower(): void {
    this.#speech.asked = true;
    const run = (): void => {
      if (this.isHandUp.value) this.toggleHand();
    };
    this.#options.tell(t('hands.ask'), 'plain', { label: t('hands.lower'), run });
  }
}
