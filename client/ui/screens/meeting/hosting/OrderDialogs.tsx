// Before the meeting ends for everybody, and how loud one person is on this device.
import { useId } from 'preact/hooks';
import { Button } from '../../../components/Button.tsx';
import { Dialog } from '../../../components/Dialog.tsx';
import { Problem } from '../../../components/Problem.tsx';
import { t } from '../../../i18n/index.ts';
import { testIds } from '../../../testIds.ts';
import type { MeetingModel } from '../MeetingModel.ts';
import type { Removable } from './HostModel.ts';
import { FULL_VOLUME, type OrderDialog } from './OrderModel.ts';

interface DialogsProps {
  model: MeetingModel;
  onLeave: () => void;
}

export const OrderDialogs = ({ model, onLeave }: DialogsProps) => {
  const dialog = model.orders.dialog.value;
  switch (dialog.name) {
    case 'none':
      return null;
    case 'end':
      return <EndDialog model={model} step={dialog.step} onLeave={onLeave} />;
    case 'volume':
      return <VolumeDialog model={model} person={dialog.person} />;
  }
};

type Step = Extract<OrderDialog, { name: 'end' }>['step'];

const EndDialog = ({ model, step, onLeave }: DialogsProps & { step: Step }) => (
  <Dialog title={t('orders.endTitle')} onClose={model.orders.closeDialog} testId={testIds.endDialog}>
    <p>{t('orders.endText')}</p>
    <p>{t('orders.endLeaveHint')}</p>
    {step === 'failed' && <Problem fault="endFailed">{t('orders.endFailed')}</Problem>}
    <div class="dialog-actions">
      <Button onClick={model.orders.closeDialog}>{t('hosting.cancel')}</Button>
      <Button onClick={onLeave}>{t('orders.endLeave')}</Button>
      <Button
        kind="danger"
        disabled={step === 'busy'}
        onClick={() => void model.orders.endForAll()}
        testId={testIds.confirmEnd}
      >
        {t(step === 'busy' ? 'orders.ending' : 'orders.endConfirm')}
      </Button>
    </div>
  </Dialog>
);

/** Steps of the slider: fine enough for the ear, few enough for arrow keys. */
const VOLUME_STEP = 5;

const VolumeDialog = ({ model, person: { peerId, name } }: { model: MeetingModel; person: Removable }) => {
  const id = useId();
  const volume = model.orders.volumeOf(peerId);
  return (
    <Dialog title={t('orders.volumeTitle', { name })} onClose={model.orders.closeDialog} testId={testIds.volumeDialog}>
      <div class="volume-row">
        <label for={id}>{t('orders.volumeLabel')}</label>
        <input
          id={id}
          type="range"
          min={0}
          max={FULL_VOLUME}
          step={VOLUME_STEP}
          value={volume}
          aria-valuetext={`${volume} %`}
          onInput={(event) => model.orders.setVolume(peerId, event.currentTarget.valueAsNumber)}
          data-testid={testIds.volumeSlider}
        />
        <output for={id}>{volume} %</output>
      </div>
      <p class="hint">{t('orders.volumeText')}</p>
      <div class="dialog-actions">
        <Button onClick={() => model.orders.setVolume(peerId, FULL_VOLUME)}>{t('orders.volumeReset')}</Button>
      </div>
    </Dialog>
  );
};
