// What the page knows of a poor line: whether the person was told of it, and whether they do without pictures.
import { computed, effect, signal, untracked, type ReadonlySignal } from '@preact/signals';
import type { RoomView, TileView } from '#core';
import { t } from '../../../i18n/index.ts';
import { ownQuality } from '../../../viewModels/quality.ts';
import type { Tile } from '../../../viewModels/tiles.ts';

/** Which pictures of the others are done without. */
export type Spared = 'nothing' | 'cameras' | 'all';
type Pictured = Pick<TileView, 'stream'>;

/** What is lost is asked for again and mostly comes: whoever has two bars left loses every fourth packet at first. */
const WARNING_BARS = 2;

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
  #warned = false;

  constructor(options: QualityModelOptions) {
    this.#options = options;
    this.spared = computed(() => this.#spared.value);
    this.#stop = effect(() => this.#follow(ownQuality(options.view.value.quality).bars));
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
  }

  /** Once a call: told again and again it would be one more thing to put away. */
  #follow(bars: number): void {
    if (bars > WARNING_BARS || this.#warned) return;
    untracked(() => {
      if (this.#spared.value !== 'nothing') return;
      this.#warned = true;
      this.warns.value = true;
      this.#options.say(t('quality.unstable'));
    });
  }
}
