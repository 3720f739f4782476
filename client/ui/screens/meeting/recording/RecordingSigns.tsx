// What everybody sees while somebody records: the sign at the top, the question at the beginning, and one's own bar.
import { CircleDot, Square } from 'lucide-preact';
import { useEffect, useState } from 'preact/hooks';
import type { IsoView } from '#core';
import { Button } from '../../../components/Button.tsx';
import { language, t } from '../../../i18n/index.ts';
import { testIds } from '../../../testIds.ts';
import { clockText } from '../../../viewModels/duration.ts';
import { sizeText } from '../../../viewModels/sizes.ts';
import type { MeetingModel } from '../MeetingModel.ts';
import { nameOf, namesInWords } from '../words.ts';

/** Stays for as long as somebody says that they record; not by its colour alone. */
export const RecordingBadge = ({ model }: { model: MeetingModel }) => {
  const { recording, iso } = model.view.value;
  const { recorders, mine } = recording;
  const names = [
    ...(mine.state === 'on' ? [t('recording.you')] : []),
    ...recorders.map((one) => nameOf(one.displayName)),
  ];
  const own = isoNames(iso);
  const [name, ...more] = [...names, ...own];
  if (name === undefined) return null;
  const key = names.length > 0 ? 'recording' : 'iso';
  const words = more.length > 0 ? t(`${key}.badgeMore`, { name, count: more.length }) : t(`${key}.badge`, { name });
  return (
    <button
      type="button"
      class="recording-badge"
      aria-label={t('recording.badgeOpen', { words })}
      aria-haspopup="dialog"
      onClick={() => model.recording.open('who')}
      data-testid={testIds.recordingBadge}
    >
      <CircleDot size={16} aria-hidden="true" />
      <span>{words}</span>
    </button>
  );
};

/** Who is recorded on their own device for who produces. */
const isoNames = ({ mine, speakers }: IsoView): string[] => [
  ...(mine.state === 'on' ? [t('recording.you')] : []),
  ...speakers.filter(({ state }) => state === 'on').map(({ displayName }) => nameOf(displayName)),
];

/** The live region has said it; this stays until it is answered. */
export const ConsentBanner = ({ model }: { model: MeetingModel }) => {
  const unanswered = model.recording.unanswered;
  if (unanswered.length === 0) return null;
  const names = namesInWords(unanswered.map(({ displayName }) => displayName));
  const beQuiet = async (): Promise<void> => {
    model.recording.answer();
    const { mic, camera } = model.view.value.self;
    if (mic.state === 'on') await model.set('mic', false);
    if (camera.state === 'on') await model.set('camera', false);
  };
  return (
    <section class="banner consent" aria-label={t('recording.whoTitle')} data-testid={testIds.recordingConsent}>
      <CircleDot size={20} aria-hidden="true" />
      <p>{t('recording.consent', { names, count: unanswered.length })}</p>
      <div class="banner-actions">
        <Button onClick={() => model.client.leave()}>{t('recording.consent.leave')}</Button>
        <Button onClick={() => void beQuiet()} testId={testIds.recordingQuiet}>
          {t('recording.consent.quiet')}
        </Button>
        <Button kind="primary" onClick={model.recording.answer} testId={testIds.recordingOk}>
          {t('recording.consent.ok')}
        </Button>
      </div>
    </section>
  );
};

export const OwnRecordingBar = ({ model }: { model: MeetingModel }) => {
  const own = model.recording.own.value;
  if (own.state === 'off') return null;
  const { mine } = model.view.value.recording;
  const asked = mine.state === 'on' && mine.askedToStop;
  return (
    <div class="banner consent" data-testid={testIds.recordingBar} data-state={own.state}>
      <CircleDot size={20} aria-hidden="true" />
      {own.state === 'telling' && <p role="status">{t('recording.telling')}</p>}
      {own.state === 'saving' && <p role="status">{t('recording.saving')}</p>}
      {own.state === 'on' && (
        <p>
          {t('recording.on')} <RecordingProgress sinceMs={own.sinceMs} bytes={own.bytes} />
          {asked && <strong> {t('recording.asked')}</strong>}
          {own.isDiskLow && <strong> {t('recording.diskLow')}</strong>}
        </p>
      )}
      {own.state !== 'saving' && (
        <Button icon={Square} onClick={() => void model.recording.stop()} testId={testIds.recordingStop}>
          {t('recording.stop')}
        </Button>
      )}
    </div>
  );
};

export const RecordingProgress = ({ sinceMs, bytes }: { sinceMs: number; bytes: number }) => {
  const [nowMs, setNowMs] = useState(Date.now());
  useEffect(() => {
    const timer = setInterval(() => setNowMs(Date.now()), 1000);
    return () => clearInterval(timer);
  }, []);
  const time = clockText(Math.max(0, nowMs - sinceMs));
  return (
    <span class="recording-progress">
      {time} · {sizeText(bytes, language.value)}
    </span>
  );
};
