// What whoever leads may say to everybody's device at once.
import { MicOff } from 'lucide-preact';
import { useId } from 'preact/hooks';
import { Button } from '../../../components/Button.tsx';
import { t } from '../../../i18n/index.ts';
import { testIds } from '../../../testIds.ts';
import type { MeetingModel } from '../MeetingModel.ts';

export const ForEveryone = ({ model }: { model: MeetingModel }) => {
  const { hosting, participants } = model.view.value;
  const id = useId();
  if (!hosting.iAct || participants.length === 0) return null;
  return (
    <section class="for-everyone" aria-labelledby={id}>
      <h3 id={id}>{t('orders.forEveryone')}</h3>
      <Button icon={MicOff} onClick={() => void model.orders.muteAll()} testId={testIds.muteAll}>
        {t('orders.muteAll')}
      </Button>
      <p class="hint">{t('orders.muteAllHint')}</p>
    </section>
  );
};
