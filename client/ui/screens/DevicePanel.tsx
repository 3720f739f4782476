// Oneself before joining: the mirrored picture, the meter, the choice of devices, and what is wrong with one.
import { useSignal } from '@preact/signals';
import { Mic, MicOff, SquareUserRound, Video, VideoOff, Volume2 } from 'lucide-preact';
import { useEffect, useMemo } from 'preact/hooks';
import type { DeviceFault } from '#core';
import { Button } from '../components/Button.tsx';
import { SelectField } from '../components/Field.tsx';
import { MendWords } from '../components/MendWords.tsx';
import { MicMeterView } from '../components/MicMeterView.tsx';
import { Picture } from '../components/Picture.tsx';
import { Problem } from '../components/Problem.tsx';
import { t } from '../i18n/index.ts';
import { chosenDevices } from '../media/chosenDevices.ts';
import { canChooseSpeaker, type DeviceChoice, type DeviceKind } from '../media/devices.ts';
import type { Preview } from '../media/Preview.ts';
import { testIds } from '../testIds.ts';
import { BackgroundDialog, BackgroundTrouble, PreparingWords } from './effects/BackgroundDialog.tsx';
import { devicesOfPreview, EffectsModel } from './effects/EffectsModel.ts';
import { SpeakerTest } from './SpeakerTest.tsx';

export const DevicePanel = ({ preview }: { preview: Preview }) => {
  const told = useSignal('');
  const effects = useMemo(() => {
    const tell = (text: string): void => void (told.value = text);
    return new EffectsModel(preview.effects, devicesOfPreview(preview, tell));
  }, [preview]);
  useEffect(() => () => effects.close(), [effects]);
  return (
    <section class="device-panel">
      <SelfView preview={preview} effects={effects} />
      {!effects.isOpen.value && <BackgroundTrouble model={effects} />}
      <DeviceFaults preview={preview} />
      <Pickers preview={preview} />
      <EffectControls preview={preview} effects={effects} />
      <p class="hint told" role="status">
        {told.value}
      </p>
    </section>
  );
};

/** Speaker test and background; what is chosen is named on the button. */
const EffectControls = ({ preview, effects }: { preview: Preview; effects: EffectsModel }) => {
  const camera = preview.camera.value;
  const setOpen = (open: boolean) => (): void => {
    effects.isOpen.value = open;
  };
  const chosen = t(`effects.background.${effects.effects.background.value}`);
  return (
    <div class="effect-controls">
      <Button icon={SquareUserRound} onClick={setOpen(true)} testId={testIds.background}>
        {t('effects.backgroundChosen', { chosen })}
      </Button>
      <SpeakerTest />
      {effects.isOpen.value && (
        <BackgroundDialog
          model={effects}
          camera={camera.state === 'on' ? camera.track : null}
          onClose={setOpen(false)}
        />
      )}
    </div>
  );
};

/** On the way in nothing is chosen any more, but one still sees oneself. */
export const JoiningPicture = ({ track }: { track: MediaStreamTrack | null }) => (
  <section class="device-panel">
    <div class="self-view" data-surface="stage">
      {track === null ? (
        <p class="self-view-words">{t('preJoin.cameraOff')}</p>
      ) : (
        <Picture track={track} mirrored label={t('preJoin.preview')} />
      )}
    </div>
  </section>
);

const SelfView = ({ preview, effects }: { preview: Preview; effects: EffectsModel }) => {
  const camera = preview.camera.value;
  return (
    <div class="self-view" data-surface="stage" data-testid={testIds.preview} data-state={camera.state}>
      {camera.state === 'on' && <Picture track={camera.track} mirrored label={t('preJoin.preview')} />}
      {camera.state !== 'on' && <SelfViewWords preview={preview} />}
      <PreparingWords model={effects} />
      {preview.asked.value && !preview.isAsking.value && <PreviewControls preview={preview} />}
    </div>
  );
};

const SelfViewWords = ({ preview }: { preview: Preview }) => {
  if (preview.isAsking.value) return <p class="self-view-words">{t('preJoin.asking')}</p>;
  const failed = preview.camera.value.state === 'failed';
  if (failed) return <p class="self-view-words">{t('tile.cameraFailed')}</p>;
  if (preview.asked.value) return <p class="self-view-words">{t('preJoin.cameraOff')}</p>;
  return (
    <div class="self-view-words">
      <Button kind="primary" icon={Video} onClick={() => void preview.ask()} testId={testIds.askDevices}>
        {t('preJoin.ask')}
      </Button>
      <p>{t('preJoin.askHint')}</p>
    </div>
  );
};

const PreviewControls = ({ preview }: { preview: Preview }) => {
  const mic = preview.mic.value;
  const camera = preview.camera.value;
  return (
    <div class="self-view-bar">
      <PreviewToggle on={mic.state === 'on'} kind="mic" preview={preview} />
      {mic.state === 'on' && <MicMeterView track={mic.track} label={t('preJoin.micLevel')} />}
      <PreviewToggle on={camera.state === 'on'} kind="camera" preview={preview} />
    </div>
  );
};

const toggleLook = {
  mic: { on: Mic, off: MicOff, onLabel: 'bar.micOn', offLabel: 'bar.micOff', testId: testIds.micToggle },
  camera: {
    on: Video,
    off: VideoOff,
    onLabel: 'bar.cameraOn',
    offLabel: 'bar.cameraOff',
    testId: testIds.cameraToggle,
  },
} as const;

const PreviewToggle = ({ on, kind, preview }: { on: boolean; kind: 'mic' | 'camera'; preview: Preview }) => {
  const look = toggleLook[kind];
  const Icon = on ? look.on : look.off;
  const label = t(on ? look.onLabel : look.offLabel);
  return (
    <button
      type="button"
      class="tool"
      data-state={preview[kind].value.state}
      aria-label={label}
      data-tip={label}
      onClick={() => void preview.toggle(kind)}
      data-testid={look.testId}
    >
      <Icon size={22} aria-hidden="true" />
    </button>
  );
};

/** Said once where one cause keeps both devices away. */
const SHARED = ['denied', 'systemDenied', 'cancelled', 'notFound'] as const;
type SharedFault = (typeof SHARED)[number];
const isShared = (fault: DeviceFault): fault is SharedFault => SHARED.some((one) => one === fault);

const DeviceFaults = ({ preview }: { preview: Preview }) => {
  const mic = preview.mic.value;
  const camera = preview.camera.value;
  const micFault = mic.state === 'failed' ? mic.fault : null;
  const cameraFault = camera.state === 'failed' ? camera.fault : null;
  if (micFault !== null && micFault === cameraFault && isShared(micFault))
    return <FaultWords kind="both" fault={micFault} last retry={() => void preview.ask()} />;
  return (
    <>
      {micFault !== null && (
        <FaultWords kind="mic" fault={micFault} last={cameraFault === null} retry={() => void preview.start('mic')} />
      )}
      {cameraFault !== null && (
        <FaultWords kind="camera" fault={cameraFault} last retry={() => void preview.start('camera')} />
      )}
    </>
  );
};

interface FaultWordsProps {
  kind: 'mic' | 'camera' | 'both';
  fault: DeviceFault;
  /** Under the last message of several stands that one can join all the same. */
  last: boolean;
  retry: () => void;
}

const FaultWords = ({ kind, fault, last, retry }: FaultWordsProps) => (
  <Problem fault={`${kind}-${fault}`} action={<Button onClick={retry}>{t('fault.retry')}</Button>}>
    <p>{faultWords(kind, fault)}</p>
    <MendWords fault={fault} />
    {last && <p class="muted">{t('fault.youCanJoin')}</p>}
  </Problem>
);

const faultWords = (kind: FaultWordsProps['kind'], fault: DeviceFault): string => {
  if (kind !== 'both') return t(`fault.${kind}.${fault}`);
  return t(`fault.both.${isShared(fault) ? fault : 'notFound'}`);
};

/** The system's own choice first; names only once the browser tells them. */
export const deviceOptions = (choices: readonly DeviceChoice[]): { value: string; label: string }[] => [
  { value: '', label: t('device.default') },
  ...choices
    .filter((choice) => choice.id !== 'default')
    .map((choice, index) => ({ value: choice.id, label: choice.label || t('device.unnamed', { number: index + 1 }) })),
];

const pickers = [
  { kind: 'mic', icon: Mic },
  { kind: 'camera', icon: Video },
  { kind: 'speaker', icon: Volume2 },
] as const satisfies { kind: DeviceKind; icon: unknown }[];

const Pickers = ({ preview }: { preview: Preview }) => {
  const devices = preview.devices.value;
  const shown = pickers.filter(({ kind }) => devices[kind].length > 0 && (kind !== 'speaker' || canChooseSpeaker()));
  return (
    <div class="pickers">
      {shown.map(({ kind, icon }) => (
        <SelectField
          key={kind}
          label={t(`device.${kind}`)}
          icon={icon}
          value={
            devices[kind].some((device) => device.id === chosenDevices[kind].value) ? chosenDevices[kind].value : ''
          }
          options={deviceOptions(devices[kind])}
          onChange={(id) => void preview.choose(kind, id)}
        />
      ))}
    </div>
  );
};
