// What is shown while nobody is: before the event with a countdown, in a pause, between two speakers, and after it.
import type { ProgramContent } from '#core';
import { t } from '../i18n/index.ts';
import { timeText } from '../i18n/time.ts';
import { testIds } from '../testIds.ts';
import { clockText, isoDuration } from '../viewModels/duration.ts';

/** Farther off, the time of day says more than a countdown. */
const COUNTDOWN_MS = 12 * 3_600_000;

interface SceneCardProps {
  program: ProgramContent;
  phase: ProgramContent['phase'];
  /** The server's clock. */
  nowMs: number;
}

export const SceneCard = ({ program, phase, nowMs }: SceneCardProps) => {
  const { name, logo } = program.event;
  return (
    <div class="scene-card" data-testid={testIds.sceneCard} data-phase={phase}>
      {logo !== null && <img class="scene-logo" src={logo} alt={t('scene.logo', { name: name || t('watch.event') })} />}
      {name !== '' && <p class="scene-event">{name}</p>}
      {phase === 'before' && <Start startsAtMs={program.startsAtMs} nowMs={nowMs} />}
      {phase === 'pause' && <Words title={t('scene.pause')} text={t('scene.pauseText')} />}
      {phase === 'after' && <Words title={t('scene.after')} text={t('scene.afterText')} />}
      {phase === 'live' && <Words title={t('scene.nobody')} text={null} />}
    </div>
  );
};

const Words = ({ title, text }: { title: string; text: string | null }) => (
  <>
    <p class="scene-title">{title}</p>
    {text !== null && <p class="scene-text">{text}</p>}
  </>
);

const Start = ({ startsAtMs, nowMs }: { startsAtMs: number | null; nowMs: number }) => {
  if (startsAtMs === null) return <Words title={t('scene.soon')} text={null} />;
  const left = startsAtMs - nowMs;
  if (left <= 0) return <Words title={t('scene.starting')} text={null} />;
  if (left > COUNTDOWN_MS) return <Words title={t('scene.startsAt', { time: dateText(startsAtMs) })} text={null} />;
  return (
    <>
      {/* Each second said aloud would drown everything else. */}
      <time class="scene-countdown" dateTime={isoDuration(left)} aria-hidden="true" data-testid={testIds.countdown}>
        {clockText(left)}
      </time>
      <p class="scene-text">{t('scene.startsAt', { time: timeText(startsAtMs) })}</p>
    </>
  );
};

const dateText = (atMs: number): string =>
  `${new Date(atMs).toLocaleDateString(document.documentElement.lang, { day: 'numeric', month: 'long' })}, ${timeText(atMs)}`;
