// What the page knows of its stage: who sits where, who is large and why, which page is looked at, and what the person chose.
import { computed, signal, untracked, type ReadonlySignal } from '@preact/signals';
import type { RoomView } from '#core';
import { t } from '../../../i18n/index.ts';
import { recall, remember } from '../../../remembered.ts';
import { focusOf, type Focus } from '../../../viewModels/focus.ts';
import {
  CORNERS,
  PAGE_SIZES,
  sceneOf,
  showsLarge,
  type Box,
  type Corner,
  type Layout,
  type PageSize,
  type Scene,
} from '../../../viewModels/layout.ts';
import { comeForward, reseat, type Seats } from '../../../viewModels/seating.ts';
import { arrange, tilesOf, type Tile } from '../../../viewModels/tiles.ts';

export interface StageOptions {
  view: ReadonlySignal<RoomView>;
  /** Peer id of whom the Room shows large to all. */
  spotlight: () => string | null;
  /** To those who do not see it. */
  say(text: string): void;
  /** Without pictures that are done without. */
  shown?(tiles: Tile[]): Tile[];
}

/** A new set is made only where it differs, so that nothing is drawn anew for nothing. */
const NOTHING: ReadonlySet<string> = new Set();

export class StageModel {
  /** What the person chose; a screen, a pin and the spotlight are shown large in either. */
  readonly layout = signal<Layout>(recall('layout') === 'speaker' ? 'speaker' : 'grid');
  readonly page = signal(0);
  readonly pageSize = signal<PageSize>(PAGE_SIZES.find((size) => String(size) === recall('pageSize')) ?? 'auto');
  readonly corner = signal<Corner>(CORNERS.find((corner) => corner === recall('corner')) ?? 'bottomRight');
  readonly pinned = signal<string | null>(null);
  /** Key of the tile that fills the window by itself. */
  readonly solo = signal<string | null>(null);
  /** Key of the screen that is shown as large as it is, to be scrolled. */
  readonly actualSize = signal<string | null>(null);
  readonly selfShown = signal(recall('selfView') !== 'off');
  readonly lastSpeaker = signal<string | null>(null);
  readonly box = signal<Box>({ width: 0, height: 0 });
  /** In an order that never changes while they are there: their nodes stay where they are in the document. */
  readonly tiles: ReadonlySignal<Tile[]>;
  readonly focus: ReadonlySignal<Focus | null>;
  readonly scene: ReadonlySignal<Scene>;
  /** The layout as it is seen now. */
  readonly seenLayout: ReadonlySignal<Layout>;
  readonly #seats = signal<Seats>([]);
  readonly #screens = signal<readonly string[]>([]);
  readonly #aside = signal<ReadonlySet<string>>(NOTHING);
  readonly #heardAt = new Map<string, number>();
  readonly #say: (text: string) => void;
  #words = 0;

  constructor({ view, spotlight, say, shown = (tiles) => tiles }: StageOptions) {
    this.#say = say;
    this.tiles = computed(() => shown(tilesOf(view.value, { selfShown: this.selfShown.value })));
    this.focus = computed(() =>
      focusOf(this.#arranged(), {
        pinned: this.pinned.value,
        spotlight: spotlight(),
        screens: this.#screens.value,
        aside: this.#aside.value,
        lastSpeaker: this.lastSpeaker.value,
      }),
    );
    this.scene = computed(() =>
      sceneOf({
        layout: this.layout.value,
        box: this.box.value,
        tiles: this.#arranged(),
        focus: this.focus.value,
        solo: this.solo.value,
        pageSize: this.pageSize.value,
        corner: this.corner.value,
        page: this.page.value,
      }),
    );
    this.seenLayout = computed(() =>
      showsLarge({ layout: this.layout.value, focus: this.focus.value }) ? 'speaker' : 'grid',
    );
  }

  /** Between what is seen: the grid puts screens that are there now among the others, the other one brings them back. */
  readonly toggleLayout = (): void => this.choose(this.seenLayout.value === 'grid' ? 'speaker' : 'grid');

  readonly choose = (layout: Layout): void => {
    this.pinned.value = null;
    this.#aside.value = layout === 'grid' ? new Set(this.#screens.value) : NOTHING;
    this.layout.value = layout;
    this.page.value = 0;
    remember('layout', layout === 'grid' ? null : layout);
    this.#say(t(layout === 'grid' ? 'say.layoutGrid' : 'say.layoutSpeaker'));
  };

  readonly choosePageSize = (size: PageSize): void => {
    this.pageSize.value = size;
    this.page.value = 0;
    remember('pageSize', size === 'auto' ? null : String(size));
  };

  readonly moveCorner = (corner: Corner): void => {
    this.corner.value = corner;
    remember('corner', corner === 'bottomRight' ? null : corner);
  };

  /** For those who do not drag. */
  readonly nextCorner = (): void =>
    this.moveCorner(CORNERS[(CORNERS.indexOf(this.corner.value) + 1) % CORNERS.length] ?? 'bottomRight');

  readonly togglePin = (key: string): void => {
    this.pinned.value = this.pinned.value === key ? null : key;
  };

  readonly toggleSelfShown = (): void => {
    this.selfShown.value = !this.selfShown.value;
    remember('selfView', this.selfShown.value ? null : 'off');
  };

  /** Whether there was such a page to go to. */
  readonly turnPage = (by: 1 | -1): boolean => {
    const { page, pages } = this.scene.value;
    const next = page + by;
    if (next < 0 || next >= pages) return false;
    this.page.value = next;
    this.#say(t('meeting.page', { page: next + 1, pages }));
    return true;
  };

  /** On each new state of the Room. */
  follow(view: RoomView): void {
    untracked(() => {
      const present = view.participants.map(({ peerId }) => peerId);
      this.#seats.value = reseat(this.#seats.value, present);
      const keys = tilesOf(view, { selfShown: false }).flatMap(({ key, stream }) => (stream === 'screen' ? [key] : []));
      const known = this.#screens.value.filter((key) => keys.includes(key));
      const began = keys.filter((key) => !known.includes(key));
      if (began.length > 0 || known.length < this.#screens.value.length) this.#screens.value = [...known, ...began];
      // A screen that ended is another one when it begins again.
      if ([...this.#aside.value].some((key) => !keys.includes(key))) {
        this.#aside.value = new Set([...this.#aside.value].filter((key) => keys.includes(key)));
      }
      this.#listen(view);
    });
  }

  #listen({ activeSpeaker, self }: RoomView): void {
    if (activeSpeaker === null || activeSpeaker === self.peerId) return;
    this.#heardAt.set(activeSpeaker, (this.#words += 1));
    if (activeSpeaker === this.lastSpeaker.value) return;
    this.#seats.value = comeForward(this.#seats.value, {
      speaker: activeSpeaker,
      first: this.#people(this.scene.value.first),
      // Whoever is large because they speak gives that place up.
      seen: this.#people(this.scene.value.places.flatMap(({ key, role }) => (role === 'focus' ? [] : [key]))),
      heardAt: this.#heardAt,
    });
    this.lastSpeaker.value = activeSpeaker;
  }

  #people(keys: readonly string[]): Set<string> {
    const tiles = this.tiles.value.filter((tile) => tile.stream === 'camera' && !tile.self);
    return new Set(tiles.flatMap(({ key, peerId }) => (keys.includes(key) ? [peerId] : [])));
  }

  #arranged(): Tile[] {
    return arrange(this.tiles.value, { seats: this.#seats.value, screens: this.#screens.value });
  }
}
