// A link to share: shown whole in a field that selects itself, with a button that copies and says so.
import { Check, Copy } from 'lucide-preact';
import { useEffect, useId, useState } from 'preact/hooks';
import { t } from '../i18n/index.ts';
import { testIds } from '../testIds.ts';
import { Button } from './Button.tsx';

/** How long the button says *copied*. */
const CONFIRM_MS = 2500;

/** True once the text is on the clipboard. */
export const copyText = async (text: string): Promise<boolean> => {
  try {
    await navigator.clipboard.writeText(text);
    return true;
  } catch {
    return false;
  }
};

export const CopyField = ({ link, onResult }: { link: string; onResult?: (copied: boolean) => void }) => {
  const id = useId();
  const [result, setResult] = useState<'idle' | 'copied' | 'failed'>('idle');
  useEffect(() => {
    if (result !== 'copied') return;
    const timer = setTimeout(() => setResult('idle'), CONFIRM_MS);
    return () => clearTimeout(timer);
  }, [result]);
  const copy = async (): Promise<void> => {
    const copied = await copyText(link);
    setResult(copied ? 'copied' : 'failed');
    onResult?.(copied);
  };
  return (
    <div class="copy-field">
      <label for={id}>{t('link.invite')}</label>
      <div class="copy-row">
        <input
          id={id}
          class="input"
          readOnly
          value={link}
          onFocus={(event) => event.currentTarget.select()}
          data-testid={testIds.inviteLink}
        />
        <Button icon={result === 'copied' ? Check : Copy} onClick={() => void copy()} testId={testIds.copyLink}>
          {result === 'copied' ? t('link.copied') : t('link.copy')}
        </Button>
      </div>
      <p class="hint" role="status">
        {result === 'failed' ? t('link.copyFailed') : t('link.keep')}
      </p>
    </div>
  );
};
