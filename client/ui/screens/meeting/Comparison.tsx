// The person's word that they compared the safety code, what it stands for now, and the way to take it back.
import { ShieldAlert, ShieldCheck } from 'lucide-preact';
import { useEffect, useRef, useState } from 'preact/hooks';
import { Button } from '../../components/Button.tsx';
import { t } from '../../i18n/index.ts';
import { testIds } from '../../testIds.ts';
import { unverifiedCount } from '../../viewModels/safety.ts';
import type { MeetingModel } from './MeetingModel.ts';
import { comparisonWords } from './words.ts';

/** A code that has just changed cannot be confirmed for this long: the press was meant for the one before. */
const FRESH_MS = 3_000;

/** What the last comparison stands for now. Always there, so that what comes into it is spoken and can take the focus. */
export const ComparisonState = ({ model }: { model: MeetingModel }) => {
  const { comparison } = model.view.value;
  const box = useRef<HTMLDivElement>(null);
  const [known] = useState(comparison);
  // What was pressed goes away with what it did: the focus comes here, but not for who only looks.
  useEffect(() => {
    if (comparison.state === 'compared' && known !== comparison) box.current?.focus();
  }, [comparison.state]);
  const words = comparisonWords(comparison);
  const isWhole = unverifiedCount(comparison) === 0;
  const Icon = isWhole ? ShieldCheck : ShieldAlert;
  return (
    <div
      ref={box}
      class="comparison"
      role="status"
      tabIndex={-1}
      data-testid={testIds.comparison}
      data-state={comparison.state}
    >
      {words !== null && (
        <div class="comparison-state" data-whole={isWhole}>
          <Icon size={22} aria-hidden="true" />
          <div>
            <p class="comparison-with">{words.with}</p>
            {words.since.map((sentence) => (
              <p key={sentence}>{sentence}</p>
            ))}
            <button
              type="button"
              class="text-button"
              onClick={() => {
                model.client.safety.forgetComparison();
                box.current?.focus();
              }}
              data-testid={testIds.forgetComparison}
            >
              {t('verify.forget')}
            </button>
          </div>
        </div>
      )}
    </div>
  );
};

/** Whether the code on screen has just changed, and whether it ever did while one looked. */
const useFreshCode = (code: string): { isFresh: boolean; hasChanged: boolean } => {
  const [settled, setSettled] = useState(code);
  const [first] = useState(code);
  useEffect(() => {
    if (settled === code) return;
    const timer = setTimeout(() => setSettled(code), FRESH_MS);
    return () => clearTimeout(timer);
  }, [settled, code]);
  return { isFresh: settled !== code, hasChanged: first !== code };
};

/** Nothing to press where everybody here was compared already. */
export const ConfirmCode = ({ model, digits }: { model: MeetingModel; digits: string[] }) => {
  const { comparison, participants } = model.view.value;
  const { isFresh, hasChanged } = useFreshCode(digits.join(' '));
  const isOpen = comparison.state === 'none' || unverifiedCount(comparison) > 0;
  if (isOpen && participants.length === 0) return <p class="hint">{t('verify.alone')}</p>;
  return (
    <div class="confirm-code" hidden={!isOpen}>
      <div role="status">{isOpen && hasChanged && <p class="code-changed">{t('verify.codeChanged')}</p>}</div>
      <Button
        kind="primary"
        aria-disabled={isFresh}
        onClick={() => !isFresh && model.client.safety.confirmCode(digits)}
        testId={testIds.confirmCode}
      >
        {t(comparison.state === 'none' ? 'verify.confirm' : 'verify.confirmAgain')}
      </Button>
      <p class="hint">
        {t('verify.confirmText')} {t('verify.differs')}
      </p>
    </div>
  );
};
