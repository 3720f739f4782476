// Who reacted to a message, one chip for each emoji; a press adds one's own or takes it back.
import type { ChatEntry } from '#core';
import { t } from '../../../i18n/index.ts';
import { testIds } from '../../../testIds.ts';
import type { MeetingModel } from '../MeetingModel.ts';
import { namesInWords } from '../words.ts';

export const Reactions = ({ model, entry }: { model: MeetingModel; entry: ChatEntry }) => {
  const self = model.chats.peerId.value;
  return (
    <div class="reactions" role="group" aria-label={t('chat.reactions')}>
      {entry.reactions.map(({ emoji, people }) => {
        const mine = model.chats.isMine(entry, emoji);
        const names = namesInWords(people.map((one) => (one.peerId === self ? t('chat.you') : one.displayName)));
        const words = mine ? t('chat.reactionMine', { names }) : names;
        return (
          <button
            key={emoji}
            type="button"
            class="reaction"
            aria-pressed={mine}
            title={words}
            onClick={() => model.chats.react(entry.id, emoji)}
            data-testid={testIds.chatReaction}
          >
            {emoji} {people.length} <span class="visually-hidden">{words}</span>
          </button>
        );
      })}
    </div>
  );
};
