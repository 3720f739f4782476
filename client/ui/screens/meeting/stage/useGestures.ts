// What fingers and mice do on the stage: swipe to the next page, drag one's own picture to a corner, pick a screen, double-click.
import { useMemo } from 'preact/hooks';
import { cornerAt } from '../../../viewModels/layout.ts';
import { tileKey } from '../../../viewModels/tiles.ts';
import { toggleSolo } from './solo.ts';
import type { StageModel } from './StageModel.ts';

/** Shorter is a tap that slipped. */
const SWIPE_PX = 48;
/** Below this a press on one's own picture is no drag. */
const DRAG_PX = 6;

type Gesture =
  | { kind: 'none' }
  | { kind: 'swipe'; x: number; y: number }
  | { kind: 'drag'; x: number; y: number; tile: HTMLElement; moved: boolean };

const tileAt = (event: Event): HTMLElement | null =>
  event.target instanceof Element ? event.target.closest<HTMLElement>('.tile') : null;
const isOnTool = (event: Event): boolean =>
  event.target instanceof Element && event.target.closest('.tile-tools, [data-actual=true]') !== null;
const keyOf = ({ dataset }: HTMLElement): string =>
  tileKey(dataset['peerId'] ?? '', dataset['stream'] === 'screen' ? 'screen' : 'camera');

const release = (tile: HTMLElement): void => {
  tile.style.translate = '';
  delete tile.dataset['dragging'];
};

export const useGestures = (stage: StageModel) => useMemo(() => gesturesOf(stage), [stage]);

const gesturesOf = (stage: StageModel) => {
  let gesture: Gesture = { kind: 'none' };
  const end = (): void => {
    if (gesture.kind === 'drag') release(gesture.tile);
    gesture = { kind: 'none' };
  };
  const drop = ({ tile }: Extract<Gesture, { kind: 'drag' }>): void => {
    const at = tile.getBoundingClientRect();
    const around = tile.parentElement?.getBoundingClientRect();
    if (around === undefined) return;
    const { x, y, width, height } = at;
    stage.moveCorner(cornerAt(x + width / 2 - around.x, y + height / 2 - around.y, around));
  };
  return {
    onPointerDown(event: PointerEvent): void {
      if (!event.isPrimary || event.button !== 0 || isOnTool(event)) return;
      const tile = tileAt(event);
      const { clientX: x, clientY: y } = event;
      if (tile?.dataset['role'] === 'corner') {
        gesture = { kind: 'drag', x, y, tile, moved: false };
        tile.setPointerCapture(event.pointerId);
      } else if (event.pointerType !== 'mouse') gesture = { kind: 'swipe', x, y };
    },
    onPointerMove(event: PointerEvent): void {
      if (gesture.kind !== 'drag') return;
      const { tile, x, y } = gesture;
      const [dx, dy] = [event.clientX - x, event.clientY - y];
      if (!gesture.moved && Math.hypot(dx, dy) < DRAG_PX) return;
      gesture.moved = true;
      tile.dataset['dragging'] = 'true';
      tile.style.translate = `${dx}px ${dy}px`;
    },
    /** Before the tile takes it for a tap. */
    onPointerUpCapture(event: PointerEvent): void {
      const made = gesture;
      if (made.kind === 'none') return;
      if (made.kind === 'drag' && made.moved) {
        drop(made);
        event.stopPropagation();
      }
      if (made.kind === 'swipe') {
        const [dx, dy] = [event.clientX - made.x, event.clientY - made.y];
        const isSwipe = Math.abs(dx) >= SWIPE_PX && Math.abs(dx) > 2 * Math.abs(dy);
        if (isSwipe && stage.turnPage(dx < 0 ? 1 : -1)) event.stopPropagation();
      }
      end();
    },
    onPointerCancel: end,
    /** A screen in the strip is one press away; a finger on a person brings up their tools. */
    onClick(event: MouseEvent): void {
      const tile = tileAt(event);
      if (tile === null || isOnTool(event) || event.detail > 1) return;
      if (tile.dataset['role'] === 'strip' && tile.dataset['stream'] === 'screen') stage.togglePin(keyOf(tile));
    },
    onDblClick(event: MouseEvent): void {
      const tile = tileAt(event);
      if (tile === null || isOnTool(event)) return;
      if (tile.dataset['role'] === 'focus' || tile.dataset['role'] === 'grid') toggleSolo(stage, keyOf(tile));
    },
  };
};
