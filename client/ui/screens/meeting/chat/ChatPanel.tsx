// The chat beside the stage: what was said, and where to say more.
import { t } from '../../../i18n/index.ts';
import { testIds } from '../../../testIds.ts';
import type { MeetingModel } from '../MeetingModel.ts';
import { Panel } from '../Panel.tsx';
import { Composer } from './Composer.tsx';
import { Messages } from './Messages.tsx';

export const ChatPanel = ({ model }: { model: MeetingModel }) => (
  <Panel title={t('chat.title')} onClose={() => model.togglePanel('chat')} testId={testIds.chatPanel}>
    <Messages model={model} items={model.chats.items.value} />
    <Composer model={model} />
  </Panel>
);
