// What a producer sets beside the scene: the speakers' timer, and how the event looks to viewers.
import { ImagePlus, Play, Square, Trash2 } from 'lucide-preact';
import { useId, useRef, useState } from 'preact/hooks';
import { MAX_EVENT_NAME_CHARS, type ShowView } from '#core';
import { Button } from '../../../components/Button.tsx';
import { t } from '../../../i18n/index.ts';
import { LOGO_TYPES } from '../../../media/logo.ts';
import { testIds } from '../../../testIds.ts';
import type { MeetingModel } from '../MeetingModel.ts';
import { CommitField } from './CommitField.tsx';

interface PartProps {
  model: MeetingModel;
  show: ShowView;
}

const FIRST_MINUTES = 10;
const MAX_MINUTES = 240;

export const TimerPart = ({ model: { shows }, show }: PartProps) => {
  const id = useId();
  const [minutes, setMinutes] = useState(FIRST_MINUTES);
  const isValid = minutes >= 1 && minutes <= MAX_MINUTES;
  return (
    <section class="show-part" aria-labelledby={id}>
      <h3 id={id}>{t('show.timer')}</h3>
      <form
        class="show-timer"
        onSubmit={(event) => {
          event.preventDefault();
          if (isValid) shows.startTimer(minutes);
        }}
      >
        <label for={`${id}-minutes`}>{t('show.minutes')}</label>
        <input
          id={`${id}-minutes`}
          class="input"
          type="number"
          min={1}
          max={MAX_MINUTES}
          value={minutes}
          onInput={(event) => setMinutes(event.currentTarget.valueAsNumber)}
        />
        <Button type="submit" icon={Play} testId={testIds.timerStart}>
          {t('show.timerStart')}
        </Button>
        {show.timerEndsAtMs !== null && (
          <Button icon={Square} onClick={() => shows.change({ timerEndsAtMs: null })} testId={testIds.timerStop}>
            {t('show.timerStop')}
          </Button>
        )}
      </form>
    </section>
  );
};

/** What the picker shows before a colour was chosen: the page's own brass. */
const FIRST_ACCENT = '#b8862b';

export const BrandPart = ({ model: { shows }, show }: PartProps) => {
  const id = useId();
  const { name, accent } = show.brand;
  return (
    <section class="show-part" aria-labelledby={id}>
      <h3 id={id}>{t('show.brand')}</h3>
      <label class="switch">
        <input
          type="checkbox"
          role="switch"
          checked={show.labels}
          onChange={(event) => shows.change({ labels: event.currentTarget.checked })}
          data-testid={testIds.showLabels}
        />
        <span>{t('show.labels')}</span>
      </label>
      <CommitField
        label={t('show.eventName')}
        value={name}
        maxLength={MAX_EVENT_NAME_CHARS}
        onCommit={(text) => shows.setBrand({ name: text })}
        testId={testIds.eventName}
      />
      <div class="show-colour">
        <label class="switch">
          <input
            type="checkbox"
            role="switch"
            checked={accent !== null}
            onChange={(event) => shows.setBrand({ accent: event.currentTarget.checked ? FIRST_ACCENT : null })}
          />
          <span>{t('show.accentOn')}</span>
        </label>
        {accent !== null && (
          <input
            type="color"
            aria-label={t('show.accent')}
            value={accent}
            onChange={(event) => shows.setBrand({ accent: event.currentTarget.value })}
            data-testid={testIds.accent}
          />
        )}
      </div>
      <Logo model={shows} logo={show.brand.logo} />
    </section>
  );
};

const Logo = ({ model, logo }: { model: MeetingModel['shows']; logo: string | null }) => {
  const picker = useRef<HTMLInputElement>(null);
  return (
    <div class="show-logo">
      {logo !== null && <img src={logo} alt={t('show.logoAlt')} data-testid={testIds.logo} />}
      <input
        ref={picker}
        type="file"
        hidden
        accept={LOGO_TYPES}
        onChange={(event) => {
          const file = event.currentTarget.files?.[0];
          if (file !== undefined) void model.pickLogo(file);
          event.currentTarget.value = '';
        }}
        data-testid={testIds.logoInput}
      />
      <Button icon={ImagePlus} onClick={() => picker.current?.click()}>
        {t('show.logoPick')}
      </Button>
      {logo !== null && (
        <Button kind="quiet" icon={Trash2} onClick={() => model.setBrand({ logo: null })}>
          {t('show.logoRemove')}
        </Button>
      )}
    </div>
  );
};
