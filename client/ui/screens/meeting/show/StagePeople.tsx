// The people on the stage: who is on air, put there or taken off with a press, how viewers read them, and speaking to them.
import { Captions, ChevronDown, Megaphone, OctagonAlert, Radio } from 'lucide-preact';
import { useEffect, useId } from 'preact/hooks';
import type { ShowPersonView, ShowView } from '#core';
import { MAX_STAGE_NAME_CHARS, MAX_STAGE_PEOPLE, MAX_STAGE_TITLE_CHARS } from '#core';
import { Button } from '../../../components/Button.tsx';
import { t } from '../../../i18n/index.ts';
import { testIds } from '../../../testIds.ts';
import type { MeetingModel } from '../MeetingModel.ts';
import { nameOf } from '../words.ts';
import { CommitField } from './CommitField.tsx';
import { secondsLeft } from './ShowModel.ts';

export const StagePeople = ({ model, show }: { model: MeetingModel; show: ShowView }) => {
  const id = useId();
  return (
    <section class="show-part" aria-labelledby={id}>
      <h3 id={id}>{t('show.people')}</h3>
      <ul class="show-people">
        {show.people.map((person) => (
          <Row key={person.peerId} model={model} person={person} />
        ))}
      </ul>
      {model.shows.unlisted > 0 && (
        <p class="show-warning" role="status">
          <OctagonAlert size={18} aria-hidden="true" />
          <span>{t('show.full', { people: MAX_STAGE_PEOPLE, others: model.shows.unlisted })}</span>
        </p>
      )}
      <p class="hint">{t('show.peopleHint')}</p>
      <HoldToTalk model={model} to="*" label={t('show.talkToAll')} testId={testIds.talkToAll} words />
      <p class="hint">{t(model.shows.canTalkBack ? 'show.talkHint' : 'show.talkOnAir')}</p>
    </section>
  );
};

const Row = ({ model, person }: { model: MeetingModel; person: ShowPersonView }) => {
  const { shows } = model;
  const { peerId, air, ready, self } = person;
  const name = nameOf(person.name);
  const isBackstage = air.state === 'backstage';
  return (
    <li class="show-person" data-peer-id={peerId} data-state={air.state} data-testid={testIds.showPerson}>
      <div class="show-row">
        <span class="show-who">
          <strong dir="auto">{name}</strong>
          {person.title !== '' && (
            <span class="muted" dir="auto">
              {person.title}
            </span>
          )}
          <span class="show-state" data-state={air.state}>
            {air.state === 'onAir' && <Radio size={14} aria-hidden="true" />}
            {stateWords(person, shows.nowMs.value)}
          </span>
          {model.view.value.captioning.makers.includes(peerId) && (
            <span class="show-state">
              <Captions size={14} aria-hidden="true" />
              {t('show.captions.makes')}
            </span>
          )}
        </span>
        {!self && (
          <HoldToTalk model={model} to={peerId} label={t('show.talkTo', { name })} testId={testIds.talkToOne} />
        )}
        <Button
          kind={isBackstage ? 'primary' : 'plain'}
          disabled={isBackstage && !ready}
          aria-label={t(isBackstage ? 'show.putNameOnAir' : 'show.takeNameOff', { name })}
          onClick={() => (isBackstage ? shows.putOnAir(peerId) : shows.takeOff(peerId))}
          testId={testIds.airToggle}
        >
          {t(isBackstage ? 'show.putOnAir' : 'show.takeOff')}
        </Button>
      </div>
      <Description model={model} person={person} />
    </li>
  );
};

const stateWords = ({ air, ready, role }: ShowPersonView, nowMs: number): string => {
  if (air.state === 'onAir') return t('show.onAir');
  if (air.state === 'countdown') return t('show.countdown', { seconds: secondsLeft(air.dueMs, nowMs) });
  if (!ready) return t('show.notReady');
  return role === 'producer' ? `${t('show.role.producer')} · ${t('show.backstage')}` : t('show.backstage');
};

const Description = ({ model: { shows }, person }: { model: MeetingModel; person: ShowPersonView }) => {
  const id = useId();
  const { peerId, self, role } = person;
  return (
    <details class="show-describe">
      <summary data-testid={testIds.describePerson}>
        <ChevronDown size={16} aria-hidden="true" />
        {t('show.describe', { name: nameOf(person.name) })}
      </summary>
      <CommitField
        label={t('show.name')}
        value={person.name}
        maxLength={MAX_STAGE_NAME_CHARS}
        onCommit={(name) => shows.describe(peerId, { name })}
        testId={testIds.stageName}
      />
      <CommitField
        label={t('show.title')}
        value={person.title}
        maxLength={MAX_STAGE_TITLE_CHARS}
        onCommit={(title) => shows.describe(peerId, { title })}
        testId={testIds.stageTitle}
      />
      {!self && (
        <div class="show-field">
          <label for={id}>{t('show.role')}</label>
          <select
            id={id}
            class="input"
            value={role}
            onChange={(event) =>
              shows.describe(peerId, { role: event.currentTarget.value === 'producer' ? 'producer' : 'speaker' })
            }
            data-testid={testIds.stageRole}
          >
            <option value="speaker">{t('show.role.speaker')}</option>
            <option value="producer">{t('show.role.producer')}</option>
          </select>
        </div>
      )}
    </details>
  );
};

interface HoldProps {
  model: MeetingModel;
  /** A Peer id, `*` for all. */
  to: string;
  label: string;
  testId: string;
  words?: boolean;
}

/** Pressed for as long as one speaks: by pointer, or by Space or Enter while it has the focus. */
const HoldToTalk = ({ model: { shows }, to, label, testId, words = false }: HoldProps) => {
  const isOn = shows.show.value?.talkingTo === to;
  const start = (): void => void shows.talkBack(to);
  const end = (): void => {
    if (shows.show.value?.talkingTo === to) void shows.talkBack(null);
  };
  useEffect(() => end, [shows, to]);
  const isKey = (event: KeyboardEvent): boolean => event.key === ' ' || event.key === 'Enter';
  return (
    <button
      type="button"
      class={words ? 'button plain hold-to-talk' : 'icon-button hold-to-talk'}
      aria-label={words ? undefined : label}
      data-tip={words ? undefined : label}
      aria-pressed={isOn}
      disabled={!shows.canTalkBack}
      onPointerDown={(event) => {
        event.currentTarget.setPointerCapture(event.pointerId);
        start();
      }}
      onPointerUp={end}
      onPointerCancel={end}
      onKeyDown={(event) => {
        if (!isKey(event)) return;
        event.preventDefault();
        if (!event.repeat) start();
      }}
      onKeyUp={(event) => isKey(event) && end()}
      onBlur={end}
      onContextMenu={(event) => event.preventDefault()}
      data-testid={testId}
    >
      <Megaphone size={18} aria-hidden="true" />
      {words && <span>{label}</span>}
    </button>
  );
};
