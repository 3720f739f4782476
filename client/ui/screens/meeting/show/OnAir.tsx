// What a person sees of their own place on the stage: backstage, the countdown, on air, the time that is left, who speaks to them.
import { Clapperboard, Radio, Timer, Volume2, WifiOff } from 'lucide-preact';
import type { ShowView } from '#core';
import { Button } from '../../../components/Button.tsx';
import { t } from '../../../i18n/index.ts';
import { testIds } from '../../../testIds.ts';
import { airOf, type Air } from '../../../viewModels/air.ts';
import { clockText } from '../../../viewModels/duration.ts';
import type { MeetingModel } from '../MeetingModel.ts';
import { nameOf } from '../words.ts';
import { secondsLeft } from './ShowModel.ts';

export const OnAirBar = ({ model }: { model: MeetingModel }) => {
  const { shows } = model;
  const show = shows.show.value;
  if (show === null) return null;
  const { mine } = show;
  const air = airOf(model.view.value);
  const isLive = mine.state === 'onAir' || mine.state === 'going';
  return (
    <section class="air-bar" aria-label={t('show.panel')} data-state={air} data-testid={testIds.airBar}>
      <AirIcon air={air} />
      <p class="air-words">
        <strong>{air === 'cut' || air === 'unsure' ? t(`show.you.${air}`) : airWords(show, shows.nowMs.value)}</strong>
        {air === 'onAir' && mine.state === 'onAir' && mine.screen && <span> {t('show.you.screen')}</span>}
        {air === 'onAir' && model.captions.making.value === 'on' && <span> {t('show.captions.you')}</span>}
      </p>
      <TalkingTo model={model} show={show} />
      <TimeLeft model={model} show={show} />
      {(isLive || mine.state === 'countdown') && (
        <Button onClick={shows.leaveAir} testId={testIds.leaveAir}>
          {t(isLive ? 'show.you.leave' : 'show.you.notNow')}
        </Button>
      )}
      {model.view.value.hosting.iAct && model.panel.value !== 'show' && (
        <Button kind="quiet" icon={Clapperboard} onClick={() => model.togglePanel('show')} testId={testIds.openShow}>
          {t('show.panel')}
        </Button>
      )}
    </section>
  );
};

const AirIcon = ({ air }: { air: Air | undefined }) => {
  const Icon = air === 'onAir' ? Radio : air === 'cut' || air === 'unsure' ? WifiOff : Clapperboard;
  return <Icon size={20} aria-hidden="true" />;
};

const airWords = (show: ShowView, nowMs: number): string =>
  show.mine.state === 'countdown'
    ? t('show.you.countdown', { seconds: secondsLeft(show.mine.dueMs, nowMs) })
    : t(`show.you.${show.mine.state}`);

const TalkingTo = ({ model, show }: { model: MeetingModel; show: ShowView }) => {
  const names = show.talkBack.map((peerId) =>
    nameOf(model.view.value.participants.find((one) => one.peerId === peerId)?.displayName ?? ''),
  );
  if (names.length === 0) return null;
  return (
    <p class="air-talk" data-testid={testIds.talkingToYou}>
      <Volume2 size={18} aria-hidden="true" />
      {t('show.talking', { name: names.join(', ') })}
    </p>
  );
};

const TimeLeft = ({ model, show }: { model: MeetingModel; show: ShowView }) => {
  if (show.timerEndsAtMs === null) return null;
  const leftMs = show.timerEndsAtMs - model.shows.nowMs.value;
  const time = clockText(Math.abs(leftMs) + (leftMs > 0 ? 999 : 0));
  return (
    <p class="air-timer" role="timer" data-over={leftMs <= 0} data-testid={testIds.speakerTimer}>
      <Timer size={18} aria-hidden="true" />
      {t(leftMs > 0 ? 'show.timeLeft' : 'show.timeOver', { time })}
    </p>
  );
};

/** Big, over the stage; the live region has said it once. */
export const Countdown = ({ model: { shows } }: { model: MeetingModel }) => {
  const mine = shows.show.value?.mine;
  if (mine?.state !== 'countdown') return null;
  const seconds = secondsLeft(mine.dueMs, shows.nowMs.value);
  return (
    <div class="air-countdown" aria-hidden="true" data-testid={testIds.airCountdown}>
      <span key={seconds}>{seconds}</span>
    </div>
  );
};

/** On the tile of who is on air, or about to be: seen by everybody. */
export const AirChip = ({ model, peerId, stream }: { model: MeetingModel; peerId: string; stream: string }) => {
  const show = model.shows.show.value;
  const air = show?.people.find((one) => one.peerId === peerId)?.air;
  if (show === null || air === undefined || air.state === 'backstage') return null;
  if (stream === 'screen' && show.screen !== peerId) return null;
  return (
    <p class="air-chip" data-state={air.state} data-testid={testIds.airChip}>
      <Radio size={14} aria-hidden="true" />
      <span>
        {air.state === 'onAir'
          ? t('show.onAir')
          : t('show.countdown', { seconds: secondsLeft(air.dueMs, model.shows.nowMs.value) })}
      </span>
    </p>
  );
};
