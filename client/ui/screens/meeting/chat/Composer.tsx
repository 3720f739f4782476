// Where one writes: Enter sends, Shift+Enter breaks the line; other ways to add something stand before the field.
import { SendHorizontal } from 'lucide-preact';
import { useEffect, useLayoutEffect, useRef, useState } from 'preact/hooks';
import { IconButton } from '../../../components/Button.tsx';
import { t } from '../../../i18n/index.ts';
import { testIds } from '../../../testIds.ts';
import type { MeetingModel } from '../MeetingModel.ts';

/** Far below the wire's limit for one sealed message; longer things are files. */
const MAX_CHARS = 4000;

export const Composer = ({ model }: { model: MeetingModel }) => {
  const input = useRef<HTMLTextAreaElement>(null);
  const [text, setText] = useState('');
  useEffect(() => input.current?.focus(), []);
  useLayoutEffect(() => {
    const element = input.current;
    if (element === null) return;
    element.style.height = 'auto';
    element.style.height = `${element.scrollHeight}px`;
  }, [text]);
  const send = (): void => {
    const words = text.trim();
    if (words === '') return;
    setText('');
    input.current?.focus();
    model.client.chat.send(words);
  };
  const onKeyDown = (event: KeyboardEvent): void => {
    if (event.key !== 'Enter' || event.shiftKey || event.isComposing) return;
    event.preventDefault();
    send();
  };
  return (
    <form
      class="composer"
      onSubmit={(event) => {
        event.preventDefault();
        send();
      }}
    >
      {/* Buttons that add something else than words come first, in the order in which Tab reaches them. */}
      <textarea
        ref={input}
        rows={1}
        maxLength={MAX_CHARS}
        value={text}
        placeholder={t('chat.placeholder')}
        aria-label={t('chat.label')}
        title={t('chat.keys')}
        onInput={(event) => setText(event.currentTarget.value)}
        onKeyDown={onKeyDown}
        data-testid={testIds.chatInput}
      />
      <IconButton
        type="submit"
        icon={SendHorizontal}
        label={t('chat.send')}
        disabled={text.trim() === ''}
        testId={testIds.chatSend}
      />
    </form>
  );
};
