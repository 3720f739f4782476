// The page of the machine in a hall: what goes to the speakers, where it is taken from, and what of them is played here.
import { CircleStop, Send, Volume2 } from 'lucide-preact';
import { useEffect, useId } from 'preact/hooks';
import type { EndReason } from '#core';
import { Button } from '../../components/Button.tsx';
import { MicMeterView } from '../../components/MicMeterView.tsx';
import { NextTry } from '../../components/NextTry.tsx';
import { Picture } from '../../components/Picture.tsx';
import { Settings } from '../../components/Settings.tsx';
import { Sounds } from '../../components/Sounds.tsx';
import { useFocusBack } from '../../components/useFocusBack.ts';
import { useShown } from '../../components/useShown.ts';
import { useTitle } from '../../components/useTitle.ts';
import { language, t } from '../../i18n/index.ts';
import { testIds } from '../../testIds.ts';
import type { HallModel } from './HallModel.ts';
import { PictureChoice, SoundChoice, SpeakersChoice } from './HallChoices.tsx';

export const HallApp = ({ model }: { model: HallModel }) => {
  const ended = model.ended.value;
  useTitle(model.name);
  useEffect(() => {
    document.documentElement.lang = language.value;
  }, [language.value]);
  return (
    <div class="hall-page" data-state={model.state.value.phase} data-testid={testIds.hallPage}>
      <header class="home-head">
        <h1 dir="auto">{t('hall.tile', { name: model.name })}</h1>
        <Settings />
      </header>
      {ended === null ? (
        <Sending model={model} />
      ) : (
        <p class="hall-ended" role="status">
          {t(`hall.ended.${endWords(ended)}`)}
        </p>
      )}
      <Sounds
        voices={ended === null ? model.voices.value : []}
        attempt={model.attempt.value}
        onBlocked={model.blockSound}
        onPaused={model.pressed}
        onPlaying={nothing}
      />
    </div>
  );
};

const nothing = (): void => undefined;

const Sending = ({ model }: { model: HallModel }) => (
  <main class="hall-main">
    <ToSpeakers model={model} />
    <div class="hall-side">
      <PictureChoice model={model} />
      <SoundChoice model={model} />
      <SpeakersChoice model={model} />
    </div>
  </main>
);

const ToSpeakers = ({ model }: { model: HallModel }) => {
  const id = useId();
  const picture = model.capture.picture.value;
  const sound = model.capture.sound.value;
  const status = model.status.value;
  const isSending = model.sending.value;
  return (
    <section class="hall-out" aria-labelledby={id}>
      <h2 id={id}>{t('hall.title')}</h2>
      <p class="muted">{t('hall.intro')}</p>
      <div class="self-view" data-surface="stage">
        {picture.state === 'on' ? (
          <Picture track={picture.track} label={t('hall.preview')} />
        ) : (
          <p class="self-view-words">{t('hall.noPicture')}</p>
        )}
        {sound.state === 'on' && (
          <div class="self-view-bar">
            <MicMeterView track={sound.track} label={t('hall.level')} />
          </div>
        )}
      </div>
      <p class="hall-status" role="status" data-status={status} data-testid={testIds.hallState}>
        {t(`hall.status.${status}`)}
      </p>
      {model.nextTryMs.value !== null && <TryAgain model={model} atMs={model.nextTryMs.value} />}
      <div class="hall-actions">
        {isSending ? (
          <Button large icon={CircleStop} onClick={model.stopSending} testId={testIds.hallStop}>
            {t('hall.stop')}
          </Button>
        ) : (
          <Button
            kind="primary"
            large
            icon={Send}
            disabled={status === 'notReturn'}
            onClick={() => void model.send()}
            testId={testIds.hallStart}
          >
            {t('hall.start')}
          </Button>
        )}
        {model.soundBlocked.value && (
          <Button large icon={Volume2} onClick={model.pressed}>
            {t('hall.hear')}
          </Button>
        )}
      </div>
    </section>
  );
};

/** The machine tries by itself; whoever stands at it need not wait. */
const TryAgain = ({ model, atMs }: { model: HallModel; atMs: number }) => {
  useFocusBack();
  useShown(model.retryNow);
  return (
    <div class="hall-again">
      <NextTry atMs={atMs} />
      <Button onClick={model.retryNow}>{t('restart.tryNow')}</Button>
    </div>
  );
};

const endWords = (reason: EndReason): 'revoked' | 'over' | 'badLink' | 'browser' => {
  if (reason === 'removed' || reason === 'refused') return 'revoked';
  if (reason === 'badLink' || reason === 'linkChanged') return 'badLink';
  return reason === 'cannotSeal' || reason === 'version' ? 'browser' : 'over';
};
