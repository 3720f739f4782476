// Leave, red and last; with a menu beside it for who may end the meeting for everybody.
import { ChevronUp, CircleStop, PhoneOff } from 'lucide-preact';
import type { ComponentChildren } from 'preact';
import { Menu } from '../../../components/Menu.tsx';
import { t } from '../../../i18n/index.ts';
import { testIds } from '../../../testIds.ts';
import type { MeetingModel } from '../MeetingModel.ts';

interface LeaveToolsProps {
  model: MeetingModel;
  onLeave: () => void;
  /** The button that leaves. */
  children: ComponentChildren;
}

/** The host, and whom the host named; not who leads for want of them, whom nobody chose. */
export const mayEnd = (model: MeetingModel): boolean => {
  const { hosting, self } = model.view.value;
  return hosting.iAct && (hosting.iAmHost || hosting.cohosts.includes(self.peerId));
};

export const LeaveTools = ({ model, onLeave, children }: LeaveToolsProps) => {
  if (!mayEnd(model)) return <>{children}</>;
  const items = [
    { label: t('orders.leave'), icon: PhoneOff, onSelect: onLeave, testId: testIds.leaveItem },
    { label: t('orders.end'), icon: CircleStop, onSelect: model.orders.askEnd, testId: testIds.endForAll },
  ];
  return (
    <div class="split leave-split">
      {children}
      <Menu label={t('orders.leaveMenu')} class="caret leave-caret" groups={[{ items }]} testId={testIds.leaveMenu}>
        <ChevronUp size={16} aria-hidden="true" />
      </Menu>
    </div>
  );
};
