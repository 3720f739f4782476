// What the menu offers about the stage: to open one, or the panel of the one that is open.
import { Clapperboard } from 'lucide-preact';
import type { MenuItem } from '../../../components/Menu.tsx';
import { t } from '../../../i18n/index.ts';
import { testIds } from '../../../testIds.ts';
import type { MeetingModel } from '../MeetingModel.ts';

/** For who leads; none for the others. */
export const showItems = (model: MeetingModel): MenuItem[] => {
  const { shows, view } = model;
  if (!view.value.hosting.iAct) return [];
  const isOpen = shows.show.value !== null;
  const onSelect = (): void => {
    if (!isOpen) shows.open();
    model.panel.value = 'show';
  };
  return [{ label: t(isOpen ? 'show.panel' : 'show.open'), icon: Clapperboard, onSelect, testId: testIds.openStage }];
};
