// Another device, chosen without leaving the meeting: the carets beside mic and camera, and the same in More on a phone.
import { useSignal } from '@preact/signals';
import { ChevronUp } from 'lucide-preact';
import { Menu, type MenuGroup } from '../../components/Menu.tsx';
import { t } from '../../i18n/index.ts';
import { chosenDevices, chooseDevice } from '../../media/chosenDevices.ts';
import { canChooseSpeaker, listDevices, type DeviceKind, type DeviceList } from '../../media/devices.ts';
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
  return { groups: shown.map(groupOf), refresh };
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
