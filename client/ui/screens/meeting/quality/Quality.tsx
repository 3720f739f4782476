// What is seen of the line: bars on a tile with their cause in words, the one warning, and that pictures are done without.
import { Headphones, Signal, SignalHigh, SignalLow, SignalMedium, WifiLow, X, type LucideIcon } from 'lucide-preact';
import { Button, IconButton } from '../../../components/Button.tsx';
import type { MenuItem } from '../../../components/Menu.tsx';
import { t } from '../../../i18n/index.ts';
import { testIds } from '../../../testIds.ts';
import type { TileQuality } from '../../../viewModels/quality.ts';
import type { MeetingModel } from '../MeetingModel.ts';
import { nameOf } from '../words.ts';

const icons: Record<TileQuality['bars'], LucideIcon> = { 1: SignalLow, 2: SignalMedium, 3: SignalHigh, 4: Signal };

/** `Poor connection: your network loses packets`; null where there is nothing to be said. */
export const qualityWords = ({ bars, cause, whose }: TileQuality, name: string): string | null => {
  if (bars === 4 || cause === null) return null;
  const why = whose === 'yours' ? t(`quality.yours.${cause}`) : t(`quality.theirs.${cause}`, { name: nameOf(name) });
  return t('quality.words', { bars: t(`quality.bars.${bars}`), why });
};

/** Of a good line a screen reader says nothing, or it would say it of everybody. */
export const Bars = ({ quality, name }: { quality: TileQuality; name: string }) => {
  const Icon = icons[quality.bars];
  const words = qualityWords(quality, name);
  return (
    <span
      class="quality"
      data-testid={testIds.quality}
      data-bars={quality.bars}
      data-cause={quality.cause ?? 'none'}
      data-whose={quality.whose}
    >
      <Icon size={14} aria-hidden="true" />
      {words !== null && <span class="quality-words">{words}</span>}
    </span>
  );
};

/** Said by the live region, so silent itself. */
export const UnstableBanner = ({ model: { quality } }: { model: MeetingModel }) => {
  if (!quality.warns.value) return null;
  return (
    <div class="banner warning" data-testid={testIds.unstable}>
      <WifiLow size={18} aria-hidden="true" />
      <span>{t('quality.unstable')}</span>
      <Button onClick={quality.toggle} testId={testIds.unstableAudioOnly}>
        {t('quality.audioOnly')}
      </Button>
      <IconButton small icon={X} label={t('quality.dismiss')} onClick={quality.dismiss} />
    </div>
  );
};

/** In the header for as long as it lasts: whoever sees no pictures should see why. */
export const AudioOnlyMark = ({ model: { quality } }: { model: MeetingModel }) =>
  quality.spared.value === 'nothing' ? null : (
    <p class="head-audio-only" data-testid={testIds.audioOnlyMark}>
      <Headphones size={16} aria-hidden="true" />
      <span>{t('quality.audioOnly')}</span>
    </p>
  );

export const audioOnlyItems = ({ quality }: MeetingModel): MenuItem[] => {
  const spared = quality.spared.value;
  const isOn = spared !== 'nothing';
  const keep = { label: t('quality.keepScreens'), checked: spared === 'cameras', onSelect: quality.toggleScreens };
  return [
    { label: t('quality.audioOnly'), checked: isOn, onSelect: quality.toggle, testId: testIds.audioOnly },
    ...(isOn ? [{ ...keep, testId: testIds.keepScreens }] : []),
  ];
};
