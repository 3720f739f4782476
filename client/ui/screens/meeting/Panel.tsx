// What people and chat share: a named panel beside the stage that Escape and its own button close, and that gives focus back.
import { X } from 'lucide-preact';
import type { ComponentChildren } from 'preact';
import { useEffect, useRef } from 'preact/hooks';
import { IconButton } from '../../components/Button.tsx';
import { useFocusBack } from '../../components/useFocusBack.ts';
import { t } from '../../i18n/index.ts';
import { testIds } from '../../testIds.ts';

interface PanelProps {
  title: string;
  /** Beside the title, quieter. */
  count?: number;
  onClose: () => void;
  testId: string;
  /** Before the button that closes it. */
  tools?: ComponentChildren;
  children: ComponentChildren;
}

export const Panel = ({ title, count, onClose, testId, tools, children }: PanelProps) => {
  const panel = useRef<HTMLElement>(null);
  const heading = useRef<HTMLHeadingElement>(null);
  useFocusBack();
  useEffect(() => {
    // What stands inside may want the focus for itself.
    if (panel.current?.contains(document.activeElement) === false) heading.current?.focus();
  }, []);
  const onKeyDown = (event: KeyboardEvent): void => {
    // A menu or a dialog that stands open inside is closed by the same key, and the panel by the next.
    const isInner = panel.current?.querySelector(':popover-open, dialog[open]') !== null;
    if (event.key === 'Escape' && !event.isComposing && !isInner) onClose();
  };
  return (
    <aside ref={panel} class="panel" aria-label={title} data-surface="panel" onKeyDown={onKeyDown} data-testid={testId}>
      <header class="panel-head">
        <h2 ref={heading} tabIndex={-1}>
          {title}
          {count !== undefined && <span class="muted"> {count}</span>}
        </h2>
        <span class="panel-tools">
          {tools}
          <IconButton icon={X} label={t('dialog.close')} onClick={onClose} testId={testIds.panelClose} />
        </span>
      </header>
      {children}
    </aside>
  );
};
