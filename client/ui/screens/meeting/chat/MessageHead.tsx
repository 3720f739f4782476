// Above what somebody said or sent: who and when, and whose word that is.
import type { ChatEntry } from '#core';
import { t } from '../../../i18n/index.ts';
import { timeText } from '../../../i18n/time.ts';
import { testIds } from '../../../testIds.ts';
import { nameOf } from '../words.ts';

type Headed = Pick<ChatEntry, 'displayName' | 'self' | 'atMs' | 'sharedBy'>;

export const MessageHead = ({ entry }: { entry: Headed }) => {
  const name = nameOf(entry.displayName);
  return (
    <p class="message-head">
      <span class="message-name">{entry.self ? t('tile.you', { name }) : name}</span>
      <time dateTime={new Date(entry.atMs).toISOString()}>{timeText(entry.atMs)}</time>
      {entry.sharedBy !== null && (
        <span
          class="message-shared"
          title={t('chat.history.markHint', { name: nameOf(entry.sharedBy) })}
          data-testid={testIds.chatShared}
        >
          {t('chat.history.mark', { name: nameOf(entry.sharedBy) })}
        </span>
      )}
    </p>
  );
};
