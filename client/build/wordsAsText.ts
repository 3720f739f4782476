// The Vite plugin that hands the words to the page as texts, apart for what every page says and for the rest: reading one takes a phone a fifth of what running as many lines of script takes.
import { pathToFileURL } from 'node:url';
import type { Plugin, Rolldown } from 'vite';

export interface WordsOptions {
  /** Modules that do nothing but export words, each under the name of its language. */
  languages: Readonly<Record<string, string>>;
  /** The module of what every page says, and that of the rest (`client/ui/i18n`). */
  words: string;
  moreWords: string;
  /** What the keys of every page begin with, up to their first point. */
  everyPage: readonly string[];
  /** The entry that has none of the rest; no key of the rest may be named by what it loads. */
  sparing: string;
}

type Texts = Readonly<Record<string, string>>;

export function wordsAsText(options: WordsOptions): Plugin {
  const isForEvery = (key: string): boolean => options.everyPage.includes(key.split('.')[0] ?? '');
  const read = async (): Promise<[language: string, texts: Texts][]> =>
    Promise.all(
      Object.entries(options.languages).map(async ([language, file]) => {
        const { [language]: texts = {} } = (await import(pathToFileURL(file).href)) as Record<string, Texts>;
        return [language, texts];
      }),
    );
  const textsWith = async (isMeant: (key: string) => boolean): Promise<string> => {
    const readers = (await read()).map(([language, texts]) => {
      const meant = Object.entries(texts).filter(([key]) => isMeant(key));
      return `${language}: () => JSON.parse(${JSON.stringify(JSON.stringify(Object.fromEntries(meant)))})`;
    });
    return `{ ${readers.join(', ')} }`;
  };
  return {
    name: 'conclave-words-as-text',
    apply: 'build',
    async load(id) {
      if (id === options.words) return `export const words = ${await textsWith(isForEvery)};`;
      if (id !== options.moreWords) return null;
      const rest = await textsWith((key) => !isForEvery(key));
      return `import { addWords } from './index.ts';\naddWords(${rest});`;
    },
    async generateBundle(_settings, bundle) {
      const rest = [...new Set((await read()).flatMap(([, texts]) => Object.keys(texts)))].filter(
        (key) => !isForEvery(key),
      );
      const missing = scriptsOf(bundle, options.sparing).flatMap(({ code }) => keysNamedIn(code, rest));
      if (missing.length > 0)
        this.error(`the page "${options.sparing}" says what it is not given: ${[...new Set(missing)].join(', ')}`);
    },
  };
}

/** Of an entry, and of all that this may load. */
function scriptsOf(bundle: Rolldown.OutputBundle, entry: string): Rolldown.OutputChunk[] {
  const chunks = Object.values(bundle).filter((one) => one.type === 'chunk');
  const found = new Set(chunks.filter(({ isEntry, name }) => isEntry && name === entry));
  // What is found on the way is looked at in its turn.
  for (const { imports, dynamicImports } of found)
    for (const chunk of chunks)
      if (imports.includes(chunk.fileName) || dynamicImports.includes(chunk.fileName)) found.add(chunk);
  return [...found];
}

/** Written out, or by what a template begins with. */
export function keysNamedIn(code: string, keys: readonly string[]): string[] {
  const written = new Set([...code.matchAll(/["'`]([a-zA-Z]\w*(?:\.\w+)+)["'`]/g)].map(([, key]) => key));
  const begun = [...code.matchAll(/`([a-zA-Z]\w*\.[\w.]*)\$\{/g)].map(([, begin = '']) => begin);
  return keys.filter((key) => written.has(key) || begun.some((begin) => key.startsWith(begin)));
}
