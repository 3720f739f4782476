// The words in French about leading a room.
import type { hosting as english } from '../en/hosting.ts';

export const hosting: Record<keyof typeof english, string> = {
  'ended.removed.title': 'Vous avez été retiré de la salle',
  'ended.removed.text': 'Les clés ont été renouvelées sans cet appareil.',
  'ended.linkChanged.title': 'Ce lien a été remplacé',
  'ended.linkChanged.text': 'Il n’ouvre plus la salle. Demandez le nouveau.',
};
