// What whoever leads may do about one person in the list.
import { EllipsisVertical, ShieldCheck, ShieldMinus, UserMinus } from 'lucide-preact';
import type { Participant } from '#core';
import { Menu, type MenuItem } from '../../../components/Menu.tsx';
import { t } from '../../../i18n/index.ts';
import { testIds } from '../../../testIds.ts';
import type { MeetingModel } from '../MeetingModel.ts';
import { nameOf } from '../words.ts';

/** Nobody removes the host; and only the host names co-hosts. */
export const PersonMenu = ({ model, person }: { model: MeetingModel; person: Participant }) => {
  const { iAct, iAmHost } = model.view.value.hosting;
  if (!iAct || person.host) return null;
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
  return (
    <Menu
      label={t('hosting.personMenu', { name })}
      class="icon-button small"
      groups={[{ items: iAmHost ? [cohost, remove] : [remove] }]}
      testId={testIds.personMenu}
    >
      <EllipsisVertical size={18} aria-hidden="true" />
    </Menu>
  );
};
