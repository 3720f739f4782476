// The words in French about leading a room.
import type { hosting as english } from '../en/hosting.ts';

export const hosting: Record<keyof typeof english, string> = {
  'ended.removed.title': 'Vous avez été retiré de la salle',
  'ended.removed.text': 'Les clés ont été renouvelées sans cet appareil.',
  'ended.refused.title': 'On ne vous a pas fait entrer',
  'ended.refused.text': 'Parlez à l’hôte de la salle avant de réessayer.',
  'ended.linkChanged.title': 'Ce lien a été remplacé',
  'ended.linkChanged.text': 'Il n’ouvre plus la salle. Demandez le nouveau.',

  'step.waitingForHost': 'En attente que l’hôte vous fasse entrer…',
  'step.locked': 'La salle est verrouillée. En attente que l’hôte l’ouvre…',

  'notice.knock': '{name} demande à entrer',
  'notice.mode.open.you': 'Vous avez ouvert la salle à tous ceux qui ont le lien',
  'notice.mode.open.them': '{name} a ouvert la salle à tous ceux qui ont le lien',
  'notice.mode.open.someone': 'Tous ceux qui ont le lien peuvent entrer maintenant',
  'notice.mode.approve.you': 'C’est vous qui faites entrer désormais',
  'notice.mode.approve.them': 'C’est {name} qui fait entrer désormais',
  'notice.mode.approve.someone': 'Il faut désormais qu’on fasse entrer les nouveaux',
  'notice.mode.locked.you': 'Vous avez verrouillé la salle',
  'notice.mode.locked.them': '{name} a verrouillé la salle',
  'notice.mode.locked.someone': 'La salle est verrouillée maintenant',
  'notice.successor': 'L’hôte n’est plus là. C’est vous qui faites entrer jusqu’à son retour.',
  'notice.cohost': 'Vous êtes co-hôte maintenant',
  'notice.newLink': 'La salle a un nouveau lien. L’ancien ne l’ouvre plus.',
};
