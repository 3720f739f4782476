// The way to the page that says what is protected: in a tab of its own wherever leaving would end or lose something.
import { ExternalLink } from 'lucide-preact';
import { t } from '../i18n/index.ts';
import { testIds } from '../testIds.ts';

/** Answered by the server with the page itself, so that it can be sent to others (PROTOCOL.md). */
export const PROTECT_PATH = '/protect';

/** @param onFollow for a screen that can be left: follows the link in this tab */
export const ProtectLink = ({ onFollow }: { onFollow?: () => void }) => {
  const follow = (event: MouseEvent): void => {
    // Whoever asks for a new tab or window gets one.
    if (onFollow === undefined || event.ctrlKey || event.metaKey || event.shiftKey || event.altKey) return;
    event.preventDefault();
    onFollow();
  };
  return (
    <a
      class="protect-link"
      href={PROTECT_PATH}
      rel="noopener noreferrer"
      {...(onFollow === undefined && { target: '_blank' })}
      onClick={follow}
      data-testid={testIds.explain}
    >
      {t('security.more')}
      {onFollow === undefined && (
        <>
          <ExternalLink size={14} aria-hidden="true" />
          <span class="visually-hidden"> ({t('security.newTab')})</span>
        </>
      )}
    </a>
  );
};
