// The words in the tab: what this screen is, then the product's name.
import { useLayoutEffect } from 'preact/hooks';
import { t } from '../i18n/index.ts';

/** `words` follow the person's language; null leaves the product's name alone. */
export const useTitle = (words: string | null): void => {
  const title = words === null ? t('app.name') : `${words} · ${t('app.name')}`;
  useLayoutEffect(() => {
    document.title = title;
  }, [title]);
};
