// The admin page's own messages in the person's language, apart from all others so that no other page loads them.
import { IntlMessageFormat } from 'intl-messageformat';
import { admin as adminEn } from './en/admin.ts';
import { findings as findingsEn } from './en/findings.ts';
import { admin as adminFr } from './fr/admin.ts';
import { findings as findingsFr } from './fr/findings.ts';
import { language, type Language } from './index.ts';
import type { MessageValues, ValuesOf } from './message.ts';

type AdminMessages = typeof adminEn;

export const adminTexts: Record<Language, Readonly<Record<string, string>>> = {
  en: { ...adminEn, ...findingsEn },
  fr: { ...adminFr, ...findingsFr },
};

const format = (text: string, values?: MessageValues): string =>
  String(new IntlMessageFormat(text, language.value).format(values));

/** As `t` of the other pages. */
export const tAdmin = <K extends keyof AdminMessages & string>(key: K, ...args: ValuesOf<AdminMessages[K]>): string =>
  format(adminTexts[language.value][key] ?? key, args[0] as MessageValues | undefined);

/** What is said of a finding, and what to change, or null. */
export const findingWords = (code: string, values: MessageValues): { says: string; mend: string | null } => {
  const texts = adminTexts[language.value];
  const mend = texts[`mend.${code}`];
  return {
    says: format(texts[`finding.${code}`] ?? code, values),
    mend: mend === undefined ? null : format(mend, values),
  };
};
