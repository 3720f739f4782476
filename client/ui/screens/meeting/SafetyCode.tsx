// The safety code to read out, as digits and as words: two ways to say one thing.
import { Check, Copy } from 'lucide-preact';
import { useEffect, useState } from 'preact/hooks';
import { safetyWords, type SafetyCode as Code } from '#core';
import { Button } from '../../components/Button.tsx';
import { copyText } from '../../components/CopyField.tsx';
import { t } from '../../i18n/index.ts';
import { testIds } from '../../testIds.ts';

/** How long the button says *copied*. */
const CONFIRM_MS = 2500;

/** The words of `code`; null until the list is there, and where it cannot be had: then the digits stand alone. */
const useWords = (code: Code): string[] | null => {
  const [found, setFound] = useState<{ of: Code; words: string[] } | null>(null);
  useEffect(() => {
    let wanted = true;
    safetyWords(code).then(
      (words) => wanted && setFound({ of: code, words }),
      () => undefined,
    );
    return () => {
      wanted = false;
    };
  }, [code]);
  // Never the words of one code beside the digits of another.
  return found?.of === code ? found.words : null;
};

export const SafetyCode = ({ code }: { code: Code }) => {
  const words = useWords(code);
  const text = code.digits.join(' ');
  return (
    <div class="safety">
      <div>
        <h4 class="hint">{t('verify.digits')}</h4>
        {/* Spelled out digit by digit for ears; drawn in groups for eyes. */}
        <p class="safety-code" data-testid={testIds.safetyCode} data-code={text}>
          {code.digits.map((group, index) => (
            <span key={index} role="img" aria-label={[...group].join(' ')}>
              {group}
            </span>
          ))}
        </p>
      </div>
      {words !== null && (
        <div>
          <h4 class="hint">{t('verify.words')}</h4>
          <ol class="safety-words" lang="en" data-testid={testIds.safetyWords}>
            {words.map((word, index) => (
              <li key={index}>{word}</li>
            ))}
          </ol>
        </div>
      )}
      <CopyCode text={words === null ? text : `${text}\n${words.join(' ')}`} />
      <p class="hint safety-note">{t('verify.wordsLanguage')}</p>
    </div>
  );
};

const CopyCode = ({ text }: { text: string }) => {
  const [copied, setCopied] = useState<string | null>(null);
  useEffect(() => {
    if (copied === null) return;
    const timer = setTimeout(() => setCopied(null), CONFIRM_MS);
    return () => clearTimeout(timer);
  }, [copied]);
  const copy = async (): Promise<void> => {
    if (await copyText(text)) setCopied(text);
  };
  const isCopied = copied === text;
  return (
    <Button icon={isCopied ? Check : Copy} onClick={() => void copy()}>
      {t(isCopied ? 'verify.codeCopied' : 'verify.copyCode')}
    </Button>
  );
};
