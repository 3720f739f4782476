// Where people and screens stand in a scene that goes on air: pure, in per cent of a picture of 16:9.
import type { SceneDraft } from '#core';

export interface ScenePlace {
  peerId: string;
  stream: 'camera' | 'screen';
  x: number;
  y: number;
  width: number;
  height: number;
}

/** Of the width, for what is spoken beside a screen. */
const BESIDE = 25;

export const scenePlaces = ({ layout, onAir, screen }: SceneDraft): ScenePlace[] => {
  const people = layout === 'solo' ? onAir.slice(0, 1) : onAir;
  if (layout === 'screen' && screen !== null) {
    const main: ScenePlace = { peerId: screen, stream: 'screen', x: 0, y: 0, width: 100 - BESIDE, height: 100 };
    return [main, ...gridOf(people, { x: 100 - BESIDE, width: BESIDE, columns: 1 })];
  }
  const columns = layout === 'side' && people.length <= 3 ? people.length : Math.ceil(Math.sqrt(people.length));
  return gridOf(people, { x: 0, width: 100, columns });
};

const gridOf = (people: readonly string[], box: { x: number; width: number; columns: number }): ScenePlace[] => {
  const rows = Math.max(1, Math.ceil(people.length / box.columns));
  return people.map((peerId, index) => ({
    peerId,
    stream: 'camera',
    x: box.x + (index % box.columns) * (box.width / box.columns),
    y: Math.floor(index / box.columns) * (100 / rows),
    width: box.width / box.columns,
    height: 100 / rows,
  }));
};
