// The words in French of captions for those who watch, and for those whose words they are.

export const watchCaptions = {
  'watch.captions.show': 'Afficher les sous-titres',
  'watch.captions.hide': 'Masquer les sous-titres',
  'watch.captions.label': '{action} ({note})',
  'watch.captions.title': 'Sous-titres',
  'watch.captions.made': 'Ce qui est dit peut se lire : l’appareil de qui est à l’antenne l’écrit.',
  'watch.captions.none': 'Pas de sous-titres : aucun appareil à l’antenne n’en fait',
  'watch.captions.idle': 'Personne n’est à l’antenne.',
  'watch.captions.how':
    'Ils sont faits sur l’appareil même de l’intervenant, qui les signe. Une ligne qui n’est pas signée n’est pas montrée. Un appareil peut mal entendre.',
  'watch.captions.size': 'Taille des sous-titres',
  'watch.captions.size.small': 'Petite',
  'watch.captions.size.medium': 'Moyenne',
  'watch.captions.size.large': 'Grande',
  'watch.captions.size.largest': 'Très grande',
  'watch.keys.captions': 'Sous-titres affichés ou non',
  'show.captions.you': 'Vos paroles sont affichées aux spectateurs.',
  'show.captions.makes': 'fait des sous-titres',
  'feeds.captions': 'Sous-titres, là où l’appareil des intervenants en fait',
} as const;
