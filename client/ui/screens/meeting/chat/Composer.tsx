// Where one writes: Enter sends, Shift+Enter breaks the line, Escape lets go of an answer or a change.
import { Check, SendHorizontal, X } from 'lucide-preact';
import { useEffect, useLayoutEffect, useRef } from 'preact/hooks';
import { IconButton } from '../../../components/Button.tsx';
import { t } from '../../../i18n/index.ts';
import { testIds } from '../../../testIds.ts';
import type { MeetingModel } from '../MeetingModel.ts';
import { nameOf, shortText } from '../words.ts';
import type { ChatModel } from './ChatModel.ts';

/** Far below the wire's limit for one sealed message; longer things are files. */
const MAX_CHARS = 4000;

/** True where the key was one of ours. */
const act = (chats: ChatModel, event: KeyboardEvent): boolean => {
  switch (event.key) {
    case 'Enter':
      if (event.shiftKey) return false;
      chats.send();
      return true;
    case 'ArrowUp':
      return chats.draft.value === '' && chats.writing.value.to === 'all' && chats.editLast();
    case 'Escape':
      return chats.cancel();
    default:
      return false;
  }
};

export const Composer = ({ model }: { model: MeetingModel }) => {
  const { chats } = model;
  const input = useRef<HTMLTextAreaElement>(null);
  const text = chats.draft.value;
  const isEdit = chats.writing.value.to === 'edit';
  useEffect(() => input.current?.focus(), [chats.focus.value]);
  useLayoutEffect(() => {
    const element = input.current;
    if (element === null) return;
    element.style.height = 'auto';
    element.style.height = `${element.scrollHeight}px`;
  }, [text]);
  const onKeyDown = (event: KeyboardEvent): void => {
    if (event.isComposing || !act(chats, event)) return;
    event.preventDefault();
    // Or Escape closes the panel too.
    event.stopPropagation();
  };
  const send = (event: Event): void => {
    event.preventDefault();
    input.current?.focus();
    chats.send();
  };
  return (
    <>
      <Purpose model={model} />
      {chats.tooLong.value && (
        <p class="composer-problem" role="alert">
          {t('chat.tooLong')}
        </p>
      )}
      <form class="composer" onSubmit={send}>
        {/* Buttons that add something else than words come first, in the order in which Tab reaches them. */}
        <textarea
          ref={input}
          rows={1}
          maxLength={MAX_CHARS}
          value={text}
          dir="auto"
          placeholder={t('chat.placeholder')}
          aria-label={t('chat.label')}
          title={t('chat.keys')}
          onInput={(event) => chats.typed(event.currentTarget.value)}
          onKeyDown={onKeyDown}
          data-testid={testIds.chatInput}
        />
        <IconButton
          type="submit"
          icon={isEdit ? Check : SendHorizontal}
          label={t(isEdit ? 'chat.save' : 'chat.send')}
          disabled={text.trim() === ''}
          testId={testIds.chatSend}
        />
      </form>
    </>
  );
};

/** What is answered or changed, and the way out of it. */
const Purpose = ({ model }: { model: MeetingModel }) => {
  const writing = model.chats.writing.value;
  if (writing.to === 'all') return null;
  const entry = model.chats.byId.value.get(writing.id);
  const name = nameOf(entry?.displayName ?? '');
  const leave = (): void => {
    model.chats.cancel();
    model.chats.focus.value += 1;
  };
  return (
    <div class="composer-purpose" data-testid={testIds.chatPurpose}>
      <p>
        <strong>{writing.to === 'edit' ? t('chat.editing') : t('chat.replyingTo', { name })}</strong>
        <span class="purpose-text" dir="auto">
          {shortText(entry?.text ?? '')}
        </span>
      </p>
      <IconButton small icon={X} label={t('chat.cancel')} onClick={leave} />
    </div>
  );
};
