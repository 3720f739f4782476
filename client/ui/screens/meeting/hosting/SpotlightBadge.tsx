// Says over the stage who is shown large to everybody, and on whose word; whoever leads can end it there.
import { Star, X } from 'lucide-preact';
import type { RoomView } from '#core';
import { IconButton } from '../../../components/Button.tsx';
import { t } from '../../../i18n/index.ts';
import { testIds } from '../../../testIds.ts';
import type { MeetingModel } from '../MeetingModel.ts';
import { nameOf } from '../words.ts';

export const SpotlightBadge = ({ model }: { model: MeetingModel }) => {
  const view = model.view.value;
  const words = litWords(view);
  if (words === null) return null;
  return (
    <p class="spotlight-badge" data-peer-id={view.spotlight} data-testid={testIds.spotlightBadge}>
      <Star size={16} aria-hidden="true" />
      <span>{words}</span>
      {view.hosting.iAct && (
        <IconButton small icon={X} label={t('orders.endSpotlight')} onClick={() => model.orders.spotlight(null)} />
      )}
    </p>
  );
};

const litWords = ({ spotlight, spotlightBy, self, participants }: RoomView): string | null => {
  if (spotlight === null) return null;
  const nameIn = (peerId: string | null): string =>
    nameOf(participants.find((person) => person.peerId === peerId)?.displayName ?? '');
  const isBySelf = spotlightBy === self.peerId;
  if (spotlight === self.peerId) {
    return isBySelf ? t('orders.lit.yourself') : t('orders.lit.you', { name: nameIn(spotlightBy) });
  }
  const name = nameIn(spotlight);
  return isBySelf ? t('orders.lit.byYou', { name }) : t('orders.lit.byThem', { name, by: nameIn(spotlightBy) });
};
