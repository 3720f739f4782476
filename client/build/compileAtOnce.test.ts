// Which scripts begin with the word that has them compiled at once, and that none of the page's is forgotten.
import type { Rolldown } from 'vite';
import { describe, expect, it } from 'vitest';
import { checkNames, compileAtOnce, HINT } from './compileAtOnce.ts';

const chunk = (name: string, more: object = {}) => ({
  ...{ type: 'chunk', fileName: `${name}.js`, name, isEntry: false, imports: [], dynamicImports: [], ...more },
});
const entry = (name: string, more: object) =>
  chunk(name, { isEntry: true, facadeModuleId: `/client/${name}.html`, ...more });

/** A page of a script, what it imports and what it loads later, beside another page. */
const BUNDLE = Object.fromEntries(
  [
    entry('watch', { imports: ['wire.js'], dynamicImports: ['page.js'] }),
    entry('index', { imports: ['wire.js'], dynamicImports: ['hall.js'] }),
    ...['wire', 'page', 'hall'].map((name) => chunk(name)),
  ].map((one) => [one.fileName, one]),
) as unknown as Rolldown.OutputBundle;

describe('scripts that are compiled at once', () => {
  it('begin with the hint where they are named, and no others do', () => {
    const { postBanner } = compileAtOnce('/watch.html', ['wire']);
    expect(postBanner({ name: 'wire' })).toBe(HINT);
    expect(postBanner({ name: 'hall' })).toBe('');
  });

  it('are all that the page may ever load', () => {
    expect(() => checkNames(BUNDLE, '/watch.html', ['wire', 'page'])).not.toThrow();
  });

  it('end the build where the page loads another, and say which', () => {
    expect(() => checkNames(BUNDLE, '/watch.html', ['wire'])).toThrow('add page, remove none');
  });

  it('end the build where one of them is no more, or another page’s, and say which', () => {
    expect(() => checkNames(BUNDLE, '/watch.html', ['wire', 'page', 'hall', 'gone'])).toThrow(
      'add none, remove hall, gone',
    );
    expect(() => checkNames(BUNDLE, '/feed.html', [])).toThrow('the build has no /feed.html');
  });
});
