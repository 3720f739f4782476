// The words of a built page are the words of its source, and a page that is spared some says none of these.
import { fileURLToPath } from 'node:url';
import type { Rolldown } from 'vite';
import { describe, expect, it } from 'vitest';
import { en } from '../ui/i18n/en.ts';
import { fr } from '../ui/i18n/fr.ts';
import { keysNamedIn, wordsAsText } from './wordsAsText.ts';

const here = (file: string): string => fileURLToPath(new URL(`../ui/i18n/${file}`, import.meta.url));
const plugin = wordsAsText({
  languages: { en: here('en.ts'), fr: here('fr.ts') },
  words: here('words.ts'),
  moreWords: here('moreWords.ts'),
  everyPage: ['watch'],
  sparing: 'watch',
});
const load = plugin.load as (id: string) => Promise<string | null>;
const check = plugin.generateBundle as unknown as (
  this: { error(said: string): void },
  settings: null,
  bundle: Rolldown.OutputBundle,
) => Promise<void>;
type Readers = Record<'en' | 'fr', () => Record<string, string>>;

const run = async (script: string): Promise<{ words: Readers }> =>
  (await import(`data:text/javascript,${encodeURIComponent(script)}`)) as { words: Readers };

/** What is said against a page of two scripts, the second of which it loads later, beside one of another page. */
async function against(later: string, elsewhere: string): Promise<string[]> {
  const said: string[] = [];
  const chunk = (fileName: string, code: string, more: object = {}) => ({
    ...{ type: 'chunk', fileName, name: fileName, code, isEntry: false, imports: [], dynamicImports: [], ...more },
  });
  const bundle = {
    'a.js': chunk('a.js', 'say("watch.pause")', { name: 'watch', isEntry: true, dynamicImports: ['b.js'] }),
    'b.js': chunk('b.js', later),
    'c.js': chunk('c.js', elsewhere, { isEntry: true }),
  };
  await check.call({ error: (words) => void said.push(words) }, null, bundle as unknown as Rolldown.OutputBundle);
  return said;
}

describe('the words of a built page', () => {
  it('are those of the source, in two texts without one in both', async () => {
    const { words } = await run((await load(here('words.ts'))) ?? '');
    const rest = ((await load(here('moreWords.ts'))) ?? '').replace(
      /^import .*$/m,
      'export let words; const addWords = (more) => (words = more);',
    );
    const { words: more } = await run(rest);
    expect({ ...words.en(), ...more.en() }).toEqual(en);
    expect({ ...words.fr(), ...more.fr() }).toEqual(fr);
    expect(Object.keys(words.fr())).toEqual(Object.keys(en).filter((key) => key.startsWith('watch.')));
    expect(Object.keys(more.en()).filter((key) => key.startsWith('watch.'))).toEqual([]);
    expect(await load(here('message.ts'))).toBeNull();
  });

  it('end the build where the page that is spared some names one of these, in what it loads later too', async () => {
    expect(await against('say(`watch.play`)', 'say("chat.send")')).toEqual([]);
    expect(await against('say(`chat.send`)', '')).toEqual(['the page "watch" says what it is not given: chat.send']);
  });

  it('are found in a script by a key that is written out, and by what a template begins with', () => {
    const keys = ['chat.send', 'chat.state.sent', 'chat.state.lost', 'hall.title'];
    expect(keysNamedIn('say("chat.send"),say(`chat.state.${state}`)', keys)).toEqual(keys.slice(0, 3));
    expect(keysNamedIn('say("chat.sender"),`${name}.title`', keys)).toEqual([]);
  });
});
