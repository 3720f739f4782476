// The questions about a recording: whether to begin one, who makes one, and what becomes of the file.
import { useId, useState } from 'preact/hooks';
import type { IsoView } from '#core';
import { Button } from '../../../components/Button.tsx';
import { Dialog } from '../../../components/Dialog.tsx';
import { KeptRecordings } from '../../../components/KeptRecordings.tsx';
import { RadioGroup } from '../../../components/RadioGroup.tsx';
import { t } from '../../../i18n/index.ts';
import { timeText } from '../../../i18n/time.ts';
import type { Quality } from '../../../media/recording/meetingPicture.ts';
import { testIds } from '../../../testIds.ts';
import type { MeetingModel } from '../MeetingModel.ts';
import { nameOf } from '../words.ts';

export const RecordingDialogs = ({ model }: { model: MeetingModel }) => {
  switch (model.recording.dialog.value) {
    case 'none':
      return null;
    case 'ask':
      return <AskDialog model={model} />;
    case 'who':
      return <WhoDialog model={model} />;
    case 'kept':
      return (
        <Dialog title={t('recording.keptTitle')} onClose={model.recording.closeDialog} testId={testIds.recordingKept}>
          <KeptRecordings within="dialog" />
        </Dialog>
      );
  }
};

const QUALITIES: readonly Quality[] = ['standard', 'high'];

const AskDialog = ({ model }: { model: MeetingModel }) => {
  const id = useId();
  const [quality, setQuality] = useState<Quality>('standard');
  return (
    <Dialog title={t('recording.askTitle')} onClose={model.recording.closeDialog} testId={testIds.recordingAsk}>
      <section>
        <p>{t('recording.askText')}</p>
        <p>{t('recording.askTold')}</p>
        <p>{t('recording.askLaw')}</p>
      </section>
      <section>
        <h3 id={id}>{t('recording.quality')}</h3>
        <RadioGroup
          labelledBy={id}
          value={quality}
          options={QUALITIES.map((value) => ({
            value,
            label: t(`recording.quality.${value}`),
            hint: t(`recording.quality.${value}Hint`),
          }))}
          onChange={setQuality}
          testId={testIds.recordingQuality}
        />
      </section>
      <div class="dialog-actions">
        <Button onClick={model.recording.closeDialog}>{t('recording.cancel')}</Button>
        <Button kind="primary" onClick={() => void model.recording.start(quality)} testId={testIds.recordingBegin}>
          {t('recording.begin')}
        </Button>
      </div>
    </Dialog>
  );
};

const isAnyIso = ({ mine, speakers }: IsoView): boolean =>
  mine.state === 'on' || speakers.some(({ state }) => state === 'on');

const WhoDialog = ({ model }: { model: MeetingModel }) => {
  const { recording, hosting, iso } = model.view.value;
  const isMine = model.recording.own.value.state === 'on';
  return (
    <Dialog title={t('recording.whoTitle')} onClose={model.recording.closeDialog} testId={testIds.recordingWho}>
      {recording.recorders.length === 0 && !isMine && !isAnyIso(iso) && <p>{t('recording.nobody')}</p>}
      <ul class="recorders">
        {isMine && (
          <li>
            <span>{t('recording.on')}</span>
            <Button onClick={() => void model.recording.stop()}>{t('recording.stop')}</Button>
          </li>
        )}
        {recording.recorders.map(({ id, peerId, displayName, sinceMs, askedToStop }) => (
          <li key={id}>
            <span>
              <strong dir="auto">{nameOf(displayName)}</strong>{' '}
              <span class="muted">{t('recording.since', { time: timeText(sinceMs) })}</span>
              {askedToStop && <span class="hint">{t('recording.askedToStop')}</span>}
            </span>
            {hosting.iAct && !askedToStop && (
              <Button onClick={() => model.client.recording.askToStop(peerId)} testId={testIds.recordingAskToStop}>
                {t('recording.askToStop', { name: nameOf(displayName) })}
              </Button>
            )}
          </li>
        ))}
        {iso.mine.state === 'on' && <li>{t('iso.whoYou')}</li>}
        {iso.speakers.map(({ peerId, displayName, state }) =>
          state === 'on' ? <li key={`iso ${peerId}`}>{t('iso.who', { name: nameOf(displayName) })}</li> : null,
        )}
      </ul>
      <p class="hint">{t('recording.honest')}</p>
    </Dialog>
  );
};
