import { describe, expect, test } from 'vitest';
import { addIntegrity, integrityOf } from './integrity.ts';

const main = integrityOf('main');
const hashes = new Map([
  ['/assets/main.js', main],
  ['/assets/main.css', integrityOf('css')],
  ['/assets/late.js', integrityOf('late')],
]);

describe('integrity', () => {
  test('is the SHA-384 that browsers compute', () => {
    // FIPS 180-4's example for "abc", in base64.
    const abc = 'ywB1P0WjXou1oD1pmsZQBycsMqsO3tFjGotgWkP/W+2AhgcroefMI1i67KE0yCWn';
    expect(integrityOf('abc')).toBe(`sha384-${abc}`);
  });

  test('P-09 every script, style and preload gets its hash; an icon gets none', () => {
    const html = [
      '<link rel="icon" href="/favicon.svg" />',
      '<link rel="modulepreload" crossorigin href="/assets/late.js">',
      '<script type="module" crossorigin src="/assets/main.js"></script>',
      '<link rel="stylesheet" crossorigin href="/assets/main.css" />',
    ];
    const icon = html[0];
    expect(addIntegrity(html.join('\n'), hashes, ['/assets/main.js', '/assets/late.js']).split('\n')).toEqual([
      icon,
      `<link rel="modulepreload" crossorigin href="/assets/late.js" integrity="${integrityOf('late')}">`,
      `<script type="module" crossorigin src="/assets/main.js" integrity="${main}"></script>`,
      `<link rel="stylesheet" crossorigin href="/assets/main.css" integrity="${integrityOf('css')}">`,
    ]);
  });

  test('P-09 a chunk that is imported later is preloaded with its hash before the first script, and gives way to it', () => {
    const html = '<script type="module" src="/assets/main.js"></script>';
    expect(addIntegrity(html, hashes, ['/assets/main.js', '/assets/late.js'])).toMatch(
      /^<link rel="modulepreload" fetchpriority="low" crossorigin href="\/assets\/late\.js" integrity="sha384-[^"]+">\s+<script /,
    );
  });

  test.each(['<script>alert(1)</script>', '<script type="module" src="/else.js"></script>'])(
    'a build whose document has %s fails',
    (html) => {
      expect(() => addIntegrity(html, hashes, [])).toThrow(/the document/);
    },
  );
});
