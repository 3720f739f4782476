// The words in French about recording the meeting on somebody's device.
import type { recording as english } from '../en/recording.ts';

export const recording: Record<keyof typeof english, string> = {
  'recording.start': 'Enregistrer…',
  'recording.stop': 'Arrêter l’enregistrement',
  'recording.askTitle': 'Enregistrer cette réunion',
  'recording.askText':
    'Ce que vous voyez et entendez ici, et vous-même, est gardé dans un fichier sur cet appareil. Rien n’en va au serveur.',
  'recording.askTold':
    'Chacun est prévenu avant que la première image soit gardée, ceux qui arrivent plus tard aussi, et un signe rouge reste en haut pour tous.',
  'recording.askLaw': 'Demandez d’abord aux autres : en bien des lieux, c’est la loi.',
  'recording.quality': 'Image',
  'recording.quality.standard': 'Normale (1280 × 720)',
  'recording.quality.standardHint': 'Environ 0,7 Go par heure au plus',
  'recording.quality.high': 'Fine (1920 × 1080)',
  'recording.quality.highHint': 'Environ 1,6 Go par heure au plus ; un ordinateur lent peut ne pas suivre',
  'recording.begin': 'Commencer à enregistrer',
  'recording.cancel': 'Annuler',
  'recording.telling': 'On prévient tout le monde. Rien n’est encore enregistré…',
  'recording.on': 'Vous enregistrez',
  'recording.saving': 'L’enregistrement se termine…',
  'recording.asked': 'Un hôte vous demande d’arrêter l’enregistrement.',
  'recording.diskLow': 'Il reste peu de place pour l’enregistrement. Arrêtez-le bientôt, ou faites de la place.',
  'recording.badge': 'Enregistrement · {name}',
  'recording.badgeMore':
    '{count, plural, one {Enregistrement · {name} et # autre} other {Enregistrement · {name} et # autres}}',
  'recording.you': 'vous',
  'recording.badgeOpen': '{words}. Qui enregistre ?',
  'recording.consent':
    '{count, plural, one {{names} enregistre. Ce que vous envoyez désormais est gardé sur son appareil.} other {{names} enregistrent. Ce que vous envoyez désormais est gardé sur leurs appareils.}}',
  'recording.consent.leave': 'Quitter',
  'recording.consent.quiet': 'Couper mon micro et ma caméra',
  'recording.consent.ok': 'D’accord',
  'recording.whoTitle': 'Qui enregistre',
  'recording.since': 'depuis {time}',
  'recording.nobody': 'Personne ne dit enregistrer.',
  'recording.askToStop': 'Demander à {name} d’arrêter',
  'recording.askedToStop': 'Un hôte lui a demandé d’arrêter',
  'recording.honest':
    'Conclave annonce chaque enregistrement fait avec lui. Il ne peut rien dire des autres programmes : on ne peut empêcher personne d’enregistrer ce qu’il voit et entend.',
  'recording.keptTitle': 'Enregistrements sur cet appareil',
  'recording.keptText':
    'Enregistrez-les où vous voulez, puis supprimez-les ici. D’ici là ils restent dans le stockage de ce navigateur, et le vider les supprime.',
  'recording.keptNone': 'Il ne reste rien ici.',
  'recording.save': 'Télécharger {name}',
  'recording.saveShort': 'Télécharger',
  'recording.saved': 'Confié aux téléchargements du navigateur',
  'recording.delete': 'Supprimer {name}',
  'recording.deleteShort': 'Supprimer',
  'recording.deleteSure': 'Supprimer pour de bon ?',
  'recording.fault.diskFull':
    'Le disque est plein : l’enregistrement s’est arrêté. Ce qui était enregistré jusque-là est gardé.',
  'recording.fault.noDisk':
    'Ce navigateur ne donne à la page aucune place sur le disque, comme en navigation privée : il ne peut pas enregistrer.',
  'recording.fault.noSpace':
    'Il y a trop peu de place libre sur cet appareil pour enregistrer. Faites de la place, puis réessayez.',
  'recording.fault.noWriter':
    'Ce navigateur ne sait pas écrire d’enregistrements. Utilisez un Chrome, Edge, Firefox ou Safari récent.',
  'recording.fault.failed':
    'L’enregistrement s’est arrêté sur une erreur. Ce qui était enregistré jusque-là est gardé.',
  'recording.fault.notStarted': 'L’enregistrement n’a pas commencé. Réessayez.',
  'recording.say.on': 'Vous enregistrez maintenant. Chacun a été prévenu.',
  'recording.say.off': 'L’enregistrement est terminé.',
  'notice.recording': '{name} enregistre. Ce que vous envoyez désormais est gardé sur son appareil.',
  'notice.recordingEnded': '{name} n’enregistre plus',
  'notice.recordingAsked': '{name} demande la fin de l’enregistrement',
  'notice.recordingAsked.you': '{name} vous demande d’arrêter l’enregistrement',
};
