// The controls of who watches: pause, sound, the live edge, who speaks, the small window and full screen.
import {
  Captions,
  CaptionsOff,
  Maximize,
  Pause,
  PictureInPicture2,
  Play,
  ShieldCheck,
  SkipForward,
  Volume2,
  VolumeX,
  type LucideIcon,
} from 'lucide-preact';
import { useId } from 'preact/hooks';
import type { Audience } from '#core';
import { t } from '../../i18n/index.ts';
import { pipKind } from '../../media/pictureInPicture.ts';
import { testIds } from '../../testIds.ts';
import { toggleFullScreen } from '../meeting/fullScreen.ts';
import type { PipModel } from '../meeting/stage/PipModel.ts';
import type { WatchModel } from './WatchModel.ts';

interface ToolProps {
  icon: LucideIcon;
  label: string;
  shortcut: string;
  onPress: () => void;
  testId: string;
  pressed?: boolean;
}

const Tool = ({ icon: Icon, label, shortcut, onPress, testId, pressed }: ToolProps) => (
  <button
    type="button"
    class="tool"
    aria-label={label}
    aria-pressed={pressed}
    aria-keyshortcuts={shortcut}
    data-tip={t('bar.withKey', { label, key: shortcut })}
    onClick={onPress}
    data-testid={testId}
  >
    <Icon size={22} aria-hidden="true" />
  </button>
);

export const WatchBar = ({ model, audience, pip }: { model: WatchModel; audience: Audience; pip: PipModel }) => {
  const isPaused = model.paused.value;
  return (
    <footer class="bar watch-bar" aria-label={t('watch.controls')}>
      <div class="bar-group">
        <Tool
          icon={isPaused ? Play : Pause}
          label={t(isPaused ? 'watch.play' : 'watch.pause')}
          shortcut="K"
          onPress={model.togglePause}
          testId={testIds.watchPause}
        />
        <Volume model={model} />
      </div>
      {isPaused && <p class="watch-note">{t('watch.paused')}</p>}
      {audience.behind && !isPaused && (
        <button type="button" class="button watch-go-live" onClick={model.goLive} data-testid={testIds.watchGoLive}>
          <SkipForward size={18} aria-hidden="true" />
          <span>{t('watch.goLive')}</span>
        </button>
      )}
      <div class="bar-group">
        <CaptionsTool model={model} />
        <Tool
          icon={ShieldCheck}
          label={t('watch.details')}
          shortcut="?"
          onPress={model.showDetails}
          testId={testIds.watchDetails}
        />
        {pipKind() !== 'none' && (
          <Tool
            icon={PictureInPicture2}
            label={t(pip.now.value.state === 'closed' ? 'pip.open' : 'pip.close')}
            shortcut="I"
            onPress={() => void pip.toggle()}
            testId={testIds.watchPip}
          />
        )}
        {document.fullscreenEnabled && (
          <Tool
            icon={Maximize}
            label={t('watch.fullScreen')}
            shortcut="F"
            onPress={toggleFullScreen}
            testId={testIds.watchFullScreen}
          />
        )}
      </div>
    </footer>
  );
};

/** Where nobody makes any it says so, on as off. */
const CaptionsTool = ({ model: { captions } }: { model: WatchModel }) => {
  const isOn = captions.shown.value;
  const action = t(isOn ? 'watch.captions.hide' : 'watch.captions.show');
  const hasNone = captions.supply.value === 'none';
  return (
    <Tool
      icon={isOn && !hasNone ? Captions : CaptionsOff}
      label={hasNone ? t('watch.captions.label', { action, note: t('watch.captions.none') }) : action}
      shortcut="C"
      onPress={captions.toggle}
      testId={testIds.watchCaptions}
    />
  );
};

const Volume = ({ model }: { model: WatchModel }) => {
  const id = useId();
  const { isSilent } = model;
  const shown = model.muted.value ? 0 : model.volume.value;
  return (
    <div class="watch-volume">
      <Tool
        icon={isSilent ? VolumeX : Volume2}
        label={t(isSilent ? 'watch.unmute' : 'watch.mute')}
        shortcut="M"
        onPress={model.toggleSound}
        testId={testIds.watchMute}
      />
      <label class="visually-hidden" for={id}>
        {t('watch.volume')}
      </label>
      <input
        id={id}
        class="wide-only"
        type="range"
        min={0}
        max={100}
        step={5}
        value={shown}
        aria-valuetext={t('watch.volumeOf', { percent: shown })}
        onInput={(event) => model.setVolume(event.currentTarget.valueAsNumber)}
        data-testid={testIds.watchVolume}
      />
    </div>
  );
};
