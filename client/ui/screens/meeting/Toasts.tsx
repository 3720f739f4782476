// Short messages that pass; the live region says the same words, so these are silent.
import { CircleAlert, X } from 'lucide-preact';
import { Button, IconButton } from '../../components/Button.tsx';
import { t } from '../../i18n/index.ts';
import { testIds } from '../../testIds.ts';
import type { MeetingModel } from './MeetingModel.ts';
import type { Toast } from './toast.ts';

const AdmitAction = ({ model, knock }: { model: MeetingModel; knock: string | undefined }) => {
  if (knock === undefined) return null;
  const busy = model.hosts.answering.value.has(knock);
  return (
    <Button disabled={busy} onClick={() => void model.hosts.admit([knock])} testId={testIds.toastAction}>
      {t('hosting.admit')}
    </Button>
  );
};

const ToastAction = ({ model, id, action }: { model: MeetingModel; id: number; action: Required<Toast>['action'] }) => (
  <Button
    onClick={() => {
      model.dismiss(id);
      action.run();
    }}
    testId={testIds.toastAction}
  >
    {action.label}
  </Button>
);

export const Toasts = ({ model }: { model: MeetingModel }) => (
  <div class="toasts">
    {model.toasts.value.map((toast) => (
      <div key={toast.id} class="toast" data-tone={toast.tone} data-testid={testIds.toast}>
        {toast.tone === 'warning' && <CircleAlert size={18} aria-hidden="true" />}
        <span>{toast.text}</span>
        <AdmitAction model={model} knock={toast.knock} />
        {toast.action !== undefined && <ToastAction model={model} id={toast.id} action={toast.action} />}
        {toast.tone === 'warning' && (
          <IconButton small icon={X} label={t('toast.dismiss')} onClick={() => model.dismiss(toast.id)} />
        )}
      </div>
    ))}
  </div>
);
