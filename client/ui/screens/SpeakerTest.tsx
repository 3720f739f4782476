// Whether one will hear the others: two notes out of the chosen speaker, after a press.
import { useSignal } from '@preact/signals';
import { Volume2 } from 'lucide-preact';
import { Button } from '../components/Button.tsx';
import { t } from '../i18n/index.ts';
import { chosenDevices } from '../media/chosenDevices.ts';
import { playChime } from '../media/chime.ts';
import { testIds } from '../testIds.ts';

export const SpeakerTest = () => {
  const state = useSignal<'idle' | 'playing' | 'played' | 'failed'>('idle');
  const play = async (): Promise<void> => {
    if (state.value === 'playing') return;
    state.value = 'playing';
    await playChime(chosenDevices.speaker.value).then(
      () => (state.value = 'played'),
      () => (state.value = 'failed'),
    );
  };
  return (
    <div class="speaker-test" data-state={state.value} data-testid={testIds.speakerTest}>
      <Button icon={Volume2} onClick={() => void play()}>
        {t('device.testSpeaker')}
      </Button>
      <span class="hint" role="status">
        {state.value === 'playing' && t('device.testPlaying')}
        {state.value === 'failed' && t('device.testFailed')}
      </span>
    </div>
  );
};
