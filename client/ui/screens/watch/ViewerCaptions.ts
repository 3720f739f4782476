// Captions as one person watches with them: on or off, how large, what is read now, and whether anybody on air makes any.
import { computed, signal, type ReadonlySignal } from '@preact/signals';
import type { Audience } from '#core';
import { recall, remember } from '../../remembered.ts';
import type { SceneCaption } from '../../scene/sceneTypes.ts';

export const CAPTION_SIZES = ['small', 'medium', 'large', 'largest'] as const;
export type CaptionSize = (typeof CAPTION_SIZES)[number];

/** Long enough to be read twice. */
const NOTE_MS = 8_000;

/**
 * - `made`: the device of somebody on air makes them
 * - `none`: somebody is on air, and no device of theirs does
 * - `idle`: nobody is on air
 */
export type CaptionSupply = 'made' | 'none' | 'idle';

export class ViewerCaptions {
  readonly shown = signal(recall('watch.captions') !== 'off');
  readonly size = signal<CaptionSize>(recalledSize());
  /** It was asked for them, and there are none. */
  readonly noted = signal(false);
  readonly supply: ReadonlySignal<CaptionSupply>;
  /** Oldest first; of who is on air by the program, and nobody else. */
  readonly lines: ReadonlySignal<SceneCaption[]>;
  #stopNote: ReturnType<typeof setTimeout> | undefined;

  constructor(audience: ReadonlySignal<Audience | null>, paused: ReadonlySignal<boolean>) {
    this.supply = computed(() => supplyOf(audience.value));
    this.lines = computed(() => (this.shown.value && !paused.value ? linesOf(audience.value) : []));
  }

  readonly toggle = (): void => {
    this.shown.value = !this.shown.value;
    remember('watch.captions', this.shown.value ? null : 'off');
    clearTimeout(this.#stopNote);
    this.noted.value = this.shown.value && this.supply.peek() === 'none';
    if (this.noted.value) this.#stopNote = setTimeout(() => (this.noted.value = false), NOTE_MS);
  };

  readonly resize = (size: CaptionSize): void => {
    this.size.value = size;
    remember('watch.captionSize', size === 'medium' ? null : size);
  };

  close(): void {
    clearTimeout(this.#stopNote);
  }
}

const recalledSize = (): CaptionSize => {
  const kept = recall('watch.captionSize');
  return CAPTION_SIZES.find((size) => size === kept) ?? 'medium';
};

/** Whoever is heard by the program: while it is live, those on air and on the host's list. */
const heardOf = ({ program, closed, people }: Audience) =>
  program?.phase === 'live' && !closed ? people.filter(({ peerId }) => program.onAir.includes(peerId)) : [];

const supplyOf = (audience: Audience | null): CaptionSupply => {
  const heard = audience === null ? [] : heardOf(audience);
  if (audience === null || heard.length === 0) return 'idle';
  const makers = audience.program?.captions ?? [];
  return heard.some(({ peerId }) => makers.includes(peerId)) ? 'made' : 'none';
};

const linesOf = (audience: Audience | null): SceneCaption[] => {
  if (audience === null) return [];
  const heard = heardOf(audience);
  return audience.captions.flatMap(({ id, peerId, text }) => {
    const person = heard.find((one) => one.peerId === peerId);
    return person === undefined ? [] : [{ id, name: person.name, text }];
  });
};
