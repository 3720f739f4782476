// Rules of chatText.ts.
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { continues, textPieces } from './chatText.ts';

const links = (text: string): string[] =>
  textPieces(text).flatMap((piece) => (piece.kind === 'link' ? [piece.href] : []));

describe('textPieces', () => {
  test('finds links with and without a scheme, and mail addresses', () => {
    expect(links('see https://example.org/a?b=1, example.com and ana@example.org')).toEqual([
      'https://example.org/a?b=1',
      'http://example.com',
      'mailto:ana@example.org',
    ]);
  });

  test.each([
    'javascript:alert(1)',
    'data:text/html,<b>x</b>',
    'file:///etc/passwd',
    'ftp://example.org/x',
    'vbscript:x',
    '//example.org/x',
  ])('makes no link of %s', (text) => {
    expect(links(text).filter((href) => !/^(https?|mailto):/.test(href))).toEqual([]);
  });

  test('keeps markup as the text it is', () => {
    expect(textPieces('<img src=x onerror=alert(1)>')).toEqual([
      { kind: 'text', text: '<img src=x onerror=alert(1)>' },
    ]);
  });

  test('loses no character of any text, and links nothing but http, https and mailto', () => {
    const chunk = fc.oneof(
      fc.string(),
      fc.constantFrom('https://example.org/a', 'ana@example.org', 'javascript:', 'data:,', ' ', '\n'),
    );
    fc.assert(
      fc.property(fc.array(chunk), (chunks) => {
        const text = chunks.join('');
        const pieces = textPieces(text);
        expect(pieces.map((piece) => piece.text).join('')).toBe(text);
        for (const piece of pieces) if (piece.kind === 'link') expect(piece.href).toMatch(/^(https?|mailto):/i);
      }),
    );
  });
});

describe('continues', () => {
  const at = (from: string, atMs: number) => ({ from, atMs });
  test('holds within three minutes of the same person only', () => {
    expect(continues(at('a', 0), at('a', 60_000))).toBe(true);
    expect(continues(at('a', 0), at('a', 181_000))).toBe(false);
    expect(continues(at('a', 0), at('b', 1))).toBe(false);
    expect(continues(undefined, at('a', 1))).toBe(false);
  });
});
