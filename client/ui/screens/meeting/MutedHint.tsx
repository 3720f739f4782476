// Tells a person who speaks while muted; listens to this device's own microphone only, and keeps nothing.
import { useSignal } from '@preact/signals';
import { MicOff } from 'lucide-preact';
import { useEffect } from 'preact/hooks';
import { t } from '../../i18n/index.ts';
import { createMicMeter } from '../../media/MicMeter.ts';
import { singleKeysOn } from '../../shortcuts.ts';
import { testIds } from '../../testIds.ts';
import type { MeetingModel } from './MeetingModel.ts';

/** Speech, not a chair: this loud for this many looks in a row (12 a second). */
const SPEECH_LEVEL = 0.5;
const SPEECH_LOOKS = 6;
const SHOWN_MS = 6000;
/** Whoever goes on talking to somebody beside them is not told again and again. */
const AGAIN_AFTER_MS = 60_000;

export const MutedHint = ({ model }: { model: MeetingModel }) => {
  const { mic } = model.view.value.self;
  const track = mic.state === 'muted' ? mic.track : null;
  const shown = useSignal(false);
  useEffect(() => {
    shown.value = false;
    if (track === null || track.readyState === 'ended') return;
    // A muted track is silent to its owner too; a copy of it hears, and goes nowhere but into the meter.
    const ear = track.clone();
    ear.enabled = true;
    let looks = 0;
    let quietUntilMs = 0;
    let hide: ReturnType<typeof setTimeout> | undefined;
    const meter = createMicMeter(ear, (level) => {
      looks = level >= SPEECH_LEVEL ? looks + 1 : 0;
      if (looks < SPEECH_LOOKS || shown.value || Date.now() < quietUntilMs) return;
      shown.value = true;
      quietUntilMs = Date.now() + AGAIN_AFTER_MS;
      hide = setTimeout(() => {
        shown.value = false;
      }, SHOWN_MS);
    });
    return () => {
      clearTimeout(hide);
      meter.close();
      ear.stop();
    };
  }, [track, shown]);
  if (!shown.value) return null;
  return (
    <p class="muted-hint" role="status" data-testid={testIds.mutedHint}>
      <MicOff size={18} aria-hidden="true" />
      <span>
        {t('meeting.mutedSpeaking')}
        {singleKeysOn.value && <span class="muted-keys wide-only">{t('meeting.mutedKeys')}</span>}
      </span>
    </p>
  );
};
