// All the ways to hand on a link: the text of an invitation, a code to scan, the system's own sharing, an entry for calendars.
import { CalendarPlus, Copy, Share2, TriangleAlert } from 'lucide-preact';
import { useId, useState } from 'preact/hooks';
import { ROOM_IDLE_TTL_MS } from '#core';
import { t } from '../i18n/index.ts';
import { testIds } from '../testIds.ts';
import { calendarFile, momentOf, nextHour } from '../viewModels/invitation.ts';
import { Button } from './Button.tsx';
import { CopyField, copyText } from './CopyField.tsx';
import { Dialog } from './Dialog.tsx';
import { QrCode } from './QrCode.tsx';

const HOUR_MS = 60 * 60 * 1000;

export const ShareDialog = ({ link, onClose }: { link: string; onClose: () => void }) => (
  <Dialog title={t('share.title')} onClose={onClose} testId={testIds.shareDialog}>
    <section class="share-link">
      <CopyField link={link} />
      <Invitation link={link} />
    </section>
    <section>
      <h3>{t('share.qr')}</h3>
      <p class="hint">{t('share.qrText')}</p>
      <QrCode text={link} label={t('share.qrLabel')} testId={testIds.qrCode} />
    </section>
    <CalendarForm link={link} />
  </Dialog>
);

const Invitation = ({ link }: { link: string }) => {
  const [result, setResult] = useState<'idle' | 'copied' | 'failed'>('idle');
  const text = `${t('share.invitation')}\n${link}`;
  const copy = async (): Promise<void> => setResult((await copyText(text)) ? 'copied' : 'failed');
  const canShare = typeof navigator.share === 'function';
  // Closing the system's sheet is a choice, not a fault.
  const share = (): void => void navigator.share({ text, title: t('share.defaultTitle') }).catch(() => undefined);
  return (
    <>
      <div class="share-actions">
        <Button icon={Copy} onClick={() => void copy()} testId={testIds.copyInvitation}>
          {t('share.copyInvitation')}
        </Button>
        {canShare && (
          <Button icon={Share2} onClick={share} testId={testIds.webShare}>
            {t('share.system')}
          </Button>
        )}
      </div>
      <p class="hint" role="status">
        {result === 'copied' ? t('share.invitationCopied') : result === 'failed' ? t('link.copyFailed') : ''}
      </p>
    </>
  );
};

const MINUTES = [15, 30, 45, 60, 90, 120, 180];

const download = (name: string, text: string): void => {
  const url = URL.createObjectURL(new Blob([text], { type: 'text/calendar;charset=utf-8' }));
  const anchor = document.createElement('a');
  anchor.href = url;
  anchor.download = name;
  anchor.click();
  setTimeout(() => URL.revokeObjectURL(url), 60_000);
};

const CalendarForm = ({ link }: { link: string }) => {
  const id = useId();
  const [title, setTitle] = useState(t('share.defaultTitle'));
  const [start, setStart] = useState(() => nextHour(new Date()));
  const [minutes, setMinutes] = useState(60);
  const startMs = momentOf(start.date, start.time);
  const isLate = startMs !== null && startMs - Date.now() > ROOM_IDLE_TTL_MS;
  const submit = (event: Event): void => {
    event.preventDefault();
    if (startMs === null) return;
    const uid = `${crypto.randomUUID()}@conclave`;
    const text = t('share.invitation');
    download('meeting.ics', calendarFile({ uid, title, startMs, minutes, link, text, nowMs: Date.now() }));
  };
  return (
    <form class="calendar-form" onSubmit={submit} aria-labelledby={`${id}-title`}>
      <h3 id={`${id}-title`}>{t('share.calendar')}</h3>
      <label for={`${id}-name`}>{t('share.name')}</label>
      <input
        id={`${id}-name`}
        class="input"
        maxLength={200}
        value={title}
        onInput={(event) => setTitle(event.currentTarget.value)}
        data-testid={testIds.calendarTitle}
      />
      <WhenFields start={start} onStart={setStart} minutes={minutes} onMinutes={setMinutes} />
      <p class="hint">{t('share.calendarReaders')}</p>
      <p class={isLate ? 'share-late' : 'hint'} role="status" data-late={isLate} data-testid={testIds.calendarLate}>
        {isLate && <TriangleAlert size={18} aria-hidden="true" />}
        <span>{t('share.idle', { hours: ROOM_IDLE_TTL_MS / HOUR_MS })}</span>
      </p>
      <Button type="submit" icon={CalendarPlus} testId={testIds.calendarSave}>
        {t('share.calendarSave')}
      </Button>
    </form>
  );
};

interface WhenProps {
  start: { date: string; time: string };
  onStart: (start: { date: string; time: string }) => void;
  minutes: number;
  onMinutes: (minutes: number) => void;
}

const WhenFields = ({ start, onStart, minutes, onMinutes }: WhenProps) => {
  const id = useId();
  return (
    <div class="calendar-when">
      <div>
        <label for={`${id}-date`}>{t('share.date')}</label>
        <input
          id={`${id}-date`}
          class="input"
          type="date"
          required
          value={start.date}
          onInput={(event) => onStart({ ...start, date: event.currentTarget.value })}
          data-testid={testIds.calendarDate}
        />
      </div>
      <div>
        <label for={`${id}-time`}>{t('share.time')}</label>
        <input
          id={`${id}-time`}
          class="input"
          type="time"
          required
          value={start.time}
          onInput={(event) => onStart({ ...start, time: event.currentTarget.value })}
        />
      </div>
      <div>
        <label for={`${id}-minutes`}>{t('share.length')}</label>
        <select
          id={`${id}-minutes`}
          class="input"
          value={String(minutes)}
          onChange={(event) => onMinutes(Number(event.currentTarget.value))}
        >
          {MINUTES.map((count) => (
            <option key={count} value={String(count)}>
              {t('share.minutes', { count })}
            </option>
          ))}
        </select>
      </div>
    </div>
  );
};
