// Tells a person who speaks while muted; listens to this device's own microphone only, and keeps nothing.
import { useSignal } from '@preact/signals';
import { MicOff } from 'lucide-preact';
import { useEffect } from 'preact/hooks';
import { t } from '../../i18n/index.ts';
import { createMicMeter } from '../../media/MicMeter.ts';
import type { MeetingModel } from './MeetingModel.ts';

/** Speech, not a chair: this loud for this many looks in a row (12 a second). */
const SPEECH_LEVEL = 0.5;
const SPEECH_LOOKS = 6;
const SHOWN_MS = 5000;

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
    let hide: ReturnType<typeof setTimeout> | undefined;
    const meter = createMicMeter(ear, (level) => {
      looks = level >= SPEECH_LEVEL ? looks + 1 : 0;
      if (looks < SPEECH_LOOKS || shown.value) return;
      shown.value = true;
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
    <p class="muted-hint" role="status">
      <MicOff size={18} aria-hidden="true" />
      {t('meeting.mutedSpeaking')}
    </p>
  );
};
