// What a speaker sees of being recorded for who produces: the question, the red bar, the file on its way, and what was left behind.
import { CircleDot, Send, Square } from 'lucide-preact';
import { useState } from 'preact/hooks';
import type { OutgoingIso } from '#core';
import { Button } from '../../../components/Button.tsx';
import { PartBar } from '../../../components/PartBar.tsx';
import { t } from '../../../i18n/index.ts';
import { percentText, sizeText } from '../../../i18n/size.ts';
import { testIds } from '../../../testIds.ts';
import type { MeetingModel } from '../MeetingModel.ts';
import { RecordingProgress } from '../recording/RecordingSigns.tsx';
import { nameOf } from '../words.ts';
import { Incoming } from './IsoPart.tsx';
import type { OfferedIso } from './IsoModel.ts';

interface Props {
  model: MeetingModel;
}

export const IsoBanners = ({ model }: Props) => (
  <>
    <Ask model={model} />
    <OwnBar model={model} />
    {model.iso.outgoing.value.map((one) => (
      <Outgoing key={one.id} model={model} file={one} />
    ))}
    {model.iso.offers.value.map((one) => (
      <Offer key={one.name} model={model} offer={one} />
    ))}
    {model.view.value.show === null && <Incoming model={model} />}
  </>
);

const Ask = ({ model }: Props) => {
  const view = model.view.value;
  if (view.iso.mine.state !== 'asked') return null;
  return (
    <section class="banner consent" aria-label={t('iso.askTitle')} data-testid={testIds.isoAsk}>
      <CircleDot size={20} aria-hidden="true" />
      <p>{model.iso.question(view)}</p>
      <div class="banner-actions">
        <Button onClick={() => model.iso.answer(false)} testId={testIds.isoRefuse}>
          {t('iso.refuse')}
        </Button>
        <Button kind="primary" onClick={() => model.iso.answer(true)} testId={testIds.isoAllow}>
          {t('iso.allow')}
        </Button>
      </div>
    </section>
  );
};

const OwnBar = ({ model }: Props) => {
  const own = model.iso.own.value;
  if (own.state === 'off') return null;
  const name = nameOf(model.view.value.iso.ask?.displayName ?? '');
  return (
    <section class="banner consent" aria-label={t('iso.askTitle')} data-testid={testIds.isoBar} data-state={own.state}>
      <CircleDot class="iso-red" size={20} aria-hidden="true" />
      {own.state === 'starting' && <p>{t('iso.starting')}</p>}
      {own.state === 'saving' && <p>{t('iso.saving')}</p>}
      {own.state === 'failed' && <p>{t(`recording.fault.${own.fault === 'failed' ? 'notStarted' : own.fault}`)}</p>}
      {own.state === 'on' && (
        <p>
          {t('iso.on', { name })} <RecordingProgress sinceMs={own.sinceMs} bytes={own.bytes} />
          {own.isDiskLow && <strong> {t('recording.diskLow')}</strong>}
        </p>
      )}
      {own.state === 'failed' && <Button onClick={model.iso.tryAgain}>{t('iso.retryShort')}</Button>}
      {own.state !== 'saving' && (
        <Button icon={Square} onClick={model.iso.stop} testId={testIds.isoStop}>
          {t('iso.stop')}
        </Button>
      )}
    </section>
  );
};

const outgoingText = ({ name, size, state }: OutgoingIso): string => {
  switch (state.state) {
    case 'waiting':
      return t(`iso.out.${state.cause}`, { name });
    case 'sending':
      return t('iso.out.sending', { name, part: percentText(size === 0 ? 0 : state.bytes / size) });
    case 'failed':
      return t('iso.out.failed', { why: t(`files.fault.${state.fault}`) });
    case 'paused':
    case 'sent':
    case 'repick':
      return t(`iso.out.${state.state}`, { name });
    case 'handed':
      return t('iso.say.handed', { name });
  }
};

const Outgoing = ({ model: { iso, client }, file }: Props & { file: OutgoingIso }) => {
  const { id, name, size, state } = file;
  const isMoving = state.state === 'sending' || state.state === 'waiting';
  return (
    <section class="banner iso-file" aria-label={name} data-testid={testIds.isoOut} data-state={state.state}>
      <Send size={20} aria-hidden="true" />
      <p>{outgoingText(file)}</p>
      <div class="banner-actions">
        {isMoving && <Button onClick={() => client.iso.pause(id)}>{t('iso.later')}</Button>}
        {state.state === 'paused' && <Button onClick={() => client.iso.resume(id)}>{t('iso.goOn')}</Button>}
        {state.state === 'failed' && <Button onClick={() => client.iso.retry(id)}>{t('iso.retryShort')}</Button>}
        <Button onClick={() => iso.saveHere(id)}>{t('iso.saveHere')}</Button>
        <Button onClick={() => void iso.cancel(id)}>{t('iso.cancel')}</Button>
      </div>
      {'bytes' in state && <PartBar label={name} bytes={state.bytes} size={size} />}
    </section>
  );
};

const Offer = ({ model: { iso }, offer }: Props & { offer: OfferedIso }) => {
  const [sure, setSure] = useState(false);
  const { name, size } = offer;
  return (
    <section class="banner iso-file" aria-label={name} data-testid={testIds.isoOffer}>
      <CircleDot size={20} aria-hidden="true" />
      <p>{t('iso.offer', { name, size: sizeText(size) })}</p>
      <div class="banner-actions">
        <Button onClick={() => (sure ? void iso.discardOffer(name) : setSure(true))} onBlur={() => setSure(false)}>
          {t(sure ? 'iso.deleteSure' : 'iso.delete')}
        </Button>
        <Button onClick={() => void iso.saveOffer(name)}>{t('iso.saveHere')}</Button>
        <Button kind="primary" onClick={() => void iso.send(offer)}>
          {t('iso.send')}
        </Button>
      </div>
    </section>
  );
};
