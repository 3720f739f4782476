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

  describe('P-09 of a page whose first script waits for no style', () => {
    const sealed = addIntegrity(
      [
        '<head>',
        '<script type="module" async crossorigin src="/assets/main.js"></script>',
        '<link rel="modulepreload" crossorigin href="/assets/own.js">',
        '<link rel="stylesheet" crossorigin href="/assets/main.css">',
        '</head>',
        '<body>',
        '</body>',
      ].join('\n'),
      new Map([...hashes, ['/assets/own.js', integrityOf('own')], ['/assets/page.js', integrityOf('page')]]),
      ['/assets/main.js', '/assets/own.js', '/assets/late.js'],
      new Map([['page', ['/assets/page.js']]]),
    )
      .split('\n')
      .map((line) => line.trim());

    test('what it imports, the script itself and what a picture waits for are asked for in this order, and before the style', () => {
      const asked = sealed.filter((line) => line.startsWith('<link') && !line.includes('media='));
      expect(asked).toEqual([
        `<link rel="modulepreload" crossorigin href="/assets/own.js" integrity="${integrityOf('own')}">`,
        `<link rel="modulepreload" crossorigin href="/assets/main.js" integrity="${main}">`,
        `<link rel="modulepreload" crossorigin href="/assets/late.js" integrity="${integrityOf('late')}">`,
        `<link rel="stylesheet" fetchpriority="low" crossorigin href="/assets/main.css" integrity="${integrityOf('css')}">`,
      ]);
    });

    test('the script stands last, behind all hashes, and what the page asks for itself stays unasked', () => {
      const [end, body] = [sealed.indexOf('</head>'), sealed.indexOf('<body>')];
      expect(sealed[body + 1]).toMatch(/^<script fetchpriority="high" type="module" async .*integrity="sha384-/);
      expect(sealed[body + 2]).toBe('</body>');
      const later = sealed.findIndex((line) => line.includes('/assets/page.js'));
      expect(sealed[later]).toMatch(/media="not all" data-later="page"/);
      expect([later > 0, later < end]).toEqual([true, true]);
    });

    test('one that names no crossorigin, and so could not be taken from what was asked for ahead, ends the build', () => {
      const html = '<head>\n<script type="module" async src="/assets/main.js"></script>\n</head>\n';
      expect(() => addIntegrity(html, hashes, ['/assets/main.js'])).toThrow(/cannot be asked for ahead/);
    });
  });
});
