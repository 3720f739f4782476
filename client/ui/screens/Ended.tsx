// After the room: why it ended, in words, and what to do next.
import { House, RotateCcw } from 'lucide-preact';
import { useLayoutEffect, useRef } from 'preact/hooks';
import type { EndedBy, EndReason } from '#core';
import type { AppModel, RoomVisit } from '../AppModel.ts';
import { Button } from '../components/Button.tsx';
import { KeptRecordings } from '../components/KeptRecordings.tsx';
import { Wordmark } from '../components/Mark.tsx';
import { ProtectLink } from '../components/ProtectLink.tsx';
import { Settings } from '../components/Settings.tsx';
import { useTitle } from '../components/useTitle.ts';
import { t } from '../i18n/index.ts';
import { testIds } from '../testIds.ts';

/** Coming back would end the same way. */
const FINAL: ReadonlySet<EndReason> = new Set(['roomGone', 'roomEnded', 'badLink', 'linkChanged', 'cannotSeal']);

interface EndedProps {
  app: AppModel;
  visit: RoomVisit;
  reason: EndReason;
  /** Who ended it for everybody, by their word in the group. */
  by: EndedBy | null;
}

const titleOf = (reason: EndReason, by: EndedBy | null): string => {
  if (by === null) return t(`ended.${reason}.title`);
  return by.self ? t('ended.byYou.title') : t('ended.byThem.title', { name: by.displayName || t('notice.someone') });
};

export const Ended = ({ app, visit, reason, by }: EndedProps) => {
  useTitle(titleOf(reason, by));
  const title = useRef<HTMLHeadingElement>(null);
  useLayoutEffect(() => title.current?.focus(), []);
  return (
    <div class="ended" data-testid={testIds.ended} data-reason={reason}>
      <header class="home-head">
        <Wordmark />
        <Settings />
      </header>
      <main class="ended-main">
        <h1 ref={title} tabIndex={-1}>
          {titleOf(reason, by)}
        </h1>
        <p>{by === null ? t(`ended.${reason}.text`) : t('ended.byHost.text')}</p>
        <div class="ended-actions">
          {reason === 'version' && (
            <Button kind="primary" large icon={RotateCcw} onClick={() => location.reload()}>
              {t('ended.reload')}
            </Button>
          )}
          {reason !== 'version' && !FINAL.has(reason) && (
            <Button kind="primary" large icon={RotateCcw} onClick={() => app.rejoin(visit)} testId={testIds.rejoin}>
              {t('ended.rejoin')}
            </Button>
          )}
          {!app.isEmbedded && (
            <Button large icon={House} onClick={() => app.goHome()} testId={testIds.goHome}>
              {t('ended.home')}
            </Button>
          )}
        </div>
        <KeptRecordings within="page" />
        <p class="ended-more">
          <ProtectLink />
        </p>
      </main>
    </div>
  );
};
