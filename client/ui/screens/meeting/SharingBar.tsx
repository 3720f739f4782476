// What is said over the stage while one's own screen is shared: whether it is really sent, what for, and the way to stop it.
import { CloudOff, KeyRound, ScreenShare } from 'lucide-preact';
import type { RoomView } from '#core';
import { Button } from '../../components/Button.tsx';
import { t } from '../../i18n/index.ts';
import { testIds } from '../../testIds.ts';
import { sharingState } from '../../viewModels/sharing.ts';
import type { MeetingModel } from './MeetingModel.ts';

const wordsOf = (state: ReturnType<typeof sharingState>, view: RoomView): string => {
  switch (state) {
    case 'none':
      return '';
    case 'notSent':
      return t('share.notSent');
    case 'sealing':
      return t('share.sealing');
    case 'sent':
      return t(view.self.sharing.sound ? 'share.withSound' : 'meeting.sharing');
  }
};
const icons = { none: ScreenShare, sent: ScreenShare, sealing: KeyRound, notSent: CloudOff };

export const SharingBar = ({ model }: { model: MeetingModel }) => {
  const view = model.view.value;
  const state = sharingState(view);
  if (state === 'none') return null;
  const Icon = icons[state];
  return (
    <div class="banner sharing" data-state={state} data-testid={testIds.sharingBar}>
      <span class="sharing-words">
        <Icon size={18} aria-hidden="true" />
        {wordsOf(state, view)}
      </span>
      <label class="switch" title={t('share.forFilmsHint')}>
        <input
          type="checkbox"
          role="switch"
          checked={view.self.sharing.purpose === 'motion'}
          onChange={(event) => model.client.setScreenPurpose(event.currentTarget.checked ? 'motion' : 'detail')}
          data-testid={testIds.shareForFilms}
        />
        <span>{t('share.forFilms')}</span>
      </label>
      <Button onClick={() => void model.set('screen', false)} testId={testIds.stopSharing}>
        {t('meeting.stopSharing')}
      </Button>
    </div>
  );
};
