// The chat: sealed words from everyone, links made of text nodes, Enter to send.
import { SendHorizontal } from 'lucide-preact';
import { useEffect, useLayoutEffect, useMemo, useRef, useState } from 'preact/hooks';
import type { ChatEntry } from '#core';
import { Button, IconButton } from '../../components/Button.tsx';
import { t } from '../../i18n/index.ts';
import { timeText } from '../../i18n/time.ts';
import { testIds } from '../../testIds.ts';
import { continues, textPieces } from '../../viewModels/chatText.ts';
import { FilesPart } from './files/FilesPart.tsx';
import type { MeetingModel } from './MeetingModel.ts';
import { Panel } from './Panel.tsx';
import { nameOf } from './words.ts';

/** Far below the wire's limit for one sealed message; longer things are files. */
const MAX_CHARS = 4000;
/** Closer to the end than this counts as reading along. */
const NEAR_END_PX = 80;

export const ChatPanel = ({ model }: { model: MeetingModel }) => (
  <Panel title={t('chat.title')} onClose={() => model.togglePanel('chat')} testId={testIds.chatPanel}>
    <Messages model={model} />
    <FilesPart model={model.files} />
    <Composer model={model} />
  </Panel>
);

const Messages = ({ model }: { model: MeetingModel }) => {
  const chat = model.chat.value;
  const list = useRef<HTMLOListElement>(null);
  const [behind, setBehind] = useState(false);
  const atEnd = useRef(true);
  const toEnd = (): void => list.current?.scrollTo({ top: list.current.scrollHeight });
  const newest = chat.at(-1);
  useLayoutEffect(() => {
    if (atEnd.current || newest?.self) toEnd();
    else setBehind(true);
  }, [newest?.id]);
  if (chat.length === 0) {
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
        {chat.map((entry, index) => (
          <Message
            key={entry.id}
            entry={entry}
            headed={!continues(chat[index - 1], entry)}
            retry={() => model.client.chat.retry(entry.id)}
          />
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

const Message = ({ entry, headed, retry }: { entry: ChatEntry; headed: boolean; retry: () => void }) => (
  <li class="message" data-self={entry.self} data-state={entry.state} data-testid={testIds.chatMessage}>
    {headed && (
      <p class="message-head">
        <span class="message-name">
          {entry.self ? t('tile.you', { name: nameOf(entry.displayName) }) : nameOf(entry.displayName)}
        </span>
        <time dateTime={new Date(entry.atMs).toISOString()}>{timeText(entry.atMs)}</time>
      </p>
    )}
    <p class="message-text" dir="auto" data-testid={testIds.chatText}>
      <LinkedText text={entry.text} />
    </p>
    {entry.state === 'sending' && <p class="message-state">{t('chat.sending')}</p>}
    {entry.state === 'failed' && (
      <p class="message-state failed" role="alert">
        {t('chat.failed')}{' '}
        <button type="button" class="text-button" onClick={retry} data-testid={testIds.chatRetry}>
          {t('chat.retry')}
        </button>
      </p>
    )}
  </li>
);

/** Cut once per message: looking for links costs more than all the rest of the panel. */
const LinkedText = ({ text }: { text: string }) => {
  const pieces = useMemo(() => textPieces(text), [text]);
  return (
    <>
      {pieces.map((piece, index) =>
        piece.kind === 'text' ? (
          piece.text
        ) : (
          <a key={index} href={piece.href} target="_blank" rel="noopener noreferrer nofollow">
            {piece.text}
          </a>
        ),
      )}
    </>
  );
};

const Composer = ({ model }: { model: MeetingModel }) => {
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
