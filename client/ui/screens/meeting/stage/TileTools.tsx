// The buttons over a tile: show it large, by itself in full screen, a screen in full size, one's own picture in another corner.
import { Maximize2, Minimize2, Move, Pin, PinOff, ZoomIn, ZoomOut } from 'lucide-preact';
import { IconButton } from '../../../components/Button.tsx';
import { t } from '../../../i18n/index.ts';
import { testIds } from '../../../testIds.ts';
import type { Place } from '../../../viewModels/layout.ts';
import type { Tile } from '../../../viewModels/tiles.ts';
import { tileName } from '../words.ts';
import { toggleSolo } from './solo.ts';
import type { StageModel } from './StageModel.ts';

interface TileToolsProps {
  stage: StageModel;
  tile: Tile;
  place: Place;
}

export const TileTools = ({ stage, tile, place }: TileToolsProps) => {
  const { key, self } = tile;
  const isPinned = stage.pinned.value === key;
  // Nothing to choose from between two.
  const canPin = !self && stage.tiles.value.length > 2 && stage.solo.value === null;
  const isSmall = place.role === 'strip' || place.role === 'corner';
  if (self && isSmall && place.role !== 'corner') return null;
  return (
    <div class="tile-tools" data-pinned={isPinned || stage.solo.value === key}>
      {place.role === 'corner' && (
        <IconButton
          small
          icon={Move}
          label={t('stage.moveSelf')}
          onClick={stage.nextCorner}
          testId={testIds.moveCorner}
        />
      )}
      {canPin && <PinTool stage={stage} tile={tile} pinned={isPinned} />}
      {tile.stream === 'screen' && place.role === 'focus' && <SizeTool stage={stage} tile={tile} />}
      {!isSmall && <SoloTool stage={stage} tile={tile} />}
    </div>
  );
};

const PinTool = ({ stage, tile, pinned }: Omit<TileToolsProps, 'place'> & { pinned: boolean }) => (
  <IconButton
    small
    icon={pinned ? PinOff : Pin}
    label={t(pinned ? 'tile.unpin' : 'tile.pin', { name: tileName(tile) })}
    onClick={() => stage.togglePin(tile.key)}
    testId={testIds.pin}
  />
);

const SizeTool = ({ stage, tile }: Omit<TileToolsProps, 'place'>) => {
  const isActual = stage.actualSize.value === tile.key;
  return (
    <IconButton
      small
      icon={isActual ? ZoomOut : ZoomIn}
      label={t(isActual ? 'stage.fit' : 'stage.actualSize', { name: tileName(tile) })}
      onClick={() => {
        stage.actualSize.value = isActual ? null : tile.key;
      }}
      testId={testIds.actualSize}
    />
  );
};

const SoloTool = ({ stage, tile }: Omit<TileToolsProps, 'place'>) => {
  const isAlone = stage.solo.value === tile.key;
  return (
    <IconButton
      small
      icon={isAlone ? Minimize2 : Maximize2}
      label={isAlone ? t('stage.notAlone') : t('stage.alone', { name: tileName(tile) })}
      onClick={() => toggleSolo(stage, tile.key)}
      testId={testIds.solo}
    />
  );
};
