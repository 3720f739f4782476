// Short messages that pass; the live region says the same words, so these are silent.
import { CircleAlert, X } from 'lucide-preact';
import { IconButton } from '../../components/Button.tsx';
import { t } from '../../i18n/index.ts';
import { testIds } from '../../testIds.ts';
import type { MeetingModel } from './MeetingModel.ts';

export const Toasts = ({ model }: { model: MeetingModel }) => (
  <div class="toasts">
    {model.toasts.value.map((toast) => (
      <div key={toast.id} class="toast" data-tone={toast.tone} data-testid={testIds.toast}>
        {toast.tone === 'warning' && <CircleAlert size={18} aria-hidden="true" />}
        <span>{toast.text}</span>
        {toast.tone === 'warning' && (
          <IconButton small icon={X} label={t('toast.dismiss')} onClick={() => model.dismiss(toast.id)} />
        )}
      </div>
    ))}
  </div>
);
