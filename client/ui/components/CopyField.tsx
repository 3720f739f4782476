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

interface CopyFieldProps {
  link: string;
  onResult?: (copied: boolean) => void;
  /** Of a link that is not the room's. */
  words?: { label: string; copy: string; hint: string };
  testId?: string;
}

export const CopyField = ({ link, onResult, words, testId = testIds.inviteLink }: CopyFieldProps) => {
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
      <label for={id}>{words?.label ?? t('link.invite')}</label>
      <div class="copy-row">
        <input
          id={id}
          class="input"
          readOnly
          value={link}
          onFocus={(event) => event.currentTarget.select()}
          data-testid={testId}
        />
        <Button icon={result === 'copied' ? Check : Copy} onClick={() => void copy()} testId={testIds.copyLink}>
          {result === 'copied' ? t('link.copied') : (words?.copy ?? t('link.copy'))}
        </Button>
      </div>
      <p class="hint" role="status">
        {result === 'failed' ? t('link.copyFailed') : (words?.hint ?? t('link.keep'))}
      </p>
    </div>
  );
};
