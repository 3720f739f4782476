// What the bar has no room for: link, layout, settings, help.
import {
  CircleStop,
  Ellipsis,
  Keyboard,
  Link2,
  Maximize,
  MessageSquare,
  Minimize,
  ScreenShare,
  ScreenShareOff,
  SmilePlus,
  Users,
  Volume2,
  Vote,
} from 'lucide-preact';
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
import { openPalette } from './gestures/ReactionPalette.tsx';
import { mayEnd } from './hosting/LeaveTools.tsx';
import { audioOnlyItems } from './quality/Quality.tsx';
import type { MeetingModel } from './MeetingModel.ts';
import { recordItem } from './recording/recordItem.ts';
import { showItems } from './show/showItem.ts';

const withCount = (label: string, count: number): string => (count > 0 ? t('more.waiting', { label, count }) : label);
import { stageGroups } from './stage/stageMenu.ts';

const roomGroup = (model: MeetingModel, linkText: string): MenuGroup => ({
  items: [
    { label: t('link.copy'), icon: Link2, onSelect: () => void copyLink(model, linkText) },
    recordItem(model),
    ...showItems(model),
    {
      label: t(document.fullscreenElement ? 'more.leaveFullScreen' : 'more.fullScreen'),
      icon: document.fullscreenElement ? Minimize : Maximize,
      onSelect: toggleFullScreen,
      hint: 'F',
    },
    {
      label: withCount(t('polls.button'), model.polls.unseen.value),
      icon: Vote,
      onSelect: () => model.togglePanel('polls'),
      testId: testIds.morePolls,
    },
    {
      label: t('more.soundsDialog'),
      icon: Volume2,
      onSelect: () => {
        model.dialog.value = 'sounds';
      },
      testId: testIds.moreSounds,
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
    items: [
      { label, icon: Users, onSelect: () => model.togglePanel('people'), testId: testIds.morePeople },
      {
        label: withCount(t('more.chat'), model.chats.unread.value),
        icon: MessageSquare,
        onSelect: () => model.togglePanel('chat'),
        testId: testIds.moreChat,
      },
      { label: t('more.reactions'), icon: SmilePlus, onSelect: openPalette, testId: testIds.moreReactions },
      ...shareItem(model),
    ],
  };
};

export const MoreMenu = ({ model, linkText }: { model: MeetingModel; linkText: string }) => {
  const { groups, refresh } = useDeviceGroups(model, ['mic', 'camera', 'speaker']);
  const knocks = model.view.value.hosting.knocks.length;
  const news = model.chats.unread.value + model.polls.unseen.value;
  return (
    <Menu
      label={knocks > 0 ? t('hosting.moreWaiting', { count: knocks }) : withCount(t('bar.more'), news)}
      class="tool neutral"
      groups={[
        narrowItems(model),
        roomGroup(model, linkText),
        ...endGroup(model),
        ...groups.map((group) => ({ ...group, narrowOnly: true })),
        ...stageGroups(model),
        { items: audioOnlyItems(model) },
        captionsGroup(model),
        languageGroup(),
        themeGroup(),
      ]}
      onPress={refresh}
      testId={testIds.more}
    >
      <Ellipsis size={22} aria-hidden="true" />
      <Badge count={knocks + news} class="narrow-only" />
    </Menu>
  );
};
