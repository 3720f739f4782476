import { readFileSync } from 'node:fs';
import path from 'node:path';
import { describe, expect, test } from 'vitest';
import { withGuard } from './buildGuard.ts';
import { addIntegrity, integrityOf } from './integrity.ts';

const CLIENT = path.resolve(import.meta.dirname, '..');
const GUARD = '/assets/loadGuard-1.js';
const WORDS = readFileSync(path.join(CLIENT, 'ui', 'loading', 'unloaded.html'), 'utf8');

describe('the script that watches the loading', () => {
  test.each(['index', 'watch', 'feed', 'admin'])(
    'is named in %s.html behind all that it watches, and is waited for by nothing',
    (name) => {
      const html = withGuard(readFileSync(path.join(CLIENT, `${name}.html`), 'utf8'), GUARD, WORDS);
      const last = html.match(/<(script|link)\b[^>]*>/g)?.at(-1);
      expect(last).toBe(`<script async crossorigin fetchpriority="low" src="${GUARD}">`);
      expect(html).toMatch(/<body[^>]*>\n {4}<div id="unloaded">\n {6}<div lang="en">/);
      expect(html).toMatch(/<\/div>\n {4}<\/div>\n {4}<div id="app">/);
    },
  );

  test('P-09 has its hash, and is not taken for the page’s own script', () => {
    const html = [
      '  <head>',
      '    <title>Conclave</title>',
      '    <script type="module" async crossorigin src="/assets/main.js"></script>',
      '  </head>',
      '  <body>',
      '    <div id="app"></div>',
      '  </body>',
      '',
    ];
    const hashes = new Map([GUARD, '/assets/main.js'].map((address) => [address, integrityOf(address)]));
    const lines = addIntegrity(withGuard(html.join('\n'), GUARD, WORDS), hashes, []).split('\n');
    const [own, guard] = lines.slice(-4, -2).toSorted((left, right) => right.length - left.length);
    const preloads = lines.filter((line) => line.includes('rel="modulepreload"'));
    expect(preloads.map((line) => /href="([^"]*)"/.exec(line)?.[1])).toEqual(['/assets/main.js']);
    expect(lines.filter((line) => line.includes('integrity='))).toHaveLength(2 + preloads.length);
    expect([own, guard].join()).toContain(`src="${GUARD}" integrity="${integrityOf(GUARD)}"`);
    expect([own, guard].join()).toContain('src="/assets/main.js" integrity=');
  });

  test('a document that it cannot be named in fails the build', () => {
    expect(() => withGuard('<head></head>', GUARD, WORDS)).toThrow(/no <\/body>/);
    expect(() => withGuard('</body>', GUARD, WORDS)).toThrow(/no <div id="app">/);
  });
});
