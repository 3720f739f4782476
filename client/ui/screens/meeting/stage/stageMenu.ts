// The stage's part of the menu: layout, small window, tiles on a page, what is seen and heard beside the others.
import { PictureInPicture2 } from 'lucide-preact';
import type { MenuGroup, MenuItem } from '../../../components/Menu.tsx';
import { t } from '../../../i18n/index.ts';
import { pipKind } from '../../../media/pictureInPicture.ts';
import { testIds } from '../../../testIds.ts';
import { isPhone, PAGE_SIZES, type Layout } from '../../../viewModels/layout.ts';
import type { MeetingModel } from '../MeetingModel.ts';
import type { StageModel } from './StageModel.ts';

const layoutItem = (stage: StageModel, layout: Layout): MenuItem => ({
  label: t(layout === 'grid' ? 'more.layoutGrid' : 'more.layoutSpeaker'),
  radio: true,
  checked: stage.seenLayout.value === layout,
  onSelect: () => stage.choose(layout),
  ...(layout === 'grid' && { hint: 'W' }),
  testId: layout === 'grid' ? testIds.layoutGrid : testIds.layoutSpeaker,
});

const pipItem = ({ pip }: MeetingModel): MenuItem[] => {
  if (pipKind() === 'none') return [];
  const label = t(pip.now.value.state === 'closed' ? 'pip.open' : 'pip.close');
  return [{ label, icon: PictureInPicture2, onSelect: () => void pip.toggle(), hint: 'I', testId: testIds.pipToggle }];
};

/** A phone's pages are as small as they must be. */
const pageSizes = (stage: StageModel): MenuGroup[] => {
  if (isPhone(stage.box.value)) return [];
  const items = PAGE_SIZES.map((size) => ({
    label: size === 'auto' ? t('stage.pageSize.auto') : t('stage.pageSize.some', { count: size }),
    radio: true,
    checked: stage.pageSize.value === size,
    onSelect: () => stage.choosePageSize(size),
  }));
  return [{ title: t('stage.pageSize'), items }];
};

export const stageGroups = (model: MeetingModel): MenuGroup[] => {
  const { stage } = model;
  return [
    {
      title: t('more.layout'),
      items: [
        layoutItem(stage, 'grid'),
        layoutItem(stage, 'speaker'),
        ...pipItem(model),
        { label: t('more.selfView'), checked: stage.selfShown.value, onSelect: stage.toggleSelfShown },
      ],
    },
    ...pageSizes(stage),
  ];
};
