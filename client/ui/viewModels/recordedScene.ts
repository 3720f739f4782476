// What a recording shows and lets hear: the stage as it is, oneself included, and nobody who was not told of it.
import type { RoomView } from '#core';
import { focusOf } from './focus.ts';
import { sceneOf, type Box, type Place } from './layout.ts';
import { tileKey, tilesOf, tintOf, type Tile } from './tiles.ts';

export interface RecordedTile extends Pick<Tile, 'key' | 'stream' | 'self' | 'name' | 'track' | 'micOff'> {
  place: Pick<Place, 'x' | 'y' | 'width' | 'height'>;
  speaking: boolean;
  tint: number;
}
export interface RecordedScene {
  /** From back to front. */
  tiles: RecordedTile[];
  voices: { key: string; track: MediaStreamTrack }[];
}

/** How many tints faces have. */
const TINTS = 6;
const MARGIN = 8;

/** One's own screen has no tile on the page, where it would show itself in itself. */
const ownScreen = ({ self: { peerId, displayName, screen } }: RoomView): Tile[] =>
  screen.state !== 'on'
    ? []
    : [
        {
          key: tileKey(peerId, 'screen'),
          peerId,
          stream: 'screen',
          self: true,
          name: displayName,
          state: 'playing',
          track: screen.track,
          micOff: true,
          speaking: false,
          level: 0,
        },
      ];

const voicesOf = (view: RoomView, told: ReadonlySet<string>): RecordedScene['voices'] => {
  const { mic, peerId } = view.self;
  const others = view.participants.filter((person) => told.has(person.peerId));
  return [
    ...(mic.state === 'on' ? [{ key: `${peerId}/mic`, track: mic.track }] : []),
    ...others.flatMap((person) =>
      (['mic', 'screenAudio'] as const).flatMap((stream) => {
        const media = person[stream];
        return media.state === 'playing' ? [{ key: `${person.peerId}/${stream}`, track: media.track }] : [];
      }),
    ),
  ];
};

/** @param told Peers who know; of the others nothing is kept. */
export const recordedScene = (
  view: RoomView,
  { told, box, lastSpeaker, page }: { told: readonly string[]; box: Box; lastSpeaker: string | null; page: number },
): RecordedScene => {
  const knowing = new Set(told);
  const tiles = [...ownScreen(view), ...tilesOf(view, { selfShown: true })].filter(
    ({ self, peerId }) => self || knowing.has(peerId),
  );
  const { places } = sceneOf({
    layout: 'grid',
    box: { width: box.width - 2 * MARGIN, height: box.height - 2 * MARGIN },
    // A screen of one's own is as good as another's.
    tiles: tiles.map(({ key, self, stream }) => ({ key, stream, self: self && stream === 'camera' })),
    focus: focusOf(tiles, {
      pinned: null,
      spotlight: null,
      screens: tiles.flatMap(({ key, stream }) => (stream === 'screen' ? [key] : [])),
      aside: new Set(),
      lastSpeaker,
    }),
    solo: null,
    pageSize: 'auto',
    corner: 'bottomRight',
    page,
  });
  const byKey = new Map(tiles.map((tile) => [tile.key, tile]));
  return {
    tiles: places.flatMap(({ key, x, y, width, height }) => {
      const tile = byKey.get(key);
      if (tile === undefined) return [];
      return [
        {
          ...tile,
          place: { x: x + MARGIN, y: y + MARGIN, width, height },
          speaking: tile.speaking && !tile.micOff,
          tint: tintOf(tile.peerId, TINTS),
        },
      ];
    }),
    voices: voicesOf(view, knowing),
  };
};
