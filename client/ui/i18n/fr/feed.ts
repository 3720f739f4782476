// The words in French of the feed page.
import type { feed as english } from '../en/feed.ts';

export const feed: Record<keyof typeof english, string> = {
  'feed.waiting': 'En attente du programme',
  'feed.waitingForHost': 'Ce flux attend d’être admis',
  'feed.broken': 'Ce lien de flux n’est pas entier. Copiez-le de nouveau depuis la scène.',
  'feed.ended.revoked': 'Ce flux a été retiré',
  'feed.ended.badLink': 'Ce lien de flux n’ouvre plus rien',
  'feed.ended.browser': 'Ce navigateur ne peut pas ouvrir le flux. Mettez-le à jour.',
  'feed.ended.over': 'Le flux est terminé',
};
