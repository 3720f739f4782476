// A display name as it may be shown: whoever holds the link chooses it, so it is read as text from a stranger.

/** Default ignorables draw nothing: bidi controls, zero-width spaces, fillers, tags. Joiners and emoji selectors are looked at below. */
const INVISIBLE = /(?!\u200C|\u200D|\uFE0F)\p{Default_Ignorable_Code_Point}|\u2800/gu;
/** Before or after these a joiner or selector changes nothing that can be seen: only a twin of another name would need it. */
const NOT_JOINED = String.raw`\s\p{ASCII}\p{sc=Latn}\p{sc=Grek}\p{sc=Cyrl}\p{sc=Hani}\p{sc=Hira}\p{sc=Kana}\p{sc=Hang}\u0300-\u036F\u200C\u200D`;
const IDLE_JOINER = new RegExp(
  `(?<=^|[${NOT_JOINED}])[\\u200C\\u200D\\uFE0F]|[\\u200C\\u200D](?=$|[${NOT_JOINED}])`,
  'gu',
);
/** Four marks on one letter occur in Vietnamese and Hebrew at the most; forty cover the lines around them. */
const PILED_MARKS = /((?!\uFE0F)\p{M}(?:(?!\uFE0F)\p{M}){3})(?:(?!\uFE0F)\p{M})+/gu;
const SPACES = /[\s\p{Cc}\p{Z}]+/gu;

/**
 * The name without what is invisible, turns the text around it, breaks lines or covers other lines; composed (NFC), so that one
 * look has one spelling. May be empty. Letters of different alphabets that look alike stay: who one is, a name does not prove.
 */
export function cleanDisplayName(name: string): string {
  const cleaned = name
    .toWellFormed()
    .replace(INVISIBLE, '')
    .replace(IDLE_JOINER, '')
    .normalize('NFC')
    .replace(PILED_MARKS, '$1')
    .replace(SPACES, ' ')
    .trim();
  // What was taken out may lay bare another. Only composing can make a text longer, and it does so once.
  return cleaned === name ? name : cleanDisplayName(cleaned);
}
