// The list of the chat, of all kinds of items: it follows the newest while one reads along, and says so when one does not.
import { useLayoutEffect, useRef, useState } from 'preact/hooks';
import { Button } from '../../../components/Button.tsx';
import { t } from '../../../i18n/index.ts';
import { continues } from '../../../viewModels/chatText.ts';
import type { MeetingModel } from '../MeetingModel.ts';
import type { ChatItem } from './items.ts';
import { Message } from './Message.tsx';

/** Closer to the end than this counts as reading along. */
const NEAR_END_PX = 80;

interface ItemProps {
  model: MeetingModel;
  item: ChatItem;
  /** Whether it begins under a heading of its own. */
  headed: boolean;
}

/** One component for each kind. */
const Item = ({ model, item, headed }: ItemProps) => {
  switch (item.kind) {
    case 'message':
      return <Message entry={item.entry} headed={headed} retry={() => model.client.chat.retry(item.entry.id)} />;
  }
};

export const Messages = ({ model, items }: { model: MeetingModel; items: readonly ChatItem[] }) => {
  const list = useRef<HTMLOListElement>(null);
  const [behind, setBehind] = useState(false);
  const atEnd = useRef(true);
  const toEnd = (): void => list.current?.scrollTo({ top: list.current.scrollHeight });
  const newest = items.at(-1);
  useLayoutEffect(() => {
    if (atEnd.current || newest?.from === model.view.value.self.peerId) toEnd();
    else setBehind(true);
  }, [newest?.key]);
  if (items.length === 0) {
    return (
      <div class="panel-empty">
        <h3>{t('chat.empty.title')}</h3>
        <p>{t('chat.empty.text')}</p>
      </div>
    );
  }
  const onScroll = (): void => {
    const element = list.current;
    if (element === null) return;
    atEnd.current = element.scrollHeight - element.scrollTop - element.clientHeight < NEAR_END_PX;
    if (atEnd.current) setBehind(false);
  };
  return (
    <div class="messages-box">
      <ol ref={list} class="messages" onScroll={onScroll} tabIndex={0} aria-label={t('chat.title')}>
        {items.map((item, index) => (
          <Item key={item.key} model={model} item={item} headed={!continues(items[index - 1], item)} />
        ))}
      </ol>
      {behind && (
        <div class="messages-below">
          <Button onClick={toEnd}>{t('chat.newBelow')}</Button>
        </div>
      )}
    </div>
  );
};
