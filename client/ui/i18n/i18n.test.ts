// Rules of the languages: the same messages, the same values, and a choice that fits the person.
import { IntlMessageFormat } from 'intl-messageformat';
import { describe, expect, test } from 'vitest';
import { SERVER_FINDINGS } from '../../platform/adminLine.ts';
import { adminTexts } from './adminWords.ts';
import { en, type MessageKey } from './en.ts';
import { fr } from './fr.ts';
import { chooseLanguage, say } from './index.ts';

/** `{name}` in the parser's tree; its TYPE stands in a package that is not ours to name. */
const ARGUMENT = 1;
const keys = Object.keys(en) as MessageKey[];
type Element = ReturnType<IntlMessageFormat['getAst']>[number];

/** Names and kinds of every argument in the message, those inside of plurals included. */
const argumentsOf = (elements: Element[]): string[] =>
  elements.flatMap((element): string[] => {
    if ('options' in element) {
      const inner = Object.values(element.options).flatMap((option) => argumentsOf(option.value));
      return [`${element.value} chooses`, ...inner];
    }
    return element.type === ARGUMENT ? [`${element.value} is shown`] : [];
  });

const shapeOf = (text: string): string =>
  [...new Set(argumentsOf(new IntlMessageFormat(text, 'en').getAst()))].toSorted().join(', ');

test('French has exactly the messages that English has', () => {
  expect(Object.keys(fr).toSorted()).toEqual([...keys].toSorted());
});

test('every message takes the same values in both languages', () => {
  expect(keys.filter((key) => shapeOf(fr[key]) !== shapeOf(en[key]))).toEqual([]);
  expect(shapeOf(en['preJoin.inside'])).toBe('count chooses');
  expect(shapeOf(en['say.chat'])).toBe('name is shown, text is shown');
});

test('no message is empty, and no sentence was left in English', () => {
  expect(keys.filter((key) => fr[key].trim() === '' || en[key].trim() === '')).toEqual([]);
  const sentences = keys.filter((key) => en[key].split(' ').length > 2);
  expect(sentences.filter((key) => fr[key] === en[key])).toEqual([]);
});

test('the admin page’s own messages, and those of findings, are the same in both languages with the same values', () => {
  const { en: english, fr: french } = adminTexts;
  const names = Object.keys(english);
  expect(Object.keys(french).toSorted()).toEqual(names.toSorted());
  expect(names.filter((key) => shapeOf(french[key] ?? '') !== shapeOf(english[key] ?? ''))).toEqual([]);
  const sentences = names.filter((key) => english[key]?.includes(' '));
  expect(sentences.filter((key) => french[key] === english[key] || french[key]?.trim() === '')).toEqual([]);
});

test('every finding of a server has words, and those that are not good say what to change', () => {
  for (const [code, level] of Object.entries(SERVER_FINDINGS)) {
    expect([code, `finding.${code}` in adminTexts.en, `mend.${code}` in adminTexts.en]).toEqual([
      code,
      true,
      level !== 'ok',
    ]);
  }
});

describe('say', () => {
  test('counts as each language counts', () => {
    expect(say('en', 'preJoin.inside', { count: 0 })).toBe('Nobody is inside yet');
    expect(say('en', 'preJoin.inside', { count: 1 })).toBe('1 person is inside');
    expect(say('en', 'preJoin.inside', { count: 12 })).toBe('12 people are inside');
    expect(say('fr', 'preJoin.inside', { count: 1 })).toBe('1 personne est là');
  });

  test('says every message that only shows values as ICU does', () => {
    const shown = keys.filter((key) => /^[^ ]+ is shown(, [^ ]+ is shown)*$/.test(shapeOf(en[key])));
    expect(shown.length).toBeGreaterThan(100);
    for (const [language, texts] of Object.entries({ en, fr }) as ['en' | 'fr', typeof en][]) {
      for (const key of shown) {
        const names = shapeOf(texts[key])
          .split(', ')
          .map((part) => part.split(' ')[0] ?? '');
        const values = Object.fromEntries(
          names.map((name, index) => [name, index === 0 ? `<${name}> {it’s} $&` : index]),
        );
        expect([key, say(language, key, values)]).toEqual([
          key,
          new IntlMessageFormat(texts[key], language).format(values),
        ]);
      }
    }
  });

  test('puts a name in as it is, markup and braces included', () => {
    expect(say('en', 'tile.waitingKey', { name: '<b>{Ana}</b>' })).toBe('Waiting for <b>{Ana}</b>’s key');
  });
});

describe('chooseLanguage', () => {
  test.each([
    [['fr-CA', 'en'], 'fr'],
    [['de', 'fr'], 'fr'],
    [['de', 'pt-BR'], 'en'],
    [['EN-gb'], 'en'],
    [[], 'en'],
  ] as const)('of %j is %s', (wishes, language) => {
    expect(chooseLanguage(wishes)).toBe(language);
  });
});
