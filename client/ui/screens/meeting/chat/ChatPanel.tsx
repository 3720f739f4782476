// The chat beside the stage: what was said, who is writing, and where to say more.
import { EllipsisVertical } from 'lucide-preact';
import { Menu } from '../../../components/Menu.tsx';
import { t } from '../../../i18n/index.ts';
import { testIds } from '../../../testIds.ts';
import type { MeetingModel } from '../MeetingModel.ts';
import { Panel } from '../Panel.tsx';
import { namesInWords } from '../words.ts';
import { Attach } from '../files/Attach.tsx';
import { UnderWay } from '../files/UnderWay.tsx';
import { Composer } from './Composer.tsx';
import { EmojiPicker } from './EmojiPicker.tsx';
import { HistoryRow, ShareDialog, SharingRow } from './HistoryRow.tsx';
import { Messages } from './Messages.tsx';

/** Names in the hint; more would be a list that changes all the time. */
const MOST_NAMES = 2;

export const ChatPanel = ({ model }: { model: MeetingModel }) => {
  // On a small screen the picker and the list need all the room there is.
  const isPicking = model.chats.picking.value !== null;
  return (
    <Panel
      title={t('chat.title')}
      onClose={() => model.togglePanel('chat')}
      testId={testIds.chatPanel}
      tools={<Options model={model} />}
    >
      {!isPicking && <HistoryRow model={model} />}
      <Messages model={model} items={model.chats.items.value} />
      <Picker model={model} />
      {!isPicking && <SharingRow model={model} />}
      <TypingHint names={model.chats.typing.value} />
      {!isPicking && <UnderWay model={model} />}
      {!isPicking && <Attach model={model.files} />}
      <Composer model={model} />
      {model.chats.sharing.value && <ShareDialog model={model} />}
    </Panel>
  );
};

const Options = ({ model }: { model: MeetingModel }) => (
  <Menu
    label={t('chat.options')}
    class="icon-button"
    groups={[
      {
        items: [
          {
            label: t('chat.history.share'),
            onSelect: () => {
              model.chats.sharing.value = true;
            },
            testId: testIds.chatShareItem,
          },
          {
            label: t('chat.tellTyping'),
            checked: model.chats.tellsTyping.value,
            onSelect: model.chats.toggleTyping,
            testId: testIds.chatTellTyping,
          },
        ],
      },
    ]}
    testId={testIds.chatOptions}
  >
    <EllipsisVertical size={20} aria-hidden="true" />
  </Menu>
);

const Picker = ({ model }: { model: MeetingModel }) => {
  const id = model.chats.picking.value;
  if (id === null) return null;
  const close = (): void => {
    model.chats.picking.value = null;
  };
  const pick = (emoji: string): void => {
    model.chats.react(id, emoji);
    close();
  };
  return <EmojiPicker key={id} onPick={pick} onClose={close} />;
};

/** Its room is always there, so that nothing moves; and it is no news, so nothing reads it aloud. */
const TypingHint = ({ names }: { names: readonly string[] }) => (
  <p class="typing" data-testid={testIds.chatTyping}>
    {names.length > MOST_NAMES && t('chat.typingMany')}
    {names.length > 0 &&
      names.length <= MOST_NAMES &&
      t('chat.typing', { names: namesInWords(names), count: names.length })}
  </p>
);
