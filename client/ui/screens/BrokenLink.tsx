// An address of a room or an event without the key that belongs behind it: what happened, and what to do.
import { useLayoutEffect, useRef } from 'preact/hooks';
import type { AppModel, BrokenFault } from '../AppModel.ts';
import { Button } from '../components/Button.tsx';
import { JoinByLink } from '../components/JoinByLink.tsx';
import { Wordmark } from '../components/Mark.tsx';
import { ProtectLink } from '../components/ProtectLink.tsx';
import { Settings } from '../components/Settings.tsx';
import { useTitle } from '../components/useTitle.ts';
import { t } from '../i18n/index.ts';
import { testIds } from '../testIds.ts';

interface BrokenLinkProps {
  app: Pick<AppModel, 'openPasted' | 'goHome'>;
  fault: BrokenFault;
  /** What the link was to lead to. */
  to?: 'room' | 'event';
}

export const BrokenLink = ({ app, fault, to = 'room' }: BrokenLinkProps) => {
  const words = to === 'event' ? 'watch.broken' : 'broken';
  useTitle(t(`broken.${fault}.title`));
  const title = useRef<HTMLHeadingElement>(null);
  useLayoutEffect(() => title.current?.focus(), [fault]);
  return (
    <div class="home">
      <header class="home-head">
        <Wordmark />
        <Settings />
      </header>
      <main class="broken-link" data-fault={fault} data-testid={testIds.brokenLink}>
        <h1 ref={title} tabIndex={-1}>
          {t(`broken.${fault}.title`)}
        </h1>
        <p>{t(`${words}.${fault}.text`)}</p>
        <h2>{t('broken.todo')}</h2>
        <ul>
          <li>
            {t('broken.todo.paste')}
            <JoinByLink app={app} />
          </li>
          <li>{t(`${words}.todo.ask`)}</li>
          <li>{t(`${words}.todo.scan`)}</li>
        </ul>
        <p class="hint">
          {t(`${words}.safe`)} <ProtectLink />
        </p>
        <p>
          <Button onClick={() => app.goHome()}>{t('ended.home')}</Button>
        </p>
      </main>
    </div>
  );
};
