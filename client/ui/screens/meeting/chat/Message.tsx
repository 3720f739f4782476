// One message of the chat: who said it and when, what it answers, its words, what became of it and who reacted.
import { useMemo, useState } from 'preact/hooks';
import type { ChatEntry } from '#core';
import { t } from '../../../i18n/index.ts';
import { testIds } from '../../../testIds.ts';
import { textPieces } from '../../../viewModels/chatText.ts';
import type { MeetingModel } from '../MeetingModel.ts';
import { MessageHead } from './MessageHead.tsx';
import { MessageState } from './MessageState.tsx';
import { MessageTools } from './MessageTools.tsx';
import { Quote } from './Quote.tsx';
import { Reactions } from './Reactions.tsx';

/** Longer than this is folded: about a screen of a phone. */
const FOLD_CHARS = 900;
const FOLD_LINES = 14;

interface MessageProps {
  model: MeetingModel;
  entry: ChatEntry;
  headed: boolean;
  /** Under the pointer or the focus: its tools are shown. */
  active: boolean;
}

/** Drawn anew only when one of its own properties is another: a list of thousands must not be drawn for each word. */
export const Message = ({ model, entry, headed, active }: MessageProps) => {
  const deleting = model.chats.deleting.value.has(entry.id);
  const gone = entry.deleted || deleting;
  return (
    <li
      class="message"
      tabIndex={-1}
      data-key={entry.id}
      data-self={entry.self}
      data-state={entry.state}
      data-testid={testIds.chatMessage}
    >
      {headed && <MessageHead entry={entry} />}
      {!gone && entry.replyTo !== null && <Quote model={model} id={entry.replyTo} />}
      {gone ? (
        <p class="message-text message-gone" data-testid={testIds.chatText}>
          {t(deleting ? 'chat.deleting' : 'chat.deleted')}
          {deleting && (
            <button
              type="button"
              class="text-button"
              onClick={() => model.chats.undo(entry.id)}
              data-testid={testIds.chatUndo}
            >
              {t('chat.undo')}
            </button>
          )}
        </p>
      ) : (
        <Words text={entry.text} edited={entry.edited} />
      )}
      <MessageState model={model} entry={entry} />
      {!gone && entry.reactions.length > 0 && <Reactions model={model} entry={entry} />}
      {!gone && <MessageTools model={model} entry={entry} active={active} />}
    </li>
  );
};

const Words = ({ text, edited }: { text: string; edited: boolean }) => {
  const [unfolded, setUnfolded] = useState(false);
  const isLong = text.length > FOLD_CHARS || text.split('\n', FOLD_LINES + 1).length > FOLD_LINES;
  return (
    <>
      <p class="message-text" data-folded={isLong && !unfolded} dir="auto" data-testid={testIds.chatText}>
        <LinkedText text={text} />
        {edited && <span class="message-edited"> ({t('chat.edited')})</span>}
      </p>
      {isLong && (
        <button
          type="button"
          class="text-button message-fold"
          aria-expanded={unfolded}
          onClick={() => setUnfolded(!unfolded)}
        >
          {t(unfolded ? 'chat.fold' : 'chat.unfold')}
        </button>
      )}
    </>
  );
};

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
