// Behind the lock: the confirmed state and what to do about it, the safety code and the person's comparison, every device that holds keys.
import { PhoneOff } from 'lucide-preact';
import type { SecurityView } from '#core';
import { Button } from '../../components/Button.tsx';
import { Dialog } from '../../components/Dialog.tsx';
import { LockMark } from '../../components/Mark.tsx';
import { ProtectLink } from '../../components/ProtectLink.tsx';
import { t } from '../../i18n/index.ts';
import { testIds } from '../../testIds.ts';
import { sealCause, sealState } from '../../viewModels/safety.ts';
import { ComparisonState, ConfirmCode } from './Comparison.tsx';
import { KeyHolders } from './KeyHolders.tsx';
import type { MeetingModel } from './MeetingModel.ts';
import { SafetyCode } from './SafetyCode.tsx';

export const SecurityDialog = ({ model, onClose }: { model: MeetingModel; onClose: () => void }) => {
  const view = model.view.value;
  const { security } = view;
  const seal = sealState(view);
  const keyed = hasKeys(security) ? security : null;
  return (
    <Dialog title={t('security.title')} onClose={onClose} testId={testIds.securityDialog}>
      <div class="seal-state" data-state={seal}>
        <LockMark state={security.state} size={32} />
        <div>
          <p class="seal-headline">{t(`security.${sealCause(view)}`)}</p>
          <p>{seal === 'held' && keyed === null ? t('security.heldWaiting') : t(`security.${sealCause(view)}Text`)}</p>
        </div>
      </div>
      {(seal === 'split' || seal === 'held') && <WhatToDo model={model} seal={seal} canGoOn={keyed !== null} />}
      <ComparisonState model={model} />
      {keyed !== null && (
        <>
          <section class="code-section">
            <h3>{t('verify.code')}</h3>
            <p class="hint">{t('verify.codeText')}</p>
            <SafetyCode code={keyed.safetyCode} />
            <ConfirmCode model={model} digits={keyed.safetyCode.digits} />
          </section>
          <KeyHolders view={view} />
        </>
      )}
      <p class="hint">
        {t('security.provided')} <ProtectLink />
      </p>
    </Dialog>
  );
};

type Keyed = Extract<SecurityView, { state: 'sealed' | 'held' }>;
const hasKeys = (security: SecurityView): security is Keyed => security.state === 'sealed' || security.state === 'held';

interface WhatToDoProps {
  model: MeetingModel;
  seal: 'split' | 'held';
  canGoOn: boolean;
}

const WhatToDo = ({ model, seal, canGoOn }: WhatToDoProps) => (
  <section>
    <h3>{t('security.whatToDo')}</h3>
    <ol class="todo">
      {([1, 2, 3] as const).map((step) => (
        <li key={step}>{t(`security.${seal}.${step}`)}</li>
      ))}
    </ol>
    <div class="todo-actions">
      <Button kind="danger" icon={PhoneOff} onClick={() => model.client.leave()}>
        {t('bar.leave')}
      </Button>
      {canGoOn && (
        <Button onClick={() => model.client.safety.acceptSplit()} testId={testIds.acceptSplit}>
          {t('security.goOn')}
        </Button>
      )}
    </div>
  </section>
);
