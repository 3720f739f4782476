// The person's language: which it is, how it is remembered, and one typed way to say a message.
import { signal } from '@preact/signals';
import { IntlMessageFormat } from 'intl-messageformat';
import { remember, recall } from '../remembered.ts';
import type { MessageKey, Messages } from './en.ts';
import type { MessageValues, ValuesOf } from './message.ts';
import { words } from './words.ts';

/** Each language by its own name, as a switch must show it. */
export const LANGUAGES = { en: 'English', fr: 'Français' } as const;
export type Language = keyof typeof LANGUAGES;

type Texts = Readonly<Partial<Record<MessageKey, string>>>;
type Words = Readonly<Record<Language, () => Texts>>;

const parts: Words[] = [words];
const texts = new Map<Language, Texts>();

/** Before anything of them is said. */
export const addWords = (more: Words): void => {
  parts.push(more);
  texts.clear();
};

const textsOf = (spoken: Language): Texts => {
  const known = texts.get(spoken) ?? Object.assign({}, ...parts.map((part) => part[spoken]()));
  texts.set(spoken, known);
  return known;
};

/** An argument, a tag, or an apostrophe that is written twice. */
const ICU_SYNTAX = /[{}<]|''/;
/** Nothing but arguments that are shown as they are. */
const NAMES_ONLY = /^(?:[^{}<']|\{\w+\}|'(?![{}<']))*$/;
const formats = new Map<string, IntlMessageFormat>();

/** The first wish that we speak, `en` where there is none. `wishes` are BCP 47 tags, most wanted first. */
export const chooseLanguage = (wishes: readonly string[]): Language => {
  for (const wish of wishes) {
    const primary = wish.toLowerCase().split('-')[0];
    if (primary === 'en' || primary === 'fr') return primary;
  }
  return 'en';
};

const initialLanguage = (): Language => {
  const remembered = recall('language');
  const wishes = typeof navigator === 'undefined' ? [] : navigator.languages;
  return chooseLanguage(remembered === null ? wishes : [remembered, ...wishes]);
};

/** Read by `t`, so that a component that says something is drawn anew when it changes. */
export const language = signal<Language>(initialLanguage());

export const setLanguage = (next: Language): void => {
  language.value = next;
  remember('language', next);
};

const withNames = (text: string, values: MessageValues): string =>
  text.replaceAll(/\{(\w+)\}/g, (argument, name: string) => String(values[name] ?? argument));

/** The ICU message `key` in `spoken`; exported for tests, the page uses `t`. */
export const say = (spoken: Language, key: MessageKey, values?: MessageValues): string => {
  const text = textsOf(spoken)[key] ?? key;
  // Most of them: what stands for nothing else need not be read as ICU, which takes a phone a millisecond each.
  if (!ICU_SYNTAX.test(text)) return text;
  if (values !== undefined && NAMES_ONLY.test(text)) return withNames(text, values);
  const id = `${spoken} ${key}`;
  let format = formats.get(id);
  if (format === undefined) {
    format = new IntlMessageFormat(text, spoken);
    formats.set(id, format);
  }
  return String(format.format(values));
};

/** The message `key` in the person's language; the compiler asks for exactly the values it takes. */
export const t = <K extends MessageKey>(key: K, ...args: ValuesOf<Messages[K]>): string =>
  say(language.value, key, args[0] as MessageValues | undefined);
