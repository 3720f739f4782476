// What may be done about one person in the list: by whoever leads, for all; by everybody, for their own ears.
import {
  EllipsisVertical,
  Mic,
  MicOff,
  ScreenShareOff,
  ShieldCheck,
  ShieldMinus,
  Star,
  StarOff,
  UserMinus,
  Video,
  VideoOff,
  Volume2,
} from 'lucide-preact';
import type { Order, Participant } from '#core';
import { Menu, type MenuGroup, type MenuItem } from '../../../components/Menu.tsx';
import { t } from '../../../i18n/index.ts';
import { testIds } from '../../../testIds.ts';
import { isMediaOn } from '../../../viewModels/media.ts';
import type { MeetingModel } from '../MeetingModel.ts';
import { nameOf } from '../words.ts';

interface ItemProps {
  model: MeetingModel;
  person: Participant;
}

export const PersonMenu = ({ model, person }: ItemProps) => {
  const { iAct, iAmHost } = model.view.value.hosting;
  const groups: MenuGroup[] = [
    // Nobody but themselves orders the host's device about.
    { items: iAct && !person.host ? orderItems({ model, person }) : [] },
    { items: iAct ? [spotlightItem(model, person.peerId)] : [] },
    { items: iAct && !person.host ? roleItems({ model, person }, iAmHost) : [] },
    { items: volumeItems({ model, person }) },
  ];
  return (
    <Menu
      label={t('hosting.personMenu', { name: nameOf(person.displayName) })}
      class="icon-button small"
      groups={groups.filter(({ items }) => items.length > 0)}
      testId={testIds.personMenu}
    >
      <EllipsisVertical size={18} aria-hidden="true" />
    </Menu>
  );
};

/** A machine is ordered about by nobody: it is heard less here, where it sends something, or sent off. */
export const MachineMenu = ({ model, person, isHeard }: ItemProps & { isHeard: boolean }) => (
  <Menu
    label={t('hosting.personMenu', { name: nameOf(person.displayName) })}
    class="icon-button small"
    groups={[
      { items: model.view.value.hosting.iAct ? roleItems({ model, person }, false) : [] },
      { items: isHeard ? volumeItems({ model, person }) : [] },
    ].filter(({ items }) => items.length > 0)}
    testId={testIds.personMenu}
  >
    <EllipsisVertical size={18} aria-hidden="true" />
  </Menu>
);

/** In one's own row, for who leads: they may show themselves large too. */
export const OwnMenu = ({ model }: { model: MeetingModel }) => {
  const { hosting, self } = model.view.value;
  if (!hosting.iAct) return null;
  return (
    <Menu
      label={t('orders.ownMenu')}
      class="icon-button small"
      groups={[{ items: [spotlightItem(model, self.peerId)] }]}
      testId={testIds.personMenu}
    >
      <EllipsisVertical size={18} aria-hidden="true" />
    </Menu>
  );
};

const orderItems = ({ model, person }: ItemProps): MenuItem[] => {
  const { peerId, displayName } = person;
  const item = (order: Order, icon: MenuItem['icon']): MenuItem => ({
    label: t(`orders.${order}`),
    ...(icon !== undefined && { icon }),
    onSelect: () => void model.orders.give(order, { peerId, name: nameOf(displayName) }),
    testId: testIds.order,
  });
  return [
    isMediaOn(person.mic) ? item('mute', MicOff) : item('askMic', Mic),
    isMediaOn(person.camera) ? item('stopVideo', VideoOff) : item('askCamera', Video),
    ...(isMediaOn(person.screen) ? [item('stopScreen', ScreenShareOff)] : []),
  ];
};

const spotlightItem = (model: MeetingModel, peerId: string): MenuItem => {
  const isLit = model.view.value.spotlight === peerId;
  return {
    label: t(isLit ? 'orders.endSpotlight' : 'orders.spotlight'),
    icon: isLit ? StarOff : Star,
    onSelect: () => model.orders.spotlight(isLit ? null : peerId),
    testId: testIds.spotlight,
  };
};

/** Nobody removes the host; and only the host names co-hosts. */
const roleItems = ({ model, person }: ItemProps, iAmHost: boolean): MenuItem[] => {
  const name = nameOf(person.displayName);
  const cohost: MenuItem = {
    label: t(person.cohost ? 'hosting.noCohost' : 'hosting.makeCohost'),
    icon: person.cohost ? ShieldMinus : ShieldCheck,
    onSelect: () => void model.hosts.setCohost(person.peerId, !person.cohost),
    testId: testIds.cohost,
  };
  const remove: MenuItem = {
    label: t('hosting.remove'),
    icon: UserMinus,
    onSelect: () => model.hosts.askRemoval({ peerId: person.peerId, name }),
    testId: testIds.removePerson,
  };
  return iAmHost ? [cohost, remove] : [remove];
};

const volumeItems = ({ model, person: { peerId, displayName } }: ItemProps): MenuItem[] => [
  {
    label: t('orders.silence'),
    checked: model.orders.volumeOf(peerId) === 0,
    onSelect: () => model.orders.toggleSilence(peerId),
    testId: testIds.silence,
  },
  {
    label: t('orders.volume'),
    icon: Volume2,
    onSelect: () => model.orders.askVolume(peerId, displayName),
    testId: testIds.volume,
  },
];
