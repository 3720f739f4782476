// The list of the chat, of all kinds of items: it follows the newest while one reads along, and says so when one does not.
import { useRef, useState } from 'preact/hooks';
import type { JSX } from 'preact';
import { Button } from '../../../components/Button.tsx';
import { t } from '../../../i18n/index.ts';
import { testIds } from '../../../testIds.ts';
import { continues } from '../../../viewModels/chatText.ts';
import type { MeetingModel } from '../MeetingModel.ts';
import type { ChatItem } from './items.ts';
import { FileMessage } from '../files/FileMessage.tsx';
import { Message } from './Message.tsx';
import { useScroll } from './useScroll.ts';

interface ItemProps {
  model: MeetingModel;
  item: ChatItem;
  /** Whether it begins under a heading of its own. */
  headed: boolean;
  active: boolean;
}

/** One component for each kind; each is an `li` with the item's key as `data-key`. */
const Item = ({ model, item, headed, active }: ItemProps) => {
  switch (item.kind) {
    case 'file':
      return <FileMessage model={model.files} id={item.id} />;
    case 'message':
      return <Message model={model} entry={item.entry} headed={headed} active={active} />;
  }
};

const keyOf = (target: EventTarget | null): string | null =>
  target instanceof Element ? (target.closest<HTMLElement>('[data-key]')?.dataset.key ?? null) : null;

/** The item whose tools are shown: under the pointer, or focused. An open menu keeps its place. */
const useActive = (list: { current: HTMLElement | null }) => {
  const [active, setActive] = useState<string | null>(null);
  const activate = (event: Event): void => {
    if (list.current?.querySelector(':popover-open') === null) setActive(keyOf(event.target));
  };
  const leave = (): void => {
    if (list.current?.querySelector(':popover-open') === null && !list.current.contains(document.activeElement))
      setActive(null);
  };
  return { active, on: { onPointerOver: activate, onFocusIn: activate, onPointerLeave: leave } };
};

/** Up and down through the items; Tab goes on to the tools of the one that has the focus. */
const moveFocus = (list: HTMLElement, event: KeyboardEvent): void => {
  const step = { ArrowUp: -1, ArrowDown: 1 }[event.key];
  const isOnItem = event.target instanceof HTMLElement && (event.target === list || 'key' in event.target.dataset);
  if (step === undefined || !isOnItem) return;
  event.preventDefault();
  const items = [...list.querySelectorAll<HTMLElement>('[data-key]')];
  const now = items.findIndex((item) => item === document.activeElement);
  const next = now < 0 ? items.length - 1 : Math.min(Math.max(now + step, 0), items.length - 1);
  items[next]?.focus();
};

export const Messages = ({ model, items }: { model: MeetingModel; items: readonly ChatItem[] }) => {
  const list = useRef<HTMLOListElement>(null);
  const { behind, onScroll, toEnd, shown, earlier, showEarlier } = useScroll(list, model, items);
  const { active, on } = useActive(list);
  if (items.length === 0) {
    return (
      <div class="panel-empty">
        <h3>{t('chat.empty.title')}</h3>
        <p>{t('chat.empty.text')}</p>
      </div>
    );
  }
  const onKeyDown = (event: JSX.TargetedKeyboardEvent<HTMLOListElement>): void => moveFocus(event.currentTarget, event);
  return (
    <div class="messages-box">
      <ol
        ref={list}
        class="messages"
        tabIndex={0}
        aria-label={t('chat.messages')}
        onScroll={onScroll}
        onKeyDown={onKeyDown}
        {...on}
      >
        {earlier > 0 && (
          <li key="earlier" class="earlier">
            <Button kind="quiet" onClick={showEarlier}>
              {t('chat.earlier', { count: earlier })}
            </Button>
          </li>
        )}
        {shown.flatMap((item, index) => {
          const isNew = item.key === model.chats.firstNew.value;
          const headed = isNew || !continues(shown[index - 1], item);
          const line = <NewLine key="new" />;
          const row = <Item key={item.key} model={model} item={item} headed={headed} active={item.key === active} />;
          return isNew ? [line, row] : [row];
        })}
      </ol>
      {behind !== null && (
        <div class="messages-below">
          <Button onClick={toEnd} testId={testIds.chatBelow}>
            {behind === 0 ? t('chat.toEnd') : t('chat.newBelow', { count: behind })}
          </Button>
        </div>
      )}
    </div>
  );
};

const NewLine = () => (
  <li class="new-line" data-testid={testIds.chatNewLine}>
    <span>{t('chat.new')}</span>
  </li>
);
