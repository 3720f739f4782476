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

  test('P-09 a chunk that is imported later is preloaded with its hash behind what the page begins with, and gives way to it', () => {
    const html = '  <head>\n    <script type="module" src="/assets/main.js"></script>\n  </head>';
    expect(addIntegrity(html, hashes, ['/assets/main.js', '/assets/late.js'])).toMatch(
      /<\/script>\s+<link rel="modulepreload" fetchpriority="low" crossorigin href="\/assets\/late\.js" integrity="sha384-[^"]+">\n {2}<\/head>$/,
    );
  });

  test('scripts that the first one imports are asked for before it', () => {
    const html = [
      '<script type="module" src="/assets/main.js"></script>',
      '<link rel="modulepreload" href="/assets/late.js">',
      '',
    ];
    expect(addIntegrity(html.join('\n'), hashes, [])).toMatch(
      /^<link rel="modulepreload" [^>]*late\.js[^>]*>\n<script [^>]*main\.js/,
    );
  });

  test.each(['<script>alert(1)</script>', '<script type="module" src="/else.js"></script>'])(
    'a build whose document has %s fails',
    (html) => {
      expect(() => addIntegrity(html, hashes, [])).toThrow(/the document/);
    },
  );

  test('P-09 a script of a later part has its hash and is loaded by nothing but the page’s own asking, behind all others', () => {
    const later = new Map([['page', ['/assets/late.js']]]);
    const sealed = addIntegrity(
      '<script type="module" crossorigin src="/assets/main.js"></script>\n  </head>',
      hashes,
      ['/assets/main.js'],
      later,
    );
    expect(sealed).toMatch(
      /<\/script>\s+<link rel="modulepreload" media="not all" data-later="page" crossorigin href="\/assets\/late\.js" integrity="sha384-[^"]+">\n {2}<\/head>$/,
    );
  });

  test('P-09 a script that waits for no style stands behind all hashes of what it imports, and is asked for first', () => {
    const html = [
      '<script type="module" async crossorigin src="/assets/main.js"></script>',
      '</head>',
      '<body>',
      '</body>',
    ].join('\n');
    const lines = addIntegrity(html, hashes, ['/assets/main.js', '/assets/late.js']).split('\n');
    const [preload, script] = ['rel="modulepreload"', 'src="/assets/main.js"'].map((words) =>
      lines.findIndex((line) => line.includes(words)),
    );
    expect(lines[script ?? -1]).toMatch(/^<script fetchpriority="high" type="module" async .*integrity="sha384-/);
    expect([preload, lines[(script ?? 0) + 1]]).toEqual([0, '</body>']);
    expect(script).toBeGreaterThan(lines.indexOf('<body>'));
  });
});
