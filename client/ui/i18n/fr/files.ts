// The words in French of files.
import type { files as en } from '../en/files.ts';

export const files: Record<keyof typeof en, string> = {
  'files.attach': 'Envoyer des fichiers',
  'files.limit': 'Fichiers jusqu’à {size}, scellés sur cet appareil. Choisissez, déposez ou collez.',
  'files.limitUnknown': 'Les fichiers sont scellés sur cet appareil. Choisissez, déposez ou collez.',
  'files.drop': 'Déposez pour envoyer à tout le monde dans la salle',
  'files.none': 'Le serveur ne prend pas de fichiers.',
  'files.underWay': '{count, plural, one {{name}} other {# fichiers en cours}}',
  'files.show': 'Afficher',

  'files.state.preparing': 'Préparation…',
  'files.state.moving': '{done} sur {size}',
  'files.state.speed': '{speed} par seconde',
  'files.state.left': 'encore {time}',
  'files.state.waiting': 'En attente du réseau · {done} sur {size}',
  'files.state.paused': 'En pause · {done} sur {size}',
  'files.state.uploaded': 'Envoyé · {size}',
  'files.state.offered': '{size}',
  'files.state.checking': 'Vérification…',
  'files.state.done': 'Enregistré, chaque octet vérifié · {size}',
  'files.state.repick': 'La page a été rechargée. Choisissez à nouveau le même fichier pour reprendre où il en était.',
  'files.state.withdrawn': 'Retiré par son expéditeur',
  'files.state.expired': 'N’est plus sur le serveur',

  'files.fault.tooLarge': 'Plus grand que ce que ce serveur accepte.',
  'files.fault.quota':
    'Le serveur n’a pas de place maintenant. Réessayez plus tard, ou retirez un fichier plus ancien.',
  'files.fault.storageShort': 'Trop peu de place sur cet appareil. Faites de la place et réessayez.',
  'files.fault.noStorage': 'Cette fenêtre ne peut rien enregistrer. Ouvrez la salle dans une fenêtre ordinaire.',
  'files.fault.unreadable': 'Le fichier a été modifié ou déplacé sur votre disque. Envoyez-le à nouveau.',
  'files.fault.damaged': 'Ce qui est arrivé n’est pas ce qui a été envoyé ; tout a été jeté. Réessayez.',
  'files.fault.targetLost': 'L’emplacement d’enregistrement est perdu. Enregistrez-le à nouveau.',
  'files.fault.refused': 'Le serveur l’a refusé. Réessayez.',

  'files.act.pause': 'Mettre {name} en pause',
  'files.act.resume': 'Reprendre {name}',
  'files.act.cancel': 'Annuler {name}',
  'files.act.withdraw': 'Retirer {name}',
  'files.act.retry': 'Réessayer {name}',
  'files.act.save': 'Enregistrer {name}',
  'files.act.saveAgain': 'Enregistrer {name} encore une fois',
  'files.act.remove': 'Ôter {name} de la liste',
  'files.act.repick': 'Choisir le fichier',
  'files.notSame': 'Ce n’est pas le même fichier.',

  'files.said.offered': '{name} envoie {file}, {size}',
  'files.said.uploaded': '{name} est envoyé',
  'files.said.done': '{name} est enregistré',
  'files.said.failed': '{name} : {why}',
};
