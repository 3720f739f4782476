// On a hall's tile: silence at one press, for one's own ears alone, and how loud it is.
import { SlidersHorizontal, Volume2, VolumeX } from 'lucide-preact';
import { IconButton } from '../../../components/Button.tsx';
import { t } from '../../../i18n/index.ts';
import { testIds } from '../../../testIds.ts';
import type { Tile } from '../../../viewModels/tiles.ts';
import type { MeetingModel } from '../MeetingModel.ts';
import { tileName } from '../words.ts';

export const HallTools = ({ model: { orders }, tile }: { model: MeetingModel; tile: Tile }) => {
  const { peerId } = tile;
  const name = tileName(tile);
  const isSilent = orders.volumeOf(peerId) === 0;
  return (
    <div class="hall-tools" data-silent={isSilent}>
      <IconButton
        small
        icon={isSilent ? VolumeX : Volume2}
        label={t('hall.silence', { name })}
        aria-pressed={isSilent}
        onClick={() => orders.toggleSilence(peerId)}
        testId={testIds.hallMute}
      />
      <IconButton
        small
        icon={SlidersHorizontal}
        label={t('hall.volume', { name })}
        onClick={() => orders.askVolume(peerId, tile.name)}
        testId={testIds.hallVolume}
      />
    </div>
  );
};
