// How a message, or its last change, fares on its way, and what one can do where it failed.
import type { ChatEntry } from '#core';
import { t } from '../../../i18n/index.ts';
import { testIds } from '../../../testIds.ts';
import type { MeetingModel } from '../MeetingModel.ts';

export const MessageState = ({ model, entry }: { model: MeetingModel; entry: ChatEntry }) => {
  const { state, change, changeable, deleted, id } = entry;
  if (state === 'sending') return <p class="message-state">{t('chat.sending')}</p>;
  if (state === 'sent' && change === 'none') return null;
  if (change === 'sending') return <p class="message-state">{t('chat.changing')}</p>;
  const isOver = state === 'sent' && !changeable;
  const what = isOver ? 'chat.notYours' : deleted ? 'chat.deleteFailed' : 'chat.editFailed';
  return (
    <p class="message-state failed" role="alert">
      {t(state === 'failed' ? 'chat.failed' : what)}{' '}
      {!isOver && (
        <button
          type="button"
          class="text-button"
          onClick={() => model.client.chat.retry(id)}
          data-testid={testIds.chatRetry}
        >
          {t('chat.retry')}
        </button>
      )}
    </p>
  );
};
