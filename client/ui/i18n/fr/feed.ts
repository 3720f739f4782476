// The words in French of the feed page, and of the links to it.
import type { feed as english } from '../en/feed.ts';

export const feed: Record<keyof typeof english, string> = {
  'feed.waiting': 'En attente du programme',
  'feed.waitingForHost': 'Ce flux attend d’être admis',
  'feed.broken': 'Ce lien de flux n’est pas entier. Copiez-le de nouveau depuis la scène.',
  'feed.noTicket':
    'Ce n’est pas un lien de flux : le billet à sa fin manque. Créez-en un dans le panneau de la scène, et copiez-le en entier.',
  'feed.ended.revoked': 'Ce flux a été retiré',
  'feed.ended.badLink': 'Ce lien de flux n’ouvre plus rien',
  'feed.ended.linkChanged':
    'Le lien de cette salle a été remplacé, et ce lien de flux avec lui. Créez-en un nouveau dans le panneau de la scène.',
  'feed.ended.browser': 'Ce navigateur ne peut pas ouvrir le flux. Mettez-le à jour.',
  'feed.ended.over': 'Le flux est terminé',

  'feeds.title': 'Flux pour la production',
  'feeds.hint':
    'Chaque lien fait entrer une machine, OBS ou un enregistreur par exemple : elle détient les clés de la salle, figure parmi les appareils, n’envoie rien, et montre qui est à l’antenne.',
  'feeds.new': 'Un nouveau flux',
  'feeds.count': '{count, plural, one {# flux} other {# flux}}',
  'feeds.holdsKeys': 'montre ce qui est à l’antenne, a les clés',
  'notice.feed': 'Un flux arrive : {name}',
  'notice.feedLeft': 'Un flux n’est plus là : {name}',
  'feeds.name': 'Nom de la machine',
  'feeds.nameless': 'Flux',
  'feeds.what': 'Ce qu’il montre',
  'feeds.program': 'Le programme',
  'feeds.solo': 'Seulement {name}, à l’antenne',
  'feeds.size': 'Taille',
  'feeds.lines': '{lines} lignes',
  'feeds.ground': 'Fond',
  'feeds.ground.scene': 'Celui que voient les spectateurs',
  'feeds.ground.transparent': 'Transparent',
  'feeds.ground.green': 'Vert',
  'feeds.labels': 'Noms et titres',
  'feeds.logo': 'Logo',
  'feeds.make': 'Créer un lien de flux',
  'feeds.madeSaid': 'Un lien de flux a été créé : {name}',
  'feeds.link': 'Lien de flux : {name}',
  'feeds.copy': 'Copier le lien de flux',
  'feeds.linkHint':
    'Il contient la clé de la salle et ne sera plus montré. La première machine qui l’ouvre sera la seule. Si la salle demande qui entre, admettez-la comme une personne.',
  'feeds.list': 'Flux',
  'feeds.state.unused': 'Pas encore utilisé',
  'feeds.state.in': 'Dans la salle',
  'feeds.state.out': 'Absent',
  'feeds.stale':
    'Son lien date d’avant le remplacement du lien de la salle : s’il redémarre, il lui en faut un nouveau, qui met fin à celui-ci.',
  'feeds.renew': 'Nouveau lien',
  'feeds.renewName': 'Créer un nouveau lien, et retirer celui-ci : {name}',
  'feeds.revoke': 'Retirer',
  'feeds.revokeName': 'Retirer : {name}',
  'feeds.revokedSaid': 'Le flux a été retiré : {name}',
};
