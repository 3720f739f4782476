// The watch page while the event is there: what is on air, whether it is proven, and the few controls that a viewer has.
import { CircleAlert, RotateCw, Users, WifiOff } from 'lucide-preact';
import { useEffect, useMemo } from 'preact/hooks';
import type { Audience, WatchDelay } from '#core';
import { Button } from '../../components/Button.tsx';
import { NextTry } from '../../components/NextTry.tsx';
import { Settings } from '../../components/Settings.tsx';
import { Sounds } from '../../components/Sounds.tsx';
import { useShown } from '../../components/useShown.ts';
import { useTitle } from '../../components/useTitle.ts';
import { language, t } from '../../i18n/index.ts';
import { ViewReporter } from '../../media/ViewReporter.ts';
import { Scene } from '../../scene/Scene.tsx';
import { SceneCaptions } from '../../scene/SceneCaptions.tsx';
import { createWatchShortcuts } from '../../shortcuts.ts';
import { testIds } from '../../testIds.ts';
import { toggleFullScreen } from '../meeting/fullScreen.ts';
import { PipModel } from '../meeting/stage/PipModel.ts';
import { useWakeLock } from '../meeting/useWakeLock.ts';
import { Proofs } from './Proofs.tsx';
import { useMediaSession } from './useMediaSession.ts';
import { useWatchTalk } from './useWatchTalk.ts';
import { WatchBar } from './WatchBar.tsx';
import { WatchDetails } from './WatchDetails.tsx';
import type { WatchModel } from './WatchModel.ts';
import { WatchPip } from './WatchPip.tsx';
import { connectionWords, eventName, warningWords } from './watchWords.ts';

export const Watch = ({ model, audience }: { model: WatchModel; audience: Audience }) => {
  useTitle(eventName(audience));
  useWakeLock();
  useMediaSession(model);
  const reporter = useMemo(() => new ViewReporter(model.report), [model]);
  useEffect(() => () => reporter.close(), [reporter]);
  const spoken = useWatchTalk(model);
  const pip = useMemo(
    () =>
      new PipModel((text) => {
        spoken.value = text;
      }),
    [spoken],
  );
  useEffect(() => () => pip.close(), [pip]);
  useEffect(
    () =>
      createWatchShortcuts({
        pause: model.togglePause,
        sound: model.toggleSound,
        louder: model.louder,
        quieter: model.quieter,
        fullScreen: toggleFullScreen,
        pip: () => void pip.toggle(),
        live: model.goLive,
        captions: model.captions.toggle,
        details: model.showDetails,
      }),
    [model, pip],
  );
  const content = model.scene.value;
  // Also that nothing is seen: a card alone reports nothing.
  useEffect(() => (content === null ? undefined : reporter.refresh()), [content === null, reporter]);
  return (
    <div class="watch" data-surface="stage" data-testid={testIds.watch} data-paused={model.paused.value}>
      <WatchHead audience={audience} />
      <Banners model={model} audience={audience} />
      <main class="watch-stage">
        {content === null ? <Opening /> : <Scene content={content} reporter={reporter} />}
        <Captions model={model} />
        <SoundOn model={model} />
      </main>
      <Proofs speakers={model.speakers.value} onPress={model.showDetails} />
      <WatchBar model={model} audience={audience} pip={pip} />
      <Sounds
        voices={model.voices.value}
        attempt={model.attempt.value}
        onBlocked={model.soundRefused}
        onPaused={model.soundRefused}
        onPlaying={model.soundPlays}
      />
      <WatchPip model={model} pip={pip} reporter={reporter} />
      {model.dialog.value === 'details' && <WatchDetails model={model} audience={audience} />}
      <p class="visually-hidden" role="status" aria-live="polite" data-testid={testIds.watchStatus}>
        {spoken.value}
      </p>
    </div>
  );
};

const WatchHead = ({ audience }: { audience: Audience }) => {
  const { program, viewers, closed, connection } = audience;
  const isLive = program?.phase === 'live' && !closed && connection.state !== 'lost';
  return (
    <header class="watch-head">
      <h1 class="watch-name">{eventName(audience)}</h1>
      {isLive && (
        <span class="watch-live" data-testid={testIds.watchPhase}>
          {t('watch.live')}
        </span>
      )}
      <span class="watch-viewers" data-testid={testIds.watchViewers}>
        <Users size={16} aria-hidden="true" />
        <span class="watch-viewers-words">{t('watch.viewers', { count: viewers })}</span>
        <span class="watch-viewers-count" aria-hidden="true">
          {viewers.toLocaleString(language.value)}
        </span>
      </span>
      <Settings />
    </header>
  );
};

const Banners = ({ model, audience }: { model: WatchModel; audience: Audience }) => {
  const { value: warning } = model.warning;
  const draining = model.draining.value;
  const words = connectionWords(audience.connection, draining);
  // Of an update nobody's line is the cause.
  const Icon = draining === null ? WifiOff : RotateCw;
  return (
    <>
      {warning !== null && (
        <div class="banner watch-warning" data-testid={testIds.watchWarning} data-kind={warning.kind}>
          <CircleAlert size={20} aria-hidden="true" />
          <span>{warningWords(warning)}</span>
          <button type="button" class="text-button" onClick={model.showDetails}>
            {t('watch.details.short')}
          </button>
        </div>
      )}
      {words !== null && (
        <div
          class="banner watch-connection"
          data-testid={testIds.watchConnection}
          data-state={audience.connection.state}
        >
          <Icon size={20} aria-hidden="true" />
          <span>{words}</span>
          {audience.connection.state === 'lost' && (
            <NextAttempt model={model} atMs={audience.connection.retryAtMs} why={audience.connection.why} />
          )}
        </div>
      )}
    </>
  );
};

const NextAttempt = ({ model, atMs, why }: { model: WatchModel; atMs: number; why: WatchDelay }) => {
  // An event that is not open, or is full, is looked at in the server's own time.
  useShown(why === 'network' ? model.retry : STAY);
  return (
    <>
      <NextTry atMs={atMs} />
      <button type="button" class="text-button" onClick={model.retry} data-testid={testIds.watchRetry}>
        {t('watch.tryNow')}
      </button>
    </>
  );
};

const STAY = (): void => undefined;

const Captions = ({ model: { captions, paused } }: { model: WatchModel }) => (
  <SceneCaptions
    lines={captions.lines.value}
    note={captions.noted.value ? t('watch.captions.none') : null}
    size={captions.size.value}
    awaited={captions.shown.value && !paused.value && captions.supply.value === 'made'}
  />
);

const Opening = () => (
  <div class="scene" data-phase="opening">
    <div class="scene-card">
      <p class="scene-title">{t('watch.opening')}</p>
    </div>
  </div>
);

/** Browsers play pictures by themselves, and sound only where somebody pressed something. */
const SoundOn = ({ model }: { model: WatchModel }) => {
  if (!model.soundBlocked.value || model.paused.value || model.isSilent) return null;
  return (
    <div class="watch-sound-on">
      <Button kind="primary" large onClick={model.turnSoundOn} testId={testIds.watchSoundOn}>
        {t('watch.soundOn')}
      </Button>
    </div>
  );
};
