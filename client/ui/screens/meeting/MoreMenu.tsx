// What the bar has no room for: link, layout, settings, help.
import { Ellipsis, Keyboard, Link2, Maximize, Minimize, ScreenShare, ScreenShareOff, Users } from 'lucide-preact';
import { Badge } from '../../components/Badge.tsx';
import { Menu, type MenuGroup, type MenuItem } from '../../components/Menu.tsx';
import { languageGroup, themeGroup } from '../../components/Settings.tsx';
import { t } from '../../i18n/index.ts';
import { canShareScreen } from '../../media/devices.ts';
import { testIds } from '../../testIds.ts';
import { captionsGroup } from './captions/captionsGroup.ts';
import { useDeviceGroups } from './DeviceMenu.tsx';
import { toggleFullScreen } from './fullScreen.ts';
import { copyLink } from './Header.tsx';
import type { MeetingModel } from './MeetingModel.ts';
import { stageGroups } from './stage/stageMenu.ts';

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
        ...groups.map((group) => ({ ...group, narrowOnly: true })),
        ...stageGroups(model),
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
