// What the menu offers about recording: to begin, or to end.
import { CircleDot, Square } from 'lucide-preact';
import type { MenuItem } from '../../../components/Menu.tsx';
import { t } from '../../../i18n/index.ts';
import { testIds } from '../../../testIds.ts';
import type { MeetingModel } from '../MeetingModel.ts';

export const recordItem = ({ recording }: MeetingModel): MenuItem =>
  recording.own.value.state === 'off'
    ? {
        label: t('recording.start'),
        icon: CircleDot,
        onSelect: () => recording.open('ask'),
        testId: testIds.record,
      }
    : { label: t('recording.stop'), icon: Square, onSelect: () => void recording.stop(), testId: testIds.record };
