// The words in French about what those who lead say to the others' devices.
import type { orders as english } from '../en/orders.ts';

export const orders: Record<keyof typeof english, string> = {
  'notice.mutedBy': '{name} a coupé votre micro',
  'notice.videoStoppedBy': '{name} a éteint votre caméra',
  'notice.screenStoppedBy': '{name} a arrêté votre partage d’écran',
  'notice.askedMic': '{name} vous demande d’activer votre micro',
  'notice.askedCamera': '{name} vous demande d’allumer votre caméra',
  'notice.spotlight.byYou': 'Vous avez mis {name} en avant pour tous',
  'notice.spotlight.yourself': 'Vous vous êtes mis en avant pour tous',
  'notice.spotlight.byThem': '{by} a mis {name} en avant pour tous',
  'notice.spotlight.you': '{name} vous a mis en avant pour tous',
  'notice.spotlightEnded.you': 'Vous avez mis fin à la mise en avant',
  'notice.spotlightEnded.them': '{name} a mis fin à la mise en avant',

  'orders.mute': 'Couper le micro',
  'orders.stopVideo': 'Arrêter la vidéo',
  'orders.stopScreen': 'Arrêter le partage d’écran',
  'orders.askMic': 'Demander d’activer le micro',
  'orders.askCamera': 'Demander d’activer la vidéo',
  'orders.told.mute': 'L’appareil de {name} a reçu l’ordre de couper le micro',
  'orders.told.stopVideo': 'L’appareil de {name} a reçu l’ordre d’arrêter la vidéo',
  'orders.told.stopScreen': 'L’appareil de {name} a reçu l’ordre d’arrêter le partage',
  'orders.told.askMic': 'Vous avez demandé à {name} d’activer son micro',
  'orders.told.askCamera': 'Vous avez demandé à {name} d’activer sa vidéo',
  'orders.forEveryone': 'Pour tous',
  'orders.muteAll': 'Couper tous les micros',
  'orders.muteAllHint': 'Chacun peut réactiver son micro. Personne ne l’active pour un autre.',
  'orders.toldAll': 'Tous les appareils ont reçu l’ordre de couper le micro',

  'orders.ask.mic': 'Activer le micro',
  'orders.ask.camera': 'Activer la vidéo',
  'orders.ask.notNow': 'Pas maintenant',

  'orders.spotlight': 'Mettre en avant pour tous',
  'orders.endSpotlight': 'Mettre fin à la mise en avant',
  'orders.lit.byThem': '{name} : mis en avant pour tous par {by}',
  'orders.lit.byYou': '{name} : mis en avant pour tous par vous',
  'orders.lit.you': 'Vous êtes mis en avant pour tous par {name}',
  'orders.lit.yourself': 'Vous vous êtes mis en avant pour tous',

  'orders.ownMenu': 'Choix pour vous-même',
  'orders.silence': 'Couper le son pour moi',
  'orders.volume': 'Volume pour moi…',
  'orders.volumeTitle': 'Le volume de {name} pour vous',
  'orders.volumeLabel': 'Volume',
  'orders.volumeText':
    'Sur cet appareil seulement ; personne d’autre n’entend de différence ni n’en est averti. Cela dure le temps de l’appel.',
  'orders.volumeReset': 'Comme le son arrive',
  'orders.silenced': 'muet pour vous',

  'orders.leaveMenu': 'Quitter ou terminer la réunion',
  'orders.leave': 'Quitter',
  'orders.end': 'Terminer pour tous…',
  'orders.endTitle': 'Terminer la réunion pour tous ?',
  'orders.endText': 'Tout le monde sort de la salle aussitôt, et ses liens n’ouvrent plus rien.',
  'orders.endLeaveHint': 'Si vous ne faites que quitter, les autres continuent sans vous, et le lien marche toujours.',
  'orders.endLeave': 'Seulement quitter',
  'orders.endConfirm': 'Terminer pour tous',
  'orders.ending': 'Fin en cours…',
  'orders.endFailed':
    'Les autres savent que la réunion est terminée, mais le serveur n’a pas fermé la salle : ses liens marchent toujours. Réessayez.',

  'ended.byYou.title': 'Vous avez terminé la réunion pour tous',
  'ended.byThem.title': '{name} a terminé la réunion',
  'ended.byHost.text': 'La salle est fermée pour tous, et ses liens n’ouvrent plus rien.',
};
