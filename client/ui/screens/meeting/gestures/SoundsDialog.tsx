// Which sounds are played, each with a button to hear it, and whether screen readers are told of reactions.
import { Play } from 'lucide-preact';
import { useId } from 'preact/hooks';
import { IconButton } from '../../../components/Button.tsx';
import { Dialog } from '../../../components/Dialog.tsx';
import { t } from '../../../i18n/index.ts';
import { isSoundOn, setSound, setSounds, SOUNDS, soundsOn, tryOutSound, type Sound } from '../../../media/sounds.ts';
import { testIds } from '../../../testIds.ts';
import type { MeetingModel } from '../MeetingModel.ts';

interface SwitchProps {
  label: string;
  hint?: string;
  checked: boolean;
  onChange: (on: boolean) => void;
  sound?: Sound | 'all';
  disabled?: boolean;
}

const Switch = ({ label, hint, checked, onChange, sound, disabled }: SwitchProps) => (
  <label class="switch">
    <input
      type="checkbox"
      role="switch"
      checked={checked}
      disabled={disabled}
      onChange={(event) => onChange(event.currentTarget.checked)}
      data-sound={sound}
      data-testid={testIds.soundSwitch}
    />
    <span>
      {label}
      {hint !== undefined && <span class="hint">{hint}</span>}
    </span>
  </label>
);

export const SoundsDialog = ({ model, onClose }: { model: MeetingModel; onClose: () => void }) => {
  const id = useId();
  return (
    <Dialog title={t('sounds.title')} onClose={onClose} testId={testIds.soundsDialog}>
      <Switch
        label={t('sounds.all')}
        hint={t('sounds.allHint')}
        checked={soundsOn.value}
        onChange={setSounds}
        sound="all"
      />
      <section role="group" aria-labelledby={id}>
        <h3 id={id}>{t('sounds.each')}</h3>
        <ul class="sound-rows">
          {SOUNDS.map((sound) => (
            <li key={sound}>
              <Switch
                label={t(`sounds.${sound}`)}
                checked={isSoundOn(sound)}
                disabled={!soundsOn.value}
                onChange={(on) => setSound(sound, on)}
                sound={sound}
              />
              <IconButton
                icon={Play}
                label={t('sounds.play', { sound: t(`sounds.${sound}`) })}
                onClick={() => tryOutSound(sound)}
                data-sound={sound}
                testId={testIds.soundPlay}
              />
            </li>
          ))}
        </ul>
      </section>
      <Switch
        label={t('sounds.read')}
        hint={t('sounds.readHint')}
        checked={model.gestures.readsReactions.value}
        onChange={model.gestures.setReadsReactions}
      />
    </Dialog>
  );
};
