// What must be seen without opening anything: that nothing is sent, and, as an alarm, that the room was split.
import { CloudOff, OctagonAlert } from 'lucide-preact';
import { Button } from '../../components/Button.tsx';
import { t } from '../../i18n/index.ts';
import { testIds } from '../../testIds.ts';
import { isSilenced, sealState } from '../../viewModels/safety.ts';
import type { MeetingModel } from './MeetingModel.ts';

/** Spoken at once, over whatever else is being read; stays until the person goes on or leaves. */
export const SplitBanner = ({ model }: { model: MeetingModel }) => {
  const view = model.view.value;
  const seal = sealState(view);
  if (seal !== 'split' && seal !== 'held') return null;
  const canGoOn = view.security.state === 'held';
  return (
    <div class="banner alarm" role="alert" data-testid={testIds.splitBanner} data-state={seal}>
      <OctagonAlert size={28} aria-hidden="true" />
      <p>
        <strong>{t(`security.${seal}`)}</strong> {t('security.notSending')}.
      </p>
      <div class="banner-actions">
        <Button
          onClick={() => {
            model.dialog.value = 'security';
          }}
        >
          {t('security.whatToDo')}
        </Button>
        {canGoOn ? (
          <Button onClick={() => model.client.safety.acceptSplit()} testId={testIds.acceptSplit}>
            {t('security.goOn')}
          </Button>
        ) : (
          <Button onClick={() => model.client.leave()}>{t('bar.leave')}</Button>
        )}
      </div>
    </div>
  );
};

/** Over the stage, so that nothing jumps for the second that new keys mostly take; the live region has said it. */
export const NotSending = ({ model }: { model: MeetingModel }) => {
  const view = model.view.value;
  const seal = sealState(view);
  if (!isSilenced(view) || seal === 'split' || seal === 'held') return null;
  return (
    <p class="not-sending" data-testid={testIds.notSending}>
      <CloudOff size={18} aria-hidden="true" />
      <span>{t('security.notSending')}</span>
    </p>
  );
};
