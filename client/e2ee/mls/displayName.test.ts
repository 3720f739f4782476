// Names as others will see them: nothing invisible, nothing that turns the text around it.
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { cleanDisplayName } from './displayName.ts';

describe('display names', () => {
  it.each([
    'Ana',
    'José Ñandú',
    '王小明',
    'علی\u200Cرضا',
    'क्\u200Dष',
    '👩\u200D💻 Ada',
    '❤\uFE0F Zoë',
    'Đặng Thị',
    '\u05D3\u05E0\u05D4',
    "D'Arcy-Li 2",
  ])('E-23 %s is left as it is', (name) => expect(cleanDisplayName(name)).toBe(name.normalize('NFC')));

  it.each([
    ['characters that turn the text around them', 'Ana\u202Egpj.exe\u2066\u200F', 'Anagpj.exe'],
    ['line breaks and other controls', 'Ana\n\u0000\u0085(host)', 'Ana (host)'],
    ['invisible ones, by which two names would look alike', 'A\u200Bn\u00ADa\uFEFF\u2060\u3164\u200D', 'Ana'],
    ['joiners that join nothing', 'A\u200Cn\u200D\u200Da \u200D王\u200D明\u200C', 'Ana 王明'],
    ['spaces without end', '\u2003 Ana \u3000\u00A0 Lu ', 'Ana Lu'],
    ['letters spelled in two ways', 'Zoe\u200B\u0308', 'Zoë'],
    ['marks piled up', `A${'\u0300\u0316'.repeat(40)}`, `A${'\u0300\u0316'.repeat(40)}`.normalize('NFC').slice(0, 5)],
    ['selectors and joiners behind an accent', 'a\u0301\uFE0Fx\u0301\u200D\u0301', 'áx\u0301\u0301'],
    ['nothing but the invisible', '\u200B\u2800\u3164 ', ''],
  ])('E-23 %s do not get through', (_, name, expected) => expect(cleanDisplayName(name)).toBe(expected));

  it('E-23 what was cleaned once stays as it is', () => {
    const pieces = ['a', 'é', '\u200D', '\u200C', '\uFE0F', '\u0301', ' ', '\u202E', '王', '👩', '\u0639', '\n'];
    fc.assert(
      fc.property(fc.array(fc.constantFrom(...pieces), { maxLength: 12 }), (parts) => {
        const once = cleanDisplayName(parts.join(''));
        expect(cleanDisplayName(once)).toBe(once);
      }),
    );
  });
});
