// Another device, chosen without leaving the meeting: the carets beside mic and camera, and the same in More on a phone.
import { useSignal } from '@preact/signals';
import { ChevronUp, SquareUserRound } from 'lucide-preact';
import { Menu, type MenuGroup, type MenuItem } from '../../components/Menu.tsx';
import { t } from '../../i18n/index.ts';
import { chosenDevices, chooseDevice } from '../../media/chosenDevices.ts';
import { canChooseSpeaker, listDevices, type DeviceKind, type DeviceList } from '../../media/devices.ts';
import { testIds } from '../../testIds.ts';
import type { EffectsModel } from '../effects/EffectsModel.ts';
import { deviceOptions } from '../DevicePanel.tsx';
import type { MeetingModel } from './MeetingModel.ts';

/** The choices for `kinds`, and the way to look anew at what is plugged in. */
export const useDeviceGroups = (
  model: MeetingModel,
  kinds: readonly DeviceKind[],
): { groups: MenuGroup[]; refresh: () => void } => {
  const devices = useSignal<DeviceList>({ mic: [], camera: [], speaker: [] });
  const choose = (kind: DeviceKind, deviceId: string): void => {
    chooseDevice(kind, deviceId);
    // Speakers are the page's own matter (Sounds.tsx); the rest is the client's.
    if (kind !== 'speaker') void model.useDevice(kind, deviceId);
  };
  const groupOf = (kind: DeviceKind): MenuGroup => ({
    title: t(`device.${kind}`),
    items: deviceOptions(devices.value[kind]).map((option) => ({
      label: option.label,
      radio: true,
      checked: chosenDevices[kind].value === option.value,
      onSelect: () => choose(kind, option.value),
    })),
  });
  const refresh = (): void => {
    void listDevices().then((list) => {
      devices.value = list;
    });
  };
  const shown = kinds.filter((kind) => kind !== 'speaker' || (canChooseSpeaker() && devices.value.speaker.length > 0));
  return { groups: [...shown.map(groupOf), effectsGroup(model.effects, kinds)], refresh };
};

/** Beside the camera what stands behind oneself, beside the microphone the noise around. */
const effectsGroup = (model: EffectsModel, kinds: readonly DeviceKind[]): MenuGroup => {
  const { effects } = model;
  const noise: MenuItem = {
    label: t('effects.noise'),
    checked: effects.noise.value,
    onSelect: () => void model.chooseNoise(!effects.noise.value),
    testId: testIds.noiseItem,
  };
  const background: MenuItem = {
    label: t('effects.backgroundMenu'),
    icon: SquareUserRound,
    onSelect: () => {
      model.isOpen.value = true;
    },
    testId: testIds.backgroundItem,
  };
  const items = [
    ...(kinds.includes('camera') ? [background] : []),
    ...(kinds.includes('mic') && effects.canSuppressNoise ? [noise] : []),
  ];
  return { items };
};

interface DeviceMenuProps {
  kinds: readonly DeviceKind[];
  label: string;
  model: MeetingModel;
}

export const DeviceMenu = ({ kinds, label, model }: DeviceMenuProps) => {
  const { groups, refresh } = useDeviceGroups(model, kinds);
  return (
    <Menu label={label} class="caret" groups={groups} onPress={refresh}>
      <ChevronUp size={16} aria-hidden="true" />
    </Menu>
  );
};
