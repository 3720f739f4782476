// What the bar has no room for: link, layout, settings, help.
import {
  CircleStop,
  Ellipsis,
  Keyboard,
  Link2,
  Maximize,
  Minimize,
  ScreenShare,
  ScreenShareOff,
  Users,
} from 'lucide-preact';
import { Badge } from '../../components/Badge.tsx';
import { Menu, type MenuGroup, type MenuItem } from '../../components/Menu.tsx';
import { languageGroup, themeGroup } from '../../components/Settings.tsx';
import { t } from '../../i18n/index.ts';
import { canShareScreen } from '../../media/devices.ts';
import { setSounds, soundsOn } from '../../media/sounds.ts';
import { testIds } from '../../testIds.ts';
import { captionsGroup } from './captions/captionsGroup.ts';
import { useDeviceGroups } from './DeviceMenu.tsx';
import { toggleFullScreen } from './fullScreen.ts';
import { copyLink } from './Header.tsx';
import { mayEnd } from './hosting/LeaveTools.tsx';
import type { MeetingModel } from './MeetingModel.ts';

const roomGroup = (model: MeetingModel, linkText: string): MenuGroup => ({
  items: [
    { label: t('link.copy'), icon: Link2, onSelect: () => void copyLink(model, linkText) },
    {
      label: t(document.fullscreenElement ? 'more.leaveFullScreen' : 'more.fullScreen'),
      icon: document.fullscreenElement ? Minimize : Maximize,
      onSelect: toggleFullScreen,
      hint: 'F',
    },
    {
      label: t('more.shortcuts'),
      icon: Keyboard,
      hint: '?',
      onSelect: () => {
        model.dialog.value = 'shortcuts';
      },
    },
  ],
});

const layoutGroup = (model: MeetingModel): MenuGroup => {
  const pick = (layout: 'grid' | 'speaker') => (): void => {
    if (model.layout.value !== layout) model.toggleLayout();
  };
  return {
    title: t('more.layout'),
    items: [
      {
        label: t('more.layoutGrid'),
        radio: true,
        checked: model.layout.value === 'grid',
        onSelect: pick('grid'),
        hint: 'W',
      },
      {
        label: t('more.layoutSpeaker'),
        radio: true,
        checked: model.layout.value === 'speaker',
        onSelect: pick('speaker'),
      },
      { label: t('more.selfView'), checked: model.selfShown.value, onSelect: model.toggleSelfShown },
      { label: t('more.sounds'), checked: soundsOn.value, onSelect: () => setSounds(!soundsOn.value) },
    ],
  };
};

/** On a phone there is no caret beside Leave. */
const endGroup = (model: MeetingModel): MenuGroup[] =>
  mayEnd(model)
    ? [{ narrowOnly: true, items: [{ label: t('orders.end'), icon: CircleStop, onSelect: model.orders.askEnd }] }]
    : [];

const shareItem = (model: MeetingModel): MenuItem[] => {
  const on = model.view.value.self.screen.state === 'on';
  const item = {
    label: t(on ? 'bar.screenOn' : 'bar.screenOff'),
    icon: on ? ScreenShareOff : ScreenShare,
    onSelect: () => void model.toggle('screen'),
  };
  return canShareScreen() ? [item] : [];
};

/** What a phone's bar leaves out; people first, since they are asked for most. */
const narrowItems = (model: MeetingModel): MenuGroup => {
  const count = model.view.value.hosting.knocks.length;
  const label = count > 0 ? t('hosting.peopleWaiting', { count }) : t('bar.people');
  return {
    narrowOnly: true,
    items: [{ label, icon: Users, onSelect: () => model.togglePanel('people') }, ...shareItem(model)],
  };
};

export const MoreMenu = ({ model, linkText }: { model: MeetingModel; linkText: string }) => {
  const { groups, refresh } = useDeviceGroups(model, ['mic', 'camera', 'speaker']);
  const knocks = model.view.value.hosting.knocks.length;
  return (
    <Menu
      label={knocks > 0 ? t('hosting.moreWaiting', { count: knocks }) : t('bar.more')}
      class="tool neutral"
      groups={[
        narrowItems(model),
        roomGroup(model, linkText),
        ...endGroup(model),
        ...groups.map((group) => ({ ...group, narrowOnly: true })),
        layoutGroup(model),
        captionsGroup(model),
        languageGroup(),
        themeGroup(),
      ]}
      onPress={refresh}
      testId={testIds.more}
    >
      <Ellipsis size={22} aria-hidden="true" />
      <Badge count={knocks} class="narrow-only" />
    </Menu>
  );
};
