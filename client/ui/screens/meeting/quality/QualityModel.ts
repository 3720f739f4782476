// What the page knows of a poor line: whether the person was told of it, and whether they do without pictures.
import { computed, effect, signal, untracked, type ReadonlySignal } from '@preact/signals';
import type { LineQuality, QualityView, RoomView, TileView } from '#core';
import { t } from '../../../i18n/index.ts';
import type { Tile } from '../../../viewModels/tiles.ts';

/** Which pictures of the others are done without. */
export type Spared = 'nothing' | 'cameras' | 'all';
type Pictured = Pick<TileView, 'stream'>;

/** What is lost is asked for again and mostly comes: whoever has two bars left loses every fourth packet at first. */
const WARNING_BARS = 2;
/**
 * What comes with gaps may have left others with them, and until they say so it looks like our line: the server reports every 5 s
 * what it missed of a voice, and members tell of it no oftener. Shorter warns of another's line, longer lets a bad one go on.
 */
const WORD_WAIT_MS = 10_000;

const isPoor = ({ bars }: LineQuality): boolean => bars <= WARNING_BARS;

export interface QualityModelOptions {
  view: ReadonlySignal<RoomView>;
  /** Switches our own camera off. */
  stopCamera(): void;
  /** Aloud only: what is to be seen is seen. */
  say(text: string): void;
}

export class QualityModel {
  /** Remembered for as long as the call lasts: the next one may have another line. */
  readonly spared: ReadonlySignal<Spared>;
  /** The line is unstable, and the person has not answered to that yet. */
  readonly warns = signal(false);
  readonly #spared = signal<Spared>('nothing');
  readonly #options: QualityModelOptions;
  readonly #stop: () => void;
  #wait: ReturnType<typeof setTimeout> | undefined;
  #warned = false;

  constructor(options: QualityModelOptions) {
    this.#options = options;
    this.spared = computed(() => this.#spared.value);
    this.#stop = effect(() => this.#follow(options.view.value.quality));
  }

  readonly toggle = (): void => {
    this.set(this.#spared.value === 'nothing' ? 'all' : 'nothing');
  };

  readonly toggleScreens = (): void => {
    if (this.#spared.value !== 'nothing') this.set(this.#spared.value === 'all' ? 'cameras' : 'all');
  };

  readonly set = (spared: Spared): void => {
    const before = this.#spared.value;
    if (spared === before) return;
    this.#spared.value = spared;
    this.warns.value = false;
    if (before === 'nothing') this.#options.stopCamera();
    this.#options.say(t(`quality.say.${spared}`));
  };

  readonly dismiss = (): void => {
    this.warns.value = false;
  };

  spares({ stream }: Pictured): boolean {
    return this.#spared.value === 'all' || (this.#spared.value === 'cameras' && stream === 'camera');
  }

  /** As the server is to hear it: what is done without is not seen, and so not sent. */
  seen(tiles: TileView[]): TileView[] {
    return tiles.map((tile) => (this.spares(tile) ? { ...tile, visible: false } : tile));
  }

  /** As it is shown: a picture that does not come any more must not stand still. */
  shown(tiles: Tile[]): Tile[] {
    return tiles.map((tile) => {
      const isThere = tile.state === 'playing' || tile.state === 'waitingFirstFrame';
      return isThere && !tile.self && this.spares(tile) ? { ...tile, state: 'spared', track: null } : tile;
    });
  }

  close(): void {
    this.#stop();
    this.#stopWaiting();
  }

  #follow({ up, down }: QualityView): void {
    if (isPoor(up) || (isPoor(down) && down.cause !== 'loss')) this.#warn();
    else if (isPoor(down)) this.#wait ??= setTimeout(() => this.#warn(), WORD_WAIT_MS);
    else this.#stopWaiting();
  }

  /** Once a call: told again and again it would be one more thing to put away. */
  #warn(): void {
    this.#stopWaiting();
    if (this.#warned) return;
    untracked(() => {
      if (this.#spared.value !== 'nothing') return;
      this.#warned = true;
      this.warns.value = true;
      this.#options.say(t('quality.unstable'));
    });
  }

  #stopWaiting(): void {
    clearTimeout(this.#wait);
    this.#wait = undefined;
  }
}
