// All words of both languages. In a built page, those that every page may say: the others are `moreWords.ts` there (`client/build/wordsAsText.ts`).
import { en } from './en.ts';
import { fr } from './fr.ts';

/** Each is read when its language is first spoken. */
export const words = { en: () => en, fr: () => fr };
