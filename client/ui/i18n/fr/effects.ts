// The words in French about devices before joining, and about what is done to picture and sound on the device.
import type { effects as english } from '../en/effects.ts';

export const effects: Record<keyof typeof english, string> = {
  'effects.title': 'Arrière-plan et bruit',
  'effects.backgroundChosen': 'Arrière-plan : {chosen}',
  'effects.backgroundMenu': 'Arrière-plan…',
  'effects.behindYou': 'Ce qui se trouve derrière vous',
  'effects.background.off': 'Tel que filmé',
  'effects.background.blur-slight': 'Flou léger',
  'effects.background.blur-strong': 'Flou fort',
  'effects.background.dusk': 'Crépuscule',
  'effects.background.paper': 'Papier',
  'effects.background.moss': 'Mousse',
  'effects.background.own': 'Votre image',
  'effects.addPicture': 'Ajouter une image',
  'effects.pictureFailed': 'Ce fichier n’est pas une image que le navigateur sait lire. Choisissez-en une autre.',
  'effects.onDevice':
    'Tout se fait sur cet appareil. Un objet près de vous peut être pris pour une partie de vous, et montré.',
  'effects.turnOn': 'Activez la caméra pour vous voir.',
  'effects.preparing': 'Préparation de l’arrière-plan… Rien n’est envoyé entre-temps.',
  'effects.backgroundUnsupported': 'Ce navigateur ne sait pas changer l’arrière-plan.',
  'effects.noise': 'Suppression du bruit',
  'effects.noiseHint': 'Retire du son le clavier, le ventilateur et la rue.',
  'effects.noiseUnsupported': 'Ce navigateur ne sait pas le faire.',
  'effects.trouble.tooSlow':
    'Le flou demandait trop à cet appareil : votre caméra est coupée, plutôt que de montrer la pièce.',
  'effects.trouble.cannotStart':
    'L’arrière-plan n’a pas pu être changé ici : votre caméra est coupée, plutôt que de montrer la pièce.',
  'effects.sendAsFilmed': 'Envoyer sans flou',
  'effects.keepOff': 'Laisser la caméra coupée',
  'effects.noise.tooSlow':
    'La suppression du bruit demandait trop à cet appareil : elle est coupée. On vous entend comme avant.',
  'effects.noise.cannotStart':
    'La suppression du bruit n’a pas pu démarrer ici : elle est coupée. On vous entend comme avant.',

  'device.testSpeaker': 'Tester le haut-parleur',
  'device.testPlaying': 'Vous devriez entendre deux notes.',
  'device.testFailed': 'Aucun son n’a pu y être joué. Choisissez un autre haut-parleur.',

  'fault.both.cancelled': 'Vous avez fermé la demande du navigateur : caméra et micro restent coupés.',
  'fault.both.systemDenied': 'Votre système interdit la caméra et le micro à ce navigateur.',
  'fault.mic.systemDenied': 'Votre système interdit le micro à ce navigateur.',
  'fault.camera.systemDenied': 'Votre système interdit la caméra à ce navigateur.',
  'fault.screen.systemDenied': 'Votre système interdit à ce navigateur d’enregistrer l’écran.',
  'fault.mic.withheld': 'Le micro reste coupé.',
  'fault.camera.withheld': 'La caméra reste coupée, car l’arrière-plan n’a pas pu être masqué.',
  'fault.screen.withheld': 'Rien n’est partagé.',
  'mend.busy.chromium':
    'Si aucun autre programme ne l’utilise : ouvrez chrome://settings/content, et choisissez-y l’appareil.',
  'mend.busy.firefox':
    'Si aucun autre programme ne l’utilise : fermez les autres onglets qui l’utilisent, puis redémarrez Firefox.',
  'mend.busy.safari':
    'Si aucun autre programme ne l’utilise : fermez les autres onglets qui l’utilisent, puis rouvrez celui-ci.',
  'mend.busy.other':
    'Si aucun autre programme ne l’utilise : fermez les autres onglets qui l’utilisent, puis redémarrez le navigateur.',
  'mend.system.mac':
    'Ouvrez Réglages Système → Confidentialité et sécurité → Caméra et Microphone, et activez ce navigateur.',
  'mend.system.windows':
    'Ouvrez Paramètres → Confidentialité et sécurité → Caméra et Microphone, et autorisez les applications de bureau et ce navigateur.',
  'mend.system.phone':
    'Ouvrez les réglages du téléphone → Applications → ce navigateur → Autorisations, et autorisez les deux.',
  'mend.system.other': 'Ouvrez les réglages de confidentialité du système, et autorisez les deux à ce navigateur.',
};
