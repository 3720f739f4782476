// From page to page: two buttons, arrow keys on them, and PageUp and PageDown wherever nothing else wants them.
import { ChevronLeft, ChevronRight } from 'lucide-preact';
import { useEffect } from 'preact/hooks';
import { IconButton } from '../../../components/Button.tsx';
import { t } from '../../../i18n/index.ts';
import { testIds } from '../../../testIds.ts';
import type { Scene } from '../../../viewModels/layout.ts';
import type { StageModel } from './StageModel.ts';

const STEPS: Readonly<Record<string, 1 | -1>> = { PageDown: 1, PageUp: -1 };
const ARROWS: Readonly<Record<string, 1 | -1>> = { ArrowRight: 1, ArrowLeft: -1 };
/** What scrolls or types by these keys itself. */
const BUSY = 'input, textarea, select, [contenteditable], [role=menu], [role=group][tabindex], aside, dialog';

export const usePageKeys = (stage: StageModel): void => {
  useEffect(() => {
    const onKeyDown = (event: KeyboardEvent): void => {
      const step = STEPS[event.key];
      const isTaken = event.target instanceof Element && event.target.closest(BUSY) !== null;
      if (step === undefined || isTaken || event.defaultPrevented || document.querySelector('dialog[open]')) return;
      if (stage.turnPage(step)) event.preventDefault();
    };
    window.addEventListener('keydown', onKeyDown);
    return () => window.removeEventListener('keydown', onKeyDown);
  }, [stage]);
};

export const Pager = ({ stage, scene: { page, pages } }: { stage: StageModel; scene: Scene }) => {
  const onKeyDown = (event: KeyboardEvent): void => {
    const step = ARROWS[event.key];
    if (step !== undefined && stage.turnPage(step)) event.preventDefault();
  };
  // Not `disabled`: the last press would take the focus away.
  return (
    <nav class="pages" aria-label={t('meeting.page', { page: page + 1, pages })} onKeyDown={onKeyDown}>
      <IconButton
        icon={ChevronLeft}
        label={t('meeting.previousPage')}
        aria-disabled={page === 0}
        onClick={() => stage.turnPage(-1)}
        testId={testIds.pagePrevious}
      />
      <span data-testid={testIds.pageNow}>
        {page + 1} / {pages}
      </span>
      <IconButton
        icon={ChevronRight}
        label={t('meeting.nextPage')}
        aria-disabled={page === pages - 1}
        onClick={() => stage.turnPage(1)}
        testId={testIds.pageNext}
      />
    </nav>
  );
};
