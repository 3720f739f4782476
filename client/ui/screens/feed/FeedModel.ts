// One feed in this page: comes in without a device, shows the program, keeps the last picture over a loss, and comes back by itself.
import { signal, type ReadonlySignal } from '@preact/signals';
import type { EndReason, FeedLink, RoomClient, RoomState, TileView } from '#core';
import type { Voice } from '../../components/Sounds.tsx';
import { SLATE_AFTER_MS, type SceneCaption, type SceneContent } from '../../scene/sceneTypes.ts';
import { KeptClient } from './KeptClient.ts';
import { feedCaptions, feedPerson, feedProgram, feedSource, feedVoices, isWhole } from '../../viewModels/feedScene.ts';

/** A fresh place brings its pictures within this, or what is there is shown as it is. */
const SETTLE_MS = 10_000;
const TICK_MS = 1_000;

export interface FeedModelOptions {
  feed: FeedLink;
  createClient(feed: FeedLink): RoomClient;
  nowMs(): number;
}

export class FeedModel {
  readonly state: ReadonlySignal<RoomState>;
  /** What is shown; null before anything was. */
  readonly scene = signal<SceneContent | null>(null);
  readonly voices = signal<Voice[]>([]);
  readonly captions = signal<SceneCaption[]>([]);
  /** Grows with each press: a browser may play sound only then. */
  readonly attempt = signal(0);
  /** Over for good, and why. */
  readonly ended: ReadonlySignal<EndReason | null>;
  readonly #options: FeedModelOptions;
  readonly #timer: ReturnType<typeof setInterval>;
  readonly #kept: KeptClient;
  #tiles: TileView[] = [];
  #lostAtMs: number | null = null;
  #backAtMs: number | null = null;
  #closed = false;

  constructor(options: FeedModelOptions) {
    this.#options = options;
    const { feed, createClient, nowMs } = options;
    this.#kept = new KeptClient({
      create: () => createClient(feed),
      nowMs,
      onFresh: (client) => client.view(this.#tiles),
      onState: () => this.#follow(),
    });
    ({ state: this.state, ended: this.ended } = this.#kept);
    this.#timer = setInterval(() => this.#tick(), TICK_MS);
  }

  get look(): FeedLink['look'] {
    return this.#options.feed.look;
  }

  start(): void {
    this.#kept.start();
  }

  readonly report = (tiles: TileView[]): void => {
    this.#tiles = tiles;
    this.#kept.now.view(tiles);
  };

  readonly pressed = (): void => {
    this.attempt.value += 1;
  };

  close(): void {
    if (this.#closed) return;
    this.#closed = true;
    clearInterval(this.#timer);
    this.#kept.close();
  }

  #tick(): void {
    this.#kept.look();
    this.#follow();
  }

  #follow(): void {
    if (this.#closed) return;
    const nowMs = this.#options.nowMs();
    const state = this.state.value;
    if (state.phase !== 'in' || state.connection !== 'online') return this.#hold(nowMs);
    const { look } = this.#options.feed;
    const before = this.scene.value;
    const program = feedProgram(state, look, before?.program ?? null);
    if (this.#lostAtMs !== null) {
      this.#backAtMs ??= nowMs;
      const isSettled = isWhole(state, program, before) || nowMs - this.#backAtMs >= SETTLE_MS;
      if (!isSettled) return this.#show(before, nowMs);
      this.#lostAtMs = null;
      this.#backAtMs = null;
    }
    const content: Omit<SceneContent, 'nowMs' | 'lost'> = {
      program,
      personOf: (peerId) => feedPerson(state, peerId),
      sourceOf: (peerId, stream) => feedSource(state, peerId, stream),
      paused: false,
    };
    this.#show(content, nowMs);
    this.voices.value = feedVoices(state, look, program);
    this.captions.value = feedCaptions(state, look, program);
  }

  /** What was seen last stands, and nobody is heard. */
  #hold(nowMs: number): void {
    this.#lostAtMs ??= nowMs;
    this.#backAtMs = null;
    this.voices.value = [];
    this.captions.value = [];
    this.#show(this.scene.value, nowMs);
  }

  #show(content: Omit<SceneContent, 'nowMs' | 'lost'> | null, nowMs: number): void {
    if (content === null) return;
    const lost = this.#lostAtMs !== null && nowMs - this.#lostAtMs >= SLATE_AFTER_MS;
    this.scene.value = { ...content, nowMs, lost };
  }
}
