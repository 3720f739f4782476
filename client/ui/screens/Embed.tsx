// In a frame, before there is a room to show: what is waited for, or why nothing is shown.
import type { EmbedRefusal } from '#core';
import { Wordmark } from '../components/Mark.tsx';
import { Problem } from '../components/Problem.tsx';
import { useTitle } from '../components/useTitle.ts';
import { t } from '../i18n/index.ts';
import { testIds } from '../testIds.ts';

const wordsOf = (cause: EmbedRefusal): string => {
  switch (cause) {
    case 'origin':
    case 'unreachable':
      return t(`embed.${cause}`);
    default:
      return t(`link.${cause}`);
  }
};

export const Embed = ({ cause }: { cause: EmbedRefusal | null }) => {
  useTitle(null);
  return (
    <div class="ended" data-testid={testIds.embed}>
      <header class="home-head">
        <Wordmark />
      </header>
      <main class="ended-main">
        <h1>{cause === null ? t('embed.waiting') : t('embed.nothing')}</h1>
        {cause === null ? <p role="status">{t('app.loading')}</p> : <Problem fault={cause}>{wordsOf(cause)}</Problem>}
      </main>
    </div>
  );
};
