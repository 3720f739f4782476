// What was said before one came: asked for by who misses it, offered by who has it, and said with whom it is shared.
import { Button } from '../../../components/Button.tsx';
import { Dialog } from '../../../components/Dialog.tsx';
import { t } from '../../../i18n/index.ts';
import { testIds } from '../../../testIds.ts';
import type { MeetingModel } from '../MeetingModel.ts';
import { namesInWords } from '../words.ts';

export const HistoryRow = ({ model }: { model: MeetingModel }) => {
  const { missed } = model.chats.history.value;
  if (missed === 'asked') {
    return (
      <p class="chat-row" data-testid={testIds.chatMissed}>
        {t('chat.history.asked')}
      </p>
    );
  }
  if (missed !== 'unasked') return null;
  return (
    <div class="chat-row" data-testid={testIds.chatMissed}>
      <p>{t('chat.history.missed')}</p>
      <Button onClick={() => model.client.chat.askForHistory()} testId={testIds.chatAsk}>
        {t('chat.history.ask')}
      </Button>
    </div>
  );
};

/** Who asks, and how one's own sharing goes; above the composer, where the eye is. */
export const SharingRow = ({ model }: { model: MeetingModel }) => {
  const { requests, sharing } = model.chats.history.value;
  if (sharing.state === 'sharing') {
    return (
      <div class="chat-row">
        <p>{t('chat.history.progress', { done: sharing.done, total: sharing.total })}</p>
        <progress value={sharing.done} max={sharing.total} aria-label={t('chat.history.share')} />
      </div>
    );
  }
  return (
    <>
      {sharing.state === 'failed' && (
        <div class="chat-row" role="alert">
          <p>{t('chat.history.failed')}</p>
          <Button onClick={() => model.chats.share()}>{t('chat.retry')}</Button>
        </div>
      )}
      {requests.length > 0 && <RequestRow model={model} names={requests.map(({ displayName }) => displayName)} />}
    </>
  );
};

const RequestRow = ({ model, names }: { model: MeetingModel; names: string[] }) => (
  <div class="chat-row" data-testid={testIds.chatRequest}>
    <p>{t('chat.history.requests', { names: namesInWords(names), count: names.length })}</p>
    <Button kind="quiet" onClick={() => model.client.chat.dismissRequests()}>
      {t('chat.history.dismiss')}
    </Button>
    <Button
      onClick={() => {
        model.chats.sharing.value = true;
      }}
      testId={testIds.chatShare}
    >
      {t('chat.history.shareShort')}
    </Button>
  </div>
);

/** What is given, to whom, and as what. */
export const ShareDialog = ({ model }: { model: MeetingModel }) => {
  const { participants } = model.view.value;
  const { count, fileCount } = model.chats.history.value;
  const close = (): void => {
    model.chats.sharing.value = false;
  };
  const isNothing = count + fileCount === 0 || participants.length === 0;
  return (
    <Dialog title={t('chat.history.title')} onClose={close} testId={testIds.shareHistoryDialog}>
      {isNothing ? (
        <p>{t('chat.history.nothing')}</p>
      ) : (
        <>
          {count > 0 && <p>{t('chat.history.what', { count })}</p>}
          {fileCount > 0 && <p>{t('chat.history.files', { count: fileCount })}</p>}
          <p>{t('chat.history.whom', { names: namesInWords(participants.map(({ displayName }) => displayName)) })}</p>
          <p>{t('chat.history.word')}</p>
        </>
      )}
      <div class="dialog-actions">
        <Button onClick={close}>{t('chat.cancel')}</Button>
        <Button kind="primary" disabled={isNothing} onClick={() => model.chats.share()} testId={testIds.confirmShare}>
          {t('chat.history.confirm')}
        </Button>
      </div>
    </Dialog>
  );
};
