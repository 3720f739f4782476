// Before the event is there and after it is over: why, in words, and what happens next by itself.
import { RotateCcw } from 'lucide-preact';
import type { ComponentChildren } from 'preact';
import { useLayoutEffect, useRef } from 'preact/hooks';
import type { WatchDelay, WatchEnd } from '#core';
import { Button } from '../../components/Button.tsx';
import { Wordmark } from '../../components/Mark.tsx';
import { ProtectLink } from '../../components/ProtectLink.tsx';
import { Settings } from '../../components/Settings.tsx';
import { useTitle } from '../../components/useTitle.ts';
import { t } from '../../i18n/index.ts';
import { testIds } from '../../testIds.ts';

const Frame = ({ children, testId, why }: { children: ComponentChildren; testId: string; why: string }) => (
  <div class="ended" data-testid={testId} data-why={why}>
    <header class="home-head">
      <Wordmark />
      <Settings />
    </header>
    <main class="ended-main">
      {children}
      <p class="ended-more">
        <ProtectLink />
      </p>
    </main>
  </div>
);

export const WatchOpening = () => {
  useTitle(t('watch.event'));
  return (
    <Frame testId={testIds.watchDoor} why="opening">
      <h1>{t('watch.event')}</h1>
      <p role="status">{t('watch.opening')}</p>
    </Frame>
  );
};

interface WatchWaitingProps {
  why: WatchDelay;
  /** Until the next attempt. */
  leftMs: number;
  onRetry: () => void;
}

export const WatchWaiting = ({ why, leftMs, onRetry }: WatchWaitingProps) => {
  useTitle(t(`watch.${why}.title`));
  const seconds = Math.max(0, Math.ceil(leftMs / 1_000));
  return (
    <Frame testId={testIds.watchDoor} why={why}>
      <div class="watch-door-words" role="status">
        <h1>{t(`watch.${why}.title`)}</h1>
        <p>{t(`watch.${why}.text`)}</p>
      </div>
      {/* Not said aloud: it changes each second. */}
      <p class="muted" aria-hidden="true">
        {t('watch.nextLook', { seconds })}
      </p>
      <div class="ended-actions">
        <Button large icon={RotateCcw} onClick={onRetry} testId={testIds.watchRetry}>
          {t('watch.tryNow')}
        </Button>
      </div>
    </Frame>
  );
};

/** Trying again would end the same way. */
const FINAL: ReadonlySet<WatchEnd> = new Set(['badLink', 'linkChanged', 'removed', 'cannotOpen']);

export const WatchEnded = ({ reason, onAgain }: { reason: WatchEnd; onAgain: () => void }) => {
  useTitle(t(`watch.ended.${reason}.title`));
  const title = useRef<HTMLHeadingElement>(null);
  useLayoutEffect(() => title.current?.focus(), []);
  return (
    <Frame testId={testIds.watchEnded} why={reason}>
      <h1 ref={title} tabIndex={-1}>
        {t(`watch.ended.${reason}.title`)}
      </h1>
      <p>{t(`watch.ended.${reason}.text`)}</p>
      {!FINAL.has(reason) && (
        <div class="ended-actions">
          <Button kind="primary" large icon={RotateCcw} onClick={onAgain}>
            {t(reason === 'version' ? 'watch.reload' : 'watch.again')}
          </Button>
        </div>
      )}
    </Frame>
  );
};
