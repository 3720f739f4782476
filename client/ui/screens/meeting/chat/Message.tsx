// One message of the chat, its links made of text nodes.
import { useMemo } from 'preact/hooks';
import type { ChatEntry } from '#core';
import { t } from '../../../i18n/index.ts';
import { timeText } from '../../../i18n/time.ts';
import { testIds } from '../../../testIds.ts';
import { textPieces } from '../../../viewModels/chatText.ts';
import { nameOf } from '../words.ts';

export const Message = ({ entry, headed, retry }: { entry: ChatEntry; headed: boolean; retry: () => void }) => (
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
