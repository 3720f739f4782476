// What a message answers, in one line, as it stands now; a press goes there.
import { CornerUpLeft } from 'lucide-preact';
import { t } from '../../../i18n/index.ts';
import { testIds } from '../../../testIds.ts';
import type { MeetingModel } from '../MeetingModel.ts';
import { nameOf, shortText } from '../words.ts';

export const Quote = ({ model, id }: { model: MeetingModel; id: string }) => {
  const entry = model.chats.byId.value.get(id);
  if (entry === undefined) {
    return (
      <p class="quote" data-testid={testIds.chatQuote}>
        {t('chat.quoteUnknown')}
      </p>
    );
  }
  const name = nameOf(entry.displayName);
  const text = entry.deleted ? t('chat.deleted') : shortText(entry.text);
  return (
    <button type="button" class="quote" onClick={() => model.chats.goTo(id)} data-testid={testIds.chatQuote}>
      <CornerUpLeft size={14} aria-hidden="true" />
      <span class="visually-hidden">{t('chat.quote')}</span>
      <span class="quote-name">{name}</span>
      <span class="quote-text" dir="auto">
        {text}
      </span>
    </button>
  );
};
