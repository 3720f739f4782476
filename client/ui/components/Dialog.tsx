// A native modal dialog: focus goes in, Escape and a click beside it close it, focus comes back.
import { X } from 'lucide-preact';
import type { ComponentChildren } from 'preact';
import { useEffect, useId, useRef } from 'preact/hooks';
import { t } from '../i18n/index.ts';
import { IconButton } from './Button.tsx';

interface DialogProps {
  title: string;
  onClose: () => void;
  testId?: string;
  children: ComponentChildren;
}

/** Mounted means open; the parent takes it away in `onClose`. */
export const Dialog = ({ title, onClose, testId, children }: DialogProps) => {
  const dialog = useRef<HTMLDialogElement>(null);
  const titleId = useId();
  useEffect(() => {
    const element = dialog.current;
    const before = document.activeElement;
    element?.showModal();
    return () => {
      element?.close();
      // Taken from the page while open, a dialog cannot give focus back itself.
      if (before instanceof HTMLElement && before.isConnected) before.focus();
    };
  }, []);
  const closeBeside = (event: MouseEvent): void => {
    if (event.target === dialog.current) onClose();
  };
  return (
    <dialog
      ref={dialog}
      class="dialog"
      data-surface="panel"
      aria-labelledby={titleId}
      data-testid={testId}
      onClick={closeBeside}
      onCancel={(event) => {
        event.preventDefault();
        onClose();
      }}
    >
      <div class="dialog-body">
        <header class="dialog-head">
          <h2 id={titleId}>{title}</h2>
          <IconButton icon={X} label={t('dialog.close')} onClick={onClose} />
        </header>
        {children}
      </div>
    </dialog>
  );
};
