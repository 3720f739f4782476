// The top line of a meeting: the lock with its confirmed state, the time, the count, the link.
import { Link2, MonitorPlay, Users } from 'lucide-preact';
import { useEffect, useId, useState } from 'preact/hooks';
import { Button } from '../../components/Button.tsx';
import { copyText } from '../../components/CopyField.tsx';
import { LockMark } from '../../components/Mark.tsx';
import { t } from '../../i18n/index.ts';
import { testIds } from '../../testIds.ts';
import { clockText, isoDuration } from '../../viewModels/duration.ts';
import { sealState, unverifiedCount } from '../../viewModels/safety.ts';
import type { MeetingModel } from './MeetingModel.ts';
import { RecordingBadge } from './recording/RecordingSigns.tsx';
import { AudioOnlyMark } from './quality/Quality.tsx';
import { comparisonWords, sealWords } from './words.ts';

export const copyLink = async (model: MeetingModel, linkText: string): Promise<void> => {
  if (await copyText(linkText)) {
    model.tell(t('link.copied'));
    return;
  }
  model.tell(t('link.copyFailed'), 'warning');
  // There the link stands to be selected.
  model.panel.value = 'people';
};

export const Header = ({ model, linkText }: { model: MeetingModel; linkText: string }) => {
  const tipId = useId();
  const view = model.view.value;
  const { participants, feeds, security, comparison } = view;
  const count = participants.length + 1;
  const state = sealWords(view);
  const compared = comparisonWords(comparison);
  const tip = compared === null ? undefined : [compared.with, ...compared.since].join(' ');
  return (
    <div class="meeting-head">
      <h1 class="visually-hidden">{t('meeting.title')}</h1>
      <button
        type="button"
        class="lock"
        data-state={sealState(view)}
        data-unverified={unverifiedCount(comparison) > 0}
        data-tip={tip}
        aria-label={t('seal.open', { state })}
        aria-describedby={tip === undefined ? undefined : tipId}
        aria-haspopup="dialog"
        onClick={() => {
          model.dialog.value = 'security';
        }}
        data-testid={testIds.lock}
      >
        <LockMark state={security.state} />
        <span>{state}</span>
      </button>
      {tip !== undefined && (
        <span id={tipId} hidden>
          {tip}
        </span>
      )}
      <RecordingBadge model={model} />
      <Timer startedMs={model.startedMs} />
      <p class="head-count" data-testid={testIds.participantCount} data-count={count}>
        <Users size={16} aria-hidden="true" />
        <span aria-hidden="true">{count}</span>
        <span class="visually-hidden">{t('meeting.count', { count })}</span>
      </p>
      {feeds.length > 0 && (
        <p class="head-count" data-testid={testIds.feedCount} title={t('feeds.count', { count: feeds.length })}>
          <MonitorPlay size={16} aria-hidden="true" />
          <span aria-hidden="true">{feeds.length}</span>
          <span class="visually-hidden">{t('feeds.count', { count: feeds.length })}</span>
        </p>
      )}
      <AudioOnlyMark model={model} />
      <span class="head-space" />
      <Button icon={Link2} kind="quiet" onClick={() => void copyLink(model, linkText)} testId={testIds.copyLink}>
        {t('link.copy')}
      </Button>
    </div>
  );
};

const Timer = ({ startedMs }: { startedMs: number }) => {
  const [nowMs, setNowMs] = useState(Date.now());
  useEffect(() => {
    const timer = setInterval(() => setNowMs(Date.now()), 1000);
    return () => clearInterval(timer);
  }, []);
  return (
    <time
      class="head-timer"
      dateTime={isoDuration(nowMs - startedMs)}
      aria-label={t('meeting.elapsed')}
      role="timer"
      data-testid={testIds.timer}
    >
      {clockText(nowMs - startedMs)}
    </time>
  );
};
