// The Vite plugin that hands a language's words to the page as one text: reading that takes a phone a fifth of what running as many lines of script takes.
import { pathToFileURL } from 'node:url';
import type { Plugin } from 'vite';

/** @param words modules that do nothing but export words, with the name that each exports them under */
export function wordsAsText(words: Readonly<Record<string, string>>): Plugin {
  return {
    name: 'conclave-words-as-text',
    apply: 'build',
    async load(id) {
      const name = words[id];
      if (name === undefined) return null;
      const { [name]: texts } = (await import(pathToFileURL(id).href)) as Record<string, unknown>;
      return `export const ${name} = JSON.parse(${JSON.stringify(JSON.stringify(texts))});`;
    },
  };
}
