// Captions among what the bar has no room for.
import type { MenuGroup } from '../../../components/Menu.tsx';
import { t } from '../../../i18n/index.ts';
import { testIds } from '../../../testIds.ts';
import type { MeetingModel } from '../MeetingModel.ts';

export const captionsGroup = ({ captions }: MeetingModel): MenuGroup => ({
  title: t('captions.title'),
  items: [
    {
      label: t('captions.show'),
      checked: captions.shown.value,
      onSelect: captions.toggleShown,
      testId: testIds.showCaptions,
    },
    {
      label: t(captions.making.value === 'waiting' ? 'captions.waiting' : 'captions.make'),
      checked: captions.making.value !== 'off',
      onSelect: () => void captions.toggleMaking(),
      testId: testIds.makeCaptions,
    },
  ],
});
