// The producer's part: what is asked of the speakers' devices, how it stands with each, and the files that have come.
import { CircleCheck, CircleDot, Download, RotateCw, X } from 'lucide-preact';
import { useEffect, useId, useState } from 'preact/hooks';
import type { IncomingIso, IsoMode, IsoSpeakerView, ShowPersonView, ShowView } from '#core';
import { Button } from '../../../components/Button.tsx';
import { PartBar } from '../../../components/PartBar.tsx';
import { RadioGroup } from '../../../components/RadioGroup.tsx';
import { t } from '../../../i18n/index.ts';
import { percentText, sizeText } from '../../../i18n/size.ts';
import { testIds } from '../../../testIds.ts';
import { clockText } from '../../../viewModels/duration.ts';
import type { MeetingModel } from '../MeetingModel.ts';
import { nameOf } from '../words.ts';

const MODES: readonly (IsoMode | 'off')[] = ['off', 'onAir', 'now'];
/** What the speakers tell is some seconds old; the clock goes on here. */
const TICK_MS = 1_000;

export const IsoPart = ({ model, show }: { model: MeetingModel; show: ShowView }) => {
  const id = useId();
  const { ask } = model.view.value.iso;
  return (
    <section class="show-part" aria-labelledby={id}>
      <h3 id={id}>{t('iso.title')}</h3>
      <p class="hint">{t('iso.text')}</p>
      <div class="segments">
        <RadioGroup
          labelledBy={id}
          value={ask?.mode ?? 'off'}
          options={MODES.map((value) => ({ value, label: t(`iso.mode.${value}`) }))}
          onChange={model.iso.ask}
          testId={testIds.isoMode}
        />
      </div>
      <Speakers model={model} people={show.people} isAsked={ask !== null} />
      <Incoming model={model} />
    </section>
  );
};

const Speakers = (props: { model: MeetingModel; people: readonly ShowPersonView[]; isAsked: boolean }) => {
  const { model, people, isAsked } = props;
  const nowMs = useClock();
  const { speakers } = model.view.value.iso;
  const rows = people.flatMap((person) => {
    const said = speakers.find(({ peerId }) => peerId === person.peerId);
    const isShown = said !== undefined || (isAsked && !person.self && person.role === 'speaker');
    return isShown ? [{ person, said }] : [];
  });
  if (rows.length === 0) return null;
  return (
    <>
      <ul class="iso-speakers">
        {rows.map(({ person, said }) => (
          <li
            key={person.peerId}
            data-testid={testIds.isoSpeaker}
            data-name={person.name}
            data-state={stateOf(said, isAsked)}
          >
            <strong dir="auto">{nameOf(person.name)}</strong>
            <span class="iso-state" data-state={stateOf(said, isAsked)}>
              {said?.state === 'on' && <CircleDot size={14} aria-hidden="true" />}
              {speakerWords(said, isAsked, nowMs)}
            </span>
          </li>
        ))}
      </ul>
      {rows.some(({ said }) => stateOf(said, isAsked) === 'refused') && <p class="hint">{t('iso.refusedHint')}</p>}
    </>
  );
};

/** What was said to an earlier question is no answer to this one; what is being recorded is. */
const stateOf = (said: IsoSpeakerView | undefined, isAsked: boolean): IsoSpeakerView['state'] | 'asked' => {
  if (said === undefined) return 'asked';
  return isAsked && !said.answered && said.state !== 'on' ? 'asked' : said.state;
};

const speakerWords = (said: IsoSpeakerView | undefined, isAsked: boolean, nowMs: number): string => {
  const state = stateOf(said, isAsked);
  const unsent = said !== undefined && said.unsent > 0 ? [t('iso.unsent', { count: said.unsent })] : [];
  const words = (): string[] => {
    switch (state) {
      case 'on': {
        const time = clockText(Math.max(0, nowMs - (said?.sinceMs ?? nowMs)));
        return [t('iso.state.on', { time, size: sizeText(said?.bytes ?? 0) })];
      }
      case 'failed':
        return [t('iso.state.failed', { why: t(`iso.why.${said?.why ?? 'failed'}`) })];
      case 'over':
        return [];
      case 'asked':
      case 'agreed':
      case 'refused':
        return [t(`iso.state.${state}`)];
    }
  };
  return [...words(), ...unsent].join(' · ');
};

const useClock = (): number => {
  const [nowMs, setNowMs] = useState(Date.now());
  useEffect(() => {
    const timer = setInterval(() => setNowMs(Date.now()), TICK_MS);
    return () => clearInterval(timer);
  }, []);
  return nowMs;
};

/** In the panel while the show lasts, and at the top once it is over. */
export const Incoming = ({ model }: { model: MeetingModel }) => {
  const { incoming } = model.view.value.iso;
  if (incoming.length === 0) return null;
  return (
    <ul class="iso-incoming" aria-label={t('iso.speakers')}>
      {incoming.map((file) => (
        <Arriving key={file.id} model={model} file={file} />
      ))}
    </ul>
  );
};

const incomingText = ({ size, state }: IncomingIso): string => {
  switch (state.state) {
    case 'receiving':
      return t('iso.in.receiving', { part: percentText(size === 0 ? 0 : state.bytes / size) });
    case 'received':
      return t('iso.in.received', { size: sizeText(size) });
    case 'failed':
      return t('iso.in.failed', { why: t(`files.fault.${state.fault}`) });
    case 'waiting':
    case 'checking':
    case 'withdrawn':
    case 'expired':
      return t(`iso.in.${state.state}`);
  }
};

const Arriving = ({ model: { iso, client }, file }: { model: MeetingModel; file: IncomingIso }) => {
  const { id, name, size, state } = file;
  const isOver = ['received', 'failed', 'withdrawn', 'expired'].includes(state.state);
  return (
    <li data-testid={testIds.isoIn} data-state={state.state} data-name={name}>
      <span class="iso-name">
        {state.state === 'received' && <CircleCheck size={16} aria-hidden="true" />}
        <span dir="auto">{name}</span>
        <span class="hint">{incomingText(file)}</span>
      </span>
      {state.state === 'received' && (
        <Button
          kind="primary"
          icon={Download}
          aria-label={t('recording.save', { name })}
          onClick={() => iso.saveReceived(state.as)}
          testId={testIds.isoSave}
        >
          {t('recording.saveShort')}
        </Button>
      )}
      {state.state === 'failed' && (
        <Button icon={RotateCw} aria-label={t('iso.retry', { name })} onClick={() => client.iso.retry(id)}>
          {t('iso.retryShort')}
        </Button>
      )}
      {isOver && (
        <Button kind="quiet" icon={X} aria-label={t('iso.drop', { name })} onClick={() => client.iso.cancel(id)}>
          {t('iso.dropShort')}
        </Button>
      )}
      {'bytes' in state && <PartBar label={name} bytes={state.bytes} size={size} />}
    </li>
  );
};
