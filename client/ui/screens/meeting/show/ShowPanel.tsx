// The producer's panel: what viewers see, the scene, the people, the time, the branding, the link to watch.
import { OctagonAlert, Users } from 'lucide-preact';
import { useId } from 'preact/hooks';
import type { ShowView } from '#core';
import { Button } from '../../../components/Button.tsx';
import { CopyField } from '../../../components/CopyField.tsx';
import { Dialog } from '../../../components/Dialog.tsx';
import { QrCode } from '../../../components/QrCode.tsx';
import { RadioGroup } from '../../../components/RadioGroup.tsx';
import { t } from '../../../i18n/index.ts';
import { testIds } from '../../../testIds.ts';
import { localMoment } from '../../../viewModels/invitation.ts';
import type { MeetingModel } from '../MeetingModel.ts';
import { Panel } from '../Panel.tsx';
import { nameOf } from '../words.ts';
import { IsoPart } from '../iso/IsoPart.tsx';
import { FeedsPart } from './FeedsPart.tsx';
import { ScenePart } from './ScenePart.tsx';
import { StagePeople } from './StagePeople.tsx';
import { BrandPart, TimerPart } from './ShowSettings.tsx';

export const ShowPanel = ({ model }: { model: MeetingModel }) => {
  const show = model.shows.show.value;
  if (show === null) return null;
  return (
    <Panel title={t('show.panel')} onClose={() => model.togglePanel('show')} testId={testIds.showPanel}>
      <div class="panel-scroll show-panel">
        {show.hostAway && (
          <p class="show-warning">
            <OctagonAlert size={18} aria-hidden="true" />
            <span>{t('show.hostAway')}</span>
          </p>
        )}
        {show.iProduce ? <Direction model={model} show={show} /> : <TakeOver model={model} show={show} />}
      </div>
      <CloseDialog model={model} />
    </Panel>
  );
};

const TakeOver = ({ model, show }: { model: MeetingModel; show: ShowView }) => {
  const producer = show.people.find(({ peerId }) => peerId === show.producer);
  return (
    <section class="show-part">
      <p>{t('show.producedBy', { name: nameOf(producer?.name ?? '') })}</p>
      {model.view.value.hosting.iAct && (
        <Button kind="primary" onClick={model.shows.takeOver} testId={testIds.takeOverShow}>
          {t('show.takeOver')}
        </Button>
      )}
    </section>
  );
};

const Direction = ({ model, show: whole }: { model: MeetingModel; show: ShowView }) => {
  const show = { ...whole, people: whole.people.filter(({ peerId }) => !model.shows.feeds.isFeed(peerId)) };
  return (
    <>
      <PhasePart model={model} show={show} />
      <StagePeople model={model} show={show} />
      <ScenePart model={model} show={show} />
      <TimerPart model={model} show={show} />
      <BrandPart model={model} show={show} />
      <WatchPart model={model} show={show} />
      <FeedsPart model={model} show={show} />
      <IsoPart model={model} show={show} />
      <section class="show-part">
        <Button kind="danger" onClick={() => (model.shows.dialog.value = 'close')} testId={testIds.closeStage}>
          {t('show.close')}
        </Button>
      </section>
    </>
  );
};

const PHASES = ['before', 'live', 'pause', 'after'] as const;

const PhasePart = ({ model: { shows }, show }: { model: MeetingModel; show: ShowView }) => {
  const id = useId();
  const setStart = (text: string): void => {
    const atMs = Date.parse(text);
    shows.change({ startsAtMs: Number.isNaN(atMs) ? null : atMs });
  };
  return (
    <section class="show-part" aria-labelledby={id}>
      <h3 id={id}>{t('show.phase')}</h3>
      <div class="segments">
        <RadioGroup
          labelledBy={id}
          value={show.phase}
          options={PHASES.map((value) => ({ value, label: t(`show.phase.${value}`) }))}
          onChange={(phase) => shows.change({ phase })}
          testId={testIds.showPhase}
        />
      </div>
      {show.phase !== 'live' && show.onAir.length > 0 && (
        <p class="show-warning" role="status">
          <OctagonAlert size={18} aria-hidden="true" />
          <span>{t('show.notLive')}</span>
        </p>
      )}
      {show.phase === 'before' && (
        <div class="show-field">
          <label for={`${id}-start`}>{t('show.startsAt')}</label>
          <input
            id={`${id}-start`}
            class="input"
            type="datetime-local"
            value={show.startsAtMs === null ? '' : localMoment(show.startsAtMs)}
            onChange={(event) => setStart(event.currentTarget.value)}
            data-testid={testIds.showStart}
          />
          <p class="hint">{t('show.startsHint')}</p>
        </div>
      )}
    </section>
  );
};

const WatchPart = ({ model: { shows }, show }: { model: MeetingModel; show: ShowView }) => {
  const id = useId();
  const link = shows.watchLink.value;
  return (
    <section class="show-part" aria-labelledby={id}>
      <div class="show-head">
        <h3 id={id}>{t('show.watchLink')}</h3>
        {show.viewers !== null && (
          <p class="show-viewers" data-testid={testIds.showViewers} data-count={show.viewers}>
            <Users size={16} aria-hidden="true" />
            {t('show.viewers', { count: show.viewers })}
          </p>
        )}
      </div>
      {link !== '' && (
        <>
          <CopyField
            link={link}
            words={{ label: t('show.watchLink'), copy: t('show.watchCopy'), hint: t('show.watchHint') }}
            testId={testIds.watchLink}
          />
          <QrCode text={link} label={t('show.watchQr')} testId={testIds.watchQr} />
        </>
      )}
    </section>
  );
};

const CloseDialog = ({ model: { shows } }: { model: MeetingModel }) => {
  if (shows.dialog.value === 'none') return null;
  const leaveOpen = (): void => {
    shows.dialog.value = 'none';
  };
  return (
    <Dialog title={t('show.closeTitle')} onClose={leaveOpen} testId={testIds.closeStageDialog}>
      <p>{t('show.closeText')}</p>
      <div class="dialog-actions">
        <Button onClick={leaveOpen}>{t('show.closeNo')}</Button>
        <Button kind="danger" onClick={shows.close} testId={testIds.closeStageYes}>
          {t('show.closeYes')}
        </Button>
      </div>
    </Dialog>
  );
};
