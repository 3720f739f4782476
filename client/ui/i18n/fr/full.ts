// The words in French for who comes to a server that is full.

export const full = {
  'step.full':
    'Ce serveur porte autant de personnes qu’il peut en ce moment. La page réessaie d’elle-même, et vous entrez dès qu’il y a de la place.',
  'full.next':
    '{seconds, plural, =0 {Essai en cours…} one {Prochain essai dans # seconde} other {Prochain essai dans # secondes}}',
} as const;
