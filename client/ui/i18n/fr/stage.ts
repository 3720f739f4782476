// The words in French about the stage: layouts, pages, one's own screen, and the small window beside others.
import type { stage as english } from '../en/stage.ts';

export const stage: Record<keyof typeof english, string> = {
  'stage.pageSize': 'Vignettes par page',
  'stage.pageSize.auto': 'Selon la place',
  'stage.pageSize.some': '{count} au plus',
  'stage.moveSelf': 'Déplacer votre image vers le coin suivant',
  'stage.alone': 'Seulement {name}, en plein écran',
  'stage.notAlone': 'Revenir à tout le monde',
  'stage.actualSize': 'Montrer {name} en taille réelle',
  'stage.fit': 'Ajuster {name} à la fenêtre',
  'stage.choose': 'Montrer {name} sur la scène',
  'stage.panHint': '{name}, en taille réelle : faites défiler ou utilisez les flèches',

  'share.withSound': 'Vous partagez votre écran et son audio',
  'share.sealing': 'Votre écran est en cours de scellement. Personne ne le voit encore.',
  'share.notSent': 'Votre écran n’est pas envoyé pour le moment',
  'share.forFilms': 'Optimiser pour la vidéo',
  'share.forFilmsHint': 'Images fluides ; le texte peut être flou',
  'say.theyStopped': '{name} ne partage plus son écran',
  'say.layoutGrid': 'Grille',
  'say.layoutSpeaker': 'Une personne en grand',

  'pip.open': 'Petite fenêtre par-dessus les autres',
  'pip.close': 'Fermer la petite fenêtre',
  'pip.failed': 'Le navigateur n’a pas ouvert la petite fenêtre.',
  'pip.nothing': 'Il n’y a pas d’image à montrer dans la petite fenêtre pour l’instant.',
  'keys.pip': 'Petite fenêtre par-dessus les autres',
  'keys.pages': 'Page suivante et précédente',
  'keys.pageKeys': 'Page ↓',
  'keys.pageKeysBack': 'Page ↑',
};
