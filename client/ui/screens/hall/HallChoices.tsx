// Where the picture and the sound of a hall are taken from, where the speakers are played, and what is wrong with one of these.
import { Mic, Video, Volume2 } from 'lucide-preact';
import type { ComponentChildren } from 'preact';
import { useId } from 'preact/hooks';
import { Button } from '../../components/Button.tsx';
import { SelectField } from '../../components/Field.tsx';
import { MendWords } from '../../components/MendWords.tsx';
import { Problem } from '../../components/Problem.tsx';
import { t } from '../../i18n/index.ts';
import { chooseDevice, chosenDevices } from '../../media/chosenDevices.ts';
import { canChooseSpeaker, canShareScreen, type DeviceChoice } from '../../media/devices.ts';
import type { Captured, PictureSource, SoundSource } from '../../media/HallCapture.ts';
import { testIds } from '../../testIds.ts';
import type { HallModel } from './HallModel.ts';

const Part = ({ title, children }: { title: string; children: ComponentChildren }) => {
  const id = useId();
  return (
    <section class="hall-part" aria-labelledby={id}>
      <h3 id={id}>{title}</h3>
      {children}
    </section>
  );
};

/** The system's own first; what is chosen stays in the list while it is not there. */
const named = (choices: readonly DeviceChoice[], chosen: string | null): { id: string; name: string }[] => {
  const devices = choices
    .filter(({ id }) => id !== 'default')
    .map(({ id, label }, index) => ({ id, name: label || t('device.unnamed', { number: index + 1 }) }));
  const isGone = chosen !== null && chosen !== '' && !devices.some(({ id }) => id === chosen);
  const gone = isGone ? [{ id: chosen, name: t('device.unnamed', { number: devices.length + 1 }) }] : [];
  return [{ id: '', name: t('device.default') }, ...devices, ...gone];
};

const deviceIn = (source: string): string | null =>
  source.includes(':') ? source.slice(source.indexOf(':') + 1) : null;

export const PictureChoice = ({ model }: { model: HallModel }) => {
  const { picture } = model.choice.value;
  const cameras = named(model.devices.value.camera, deviceIn(picture)).map(({ id, name }) => ({
    value: `camera:${id}`,
    label: t('hall.camera', { name }),
  }));
  const screen = canShareScreen() ? [{ value: 'screen', label: t('hall.picture.screen') }] : [];
  return (
    <Part title={t('hall.picture')}>
      <SelectField
        label={t('hall.picture')}
        icon={Video}
        value={picture}
        options={[...cameras, ...screen, { value: 'none', label: t('hall.picture.none') }]}
        onChange={(value) => model.choosePicture(value as PictureSource)}
      />
      <Fault model={model} part="picture" captured={model.capture.picture.value} />
    </Part>
  );
};

export const SoundChoice = ({ model }: { model: HallModel }) => {
  const { picture, sound, clean } = model.choice.value;
  const lines = named(model.devices.value.mic, deviceIn(sound)).map(({ id, name }) => ({
    value: `line:${id}`,
    label: t('hall.line', { name }),
  }));
  const screen = picture === 'screen' ? [{ value: 'screen', label: t('hall.sound.screen') }] : [];
  return (
    <Part title={t('hall.sound')}>
      <SelectField
        label={t('hall.sound')}
        icon={Mic}
        value={sound}
        options={[...lines, ...screen, { value: 'none', label: t('hall.sound.none') }]}
        onChange={(value) => model.chooseSound(value as SoundSource)}
      />
      <Fault model={model} part="sound" captured={model.capture.sound.value} />
      {sound.startsWith('line:') && (
        <Switch label={t('hall.clean')} hint={t('hall.cleanHint')} checked={clean} onChange={model.setClean} />
      )}
    </Part>
  );
};

export const SpeakersChoice = ({ model }: { model: HallModel }) => {
  const plays = model.plays.value;
  const speaker = chosenDevices.speaker.value;
  const names = model.onAir.value;
  const options = named(model.devices.value.speaker, speaker).map(({ id, name }) => ({ value: id, label: name }));
  return (
    <Part title={t('hall.speakers')}>
      <Switch label={t('hall.plays')} hint={t('hall.playsHint')} checked={plays} onChange={model.setPlays} />
      {plays && canChooseSpeaker() && model.devices.value.speaker.length > 0 && (
        <SelectField
          label={t('device.speaker')}
          icon={Volume2}
          value={speaker}
          options={options}
          onChange={(id) => chooseDevice('speaker', id)}
        />
      )}
      <p class="hint">{names.length === 0 ? t('hall.nobodyOnAir') : t('hall.onAir', { names: names.join(', ') })}</p>
    </Part>
  );
};

interface SwitchProps {
  label: string;
  hint: string;
  checked: boolean;
  onChange: (checked: boolean) => void;
}

const Switch = ({ label, hint, checked, onChange }: SwitchProps) => (
  <label class="switch">
    <input
      type="checkbox"
      role="switch"
      checked={checked}
      onChange={(event) => onChange(event.currentTarget.checked)}
    />
    <span>
      {label}
      <span class="hint">{hint}</span>
    </span>
  </label>
);

interface FaultProps {
  model: HallModel;
  part: 'picture' | 'sound';
  captured: Captured;
}

const Fault = ({ model, part, captured }: FaultProps) => {
  if (captured.state !== 'failed') return null;
  const { fault, again } = captured;
  const isShown = model.choice.value[part] === 'screen';
  // Without a sound another window is to be chosen, and with it another picture.
  const retry = fault === 'noSound' ? 'picture' : part;
  return (
    <Problem
      fault={`${part}-${fault}`}
      action={
        <Button onClick={() => void model.capture.again(retry)} testId={testIds.hallAgain}>
          {t(isShown ? 'hall.choose' : 'fault.retry')}
        </Button>
      }
    >
      <p>{faultWords(part, captured, isShown)}</p>
      {fault !== 'lost' && fault !== 'ended' && fault !== 'noSound' && !isShown && <MendWords fault={fault} />}
      {again && <p class="muted">{t('hall.again')}</p>}
    </Problem>
  );
};

const faultWords = (
  part: 'picture' | 'sound',
  { fault }: Extract<Captured, { state: 'failed' }>,
  isShown: boolean,
): string => {
  switch (fault) {
    case 'lost':
    case 'ended':
      return t(`hall.fault.${part}.${fault}`);
    case 'noSound':
      return t('hall.fault.sound.noSound');
    case 'withheld':
      return t('fault.camera.failed');
    default:
      if (isShown) return t(`fault.screen.${fault}`);
      return t(`fault.${part === 'picture' ? 'camera' : 'mic'}.${fault}`);
  }
};
