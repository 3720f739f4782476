// The words in French of captions.

export const captions = {
  'captions.title': 'Sous-titres',
  'captions.show': 'Afficher les sous-titres',
  'captions.make': 'Sous-titrer ce que je dis',
  'captions.waiting': 'Préparation des sous-titres…',
  'captions.making': 'Vos paroles sont sous-titrées sur cet appareil, et scellées comme la discussion.',
  'captions.fetching': 'Votre navigateur va chercher de quoi comprendre la parole sur cet appareil.',
  'captions.cannot':
    'Ce navigateur ne sait pas comprendre la parole sur l’appareil même. Il ne pourrait qu’envoyer votre voix à son éditeur : on ne le lui demande donc pas.',
  'captions.failed': 'Votre navigateur ne comprend plus ce que vous dites : les sous-titres sont coupés.',
};
