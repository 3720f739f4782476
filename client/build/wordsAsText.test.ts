// The words of a built page are the words of its source.
import { fileURLToPath } from 'node:url';
import { expect, it } from 'vitest';
import { fr } from '../ui/i18n/fr.ts';
import { wordsAsText } from './wordsAsText.ts';

const path = fileURLToPath(new URL('../ui/i18n/fr.ts', import.meta.url));
const load = wordsAsText({ [path]: 'fr' }).load as (id: string) => Promise<string | null>;

it('hands over every message as it was written, and leaves other modules alone', async () => {
  const script = (await load(path)) ?? '';
  const made = (await import(`data:text/javascript,${encodeURIComponent(script)}`)) as { fr: typeof fr };
  expect(made.fr).toEqual(fr);
  expect(await load(`${path}.other`)).toBeNull();
});
