// The emojis that one may react with, by name in both languages; what others send may be any.
import { language, type Language } from '../../../i18n/index.ts';

type Names = Record<Language, string>;
const named = (emoji: string, en: string, fr: string): { emoji: string; names: Names } => ({
  emoji,
  names: { en, fr },
});

/** In the order of the grid, what is used most first. */
export const EMOJIS = [
  named('👍', 'thumbs up, yes, agree', 'pouce levé, oui, d’accord'),
  named('❤️', 'heart, love', 'cœur, amour'),
  named('😂', 'tears of joy, laugh', 'larmes de joie, rire'),
  named('🎉', 'party, celebrate', 'fête, célébrer'),
  named('👏', 'clap, applause', 'applaudir, bravo'),
  named('🙏', 'thanks, please', 'merci, s’il te plaît'),
  named('✅', 'done, check', 'fait, coché'),
  named('👀', 'eyes, looking', 'yeux, je regarde'),
  named('👎', 'thumbs down, no', 'pouce baissé, non'),
  named('🙂', 'smile', 'sourire'),
  named('😄', 'grin, happy', 'large sourire, content'),
  named('😉', 'wink', 'clin d’œil'),
  named('😊', 'blush, pleased', 'joues roses, ravi'),
  named('😍', 'heart eyes', 'yeux en cœur'),
  named('🤩', 'star-struck', 'émerveillé, étoiles'),
  named('😎', 'cool, sunglasses', 'cool, lunettes de soleil'),
  named('🤔', 'thinking, hmm', 'réfléchir, hmm'),
  named('🤷', 'shrug, don’t know', 'haussement d’épaules, je ne sais pas'),
  named('🤦', 'facepalm', 'main sur le visage'),
  named('😅', 'sweat, phew', 'sueur, ouf'),
  named('😮', 'surprised, wow', 'surpris, oh'),
  named('🤯', 'mind blown', 'tête qui explose'),
  named('😢', 'sad, cry', 'triste, pleurer'),
  named('😭', 'sobbing', 'sanglots'),
  named('😡', 'angry', 'en colère'),
  named('😬', 'grimace, awkward', 'grimace, gêné'),
  named('🙄', 'eye roll', 'yeux au ciel'),
  named('😴', 'asleep, tired', 'endormi, fatigué'),
  named('🤝', 'handshake, deal', 'poignée de main, marché conclu'),
  named('💪', 'strong, muscle', 'fort, muscle'),
  named('👋', 'wave, hello, bye', 'salut, au revoir'),
  named('🙌', 'hooray, raised hands', 'hourra, mains levées'),
  named('👌', 'OK, perfect', 'OK, parfait'),
  named('🤞', 'fingers crossed, luck', 'doigts croisés, chance'),
  named('☝️', 'point, one thing', 'index, une chose'),
  named('🫡', 'salute, will do', 'à vos ordres, entendu'),
  named('💯', 'hundred, exactly', 'cent, exactement'),
  named('🔥', 'fire, great', 'feu, super'),
  named('⭐', 'star', 'étoile'),
  named('🚀', 'rocket, launch', 'fusée, lancement'),
  named('💡', 'idea, bulb', 'idée, ampoule'),
  named('📌', 'pin, note', 'épingle, à noter'),
  named('📅', 'calendar, date', 'calendrier, date'),
  named('⏰', 'clock, time', 'réveil, heure'),
  named('☕', 'coffee, break', 'café, pause'),
  named('🍕', 'pizza, lunch', 'pizza, déjeuner'),
  named('🎂', 'cake, birthday', 'gâteau, anniversaire'),
  named('🏆', 'trophy, win', 'trophée, victoire'),
  named('❓', 'question', 'question'),
  named('❗', 'important', 'important'),
  named('❌', 'cross, wrong', 'croix, faux'),
  named('⚠️', 'warning', 'attention'),
  named('➕', 'plus one, me too', 'plus, moi aussi'),
  named('🐛', 'bug', 'bogue, insecte'),
  named('🔒', 'lock, private', 'cadenas, privé'),
  named('🌍', 'world', 'monde'),
] as const;

const foldOf = (text: string): string =>
  text
    .normalize('NFD')
    .replaceAll(/\p{Mark}/gu, '')
    .toLowerCase();

/** Every word of the search begins a word of the name, in the page's language; accents do not count. */
export const emojisFor = (search: string): { emoji: string; name: string }[] => {
  const wanted = foldOf(search).split(/\s+/).filter(Boolean);
  return EMOJIS.map(({ emoji, names }) => ({ emoji, name: names[language.value] })).filter(({ name }) => {
    const words = foldOf(name).split(/[^\p{Letter}\p{Number}]+/u);
    return wanted.every((word) => words.some((one) => one.startsWith(word)));
  });
};
