// The words in French of the watch page, and of the scene that it shows.
import type { watch as english } from '../en/watch.ts';

export const watch: Record<keyof typeof english, string> = {
  'scene.label': 'À l’antenne',
  'scene.starting': 'Cela commence dans un instant',
  'scene.startsAt': 'Début à {time}',
  'scene.soon': 'Cela commence bientôt',
  'scene.pause': 'Une courte pause',
  'scene.pauseText': 'La suite ici dans un instant.',
  'scene.after': 'C’est terminé',
  'scene.afterText': 'Merci de nous avoir suivis.',
  'scene.nobody': 'Dans un instant',
  'scene.lost': 'L’image va revenir',
  'scene.screenOf': 'L’écran de {name}',
  'scene.noCamera': '{name}, sans caméra',
  'scene.logo': 'Logo de {name}',
  'scene.waiting.firstFrame': 'L’image arrive…',
  'scene.waiting.key': 'En attente de la clé…',
  'scene.waiting.network': 'En attente du réseau…',
  'scene.waiting.failing': 'L’image ne peut pas être ouverte pour l’instant',
  'scene.waiting.setup': 'Ce navigateur ne peut pas ouvrir l’image',
  'scene.refused': 'Pas affiché : non signé par cette personne',

  'watch.event': 'Événement en direct',
  'watch.opening': 'Ouverture de l’événement…',
  'watch.live': 'En direct',
  'watch.viewers': '{count, plural, one {# spectateur} other {# spectateurs}}',
  'watch.controls': 'Commandes',
  'watch.play': 'Reprendre',
  'watch.pause': 'Pause',
  'watch.paused': 'En pause. La reprise montre le direct du moment : rien n’est gardé.',
  'watch.mute': 'Couper le son',
  'watch.unmute': 'Remettre le son',
  'watch.volume': 'Volume',
  'watch.volumeOf': '{percent} %',
  'watch.soundOn': 'Activer le son',
  'watch.soundWhy': 'Le navigateur ne joue le son qu’après un appui.',
  'watch.fullScreen': 'Plein écran',
  'watch.goLive': 'Vous êtes en retard – revenir au direct',
  'watch.onAir': 'À l’antenne : {names}',
  'watch.nobodyOnAir': 'Personne n’est à l’antenne',

  'watch.role.speaker': 'intervenant',
  'watch.role.producer': 'régie',
  'watch.proof.verified': 'vérifié : {name}, {role}',
  'watch.proof.checking': 'vérification : {name}, {role}',
  'watch.proof.unproven': 'non prouvé : {name}, {role}',
  'watch.proof.refused': 'refusé : {name}, {role}',
  'watch.proof.silent': '{name}, {role}',

  'watch.warn.refused': 'Pas affiché : ce qui est arrivé comme {name} n’a pas été signé par son appareil.',
  'watch.warn.unproven': 'Le son de {name} n’est pas signé pour l’instant. Ce n’est peut-être pas cette personne.',
  'watch.warn.rosterUnreadable':
    'La dernière liste d’intervenants ne s’ouvre pas avec votre lien : il a peut-être été remplacé.',
  'watch.warn.rosterForged':
    'Le serveur a envoyé une liste d’intervenants que l’hôte n’a pas signée. Elle ne compte pas ; la dernière liste signée compte.',
  'watch.warn.programForged':
    'Le serveur a envoyé un programme qu’aucune régie de cet événement n’a signé. Il ne compte pas ; le dernier programme signé compte.',
  'watch.warn.keysUnreadable':
    'Les dernières clés reçues ne peuvent pas être ouvertes. Si l’image s’arrête, en voilà la raison.',

  'watch.lost.network': 'La connexion est perdue. Nouvel essai…',
  'watch.lost.restart': 'Le serveur redémarre. L’image revient d’elle-même.',
  'watch.lost.notOpen': 'L’événement n’est pas ouvert pour l’instant. Cette page regarde à nouveau d’elle-même.',
  'watch.lost.full': 'Aucune place n’est libre pour l’instant. Cette page réessaie d’elle-même.',
  'watch.impaired': 'L’image et le son ne passent pas pour l’instant.',
  'watch.draining':
    '{minutes, plural, =0 {Le serveur est mis à jour dans quelques secondes.} one {Le serveur est mis à jour dans une minute environ.} other {Le serveur est mis à jour dans # minutes environ.}} L’image revient d’elle-même.',
  'watch.back': 'Connexion rétablie.',
  'watch.tryNow': 'Essayer maintenant',

  'watch.details': 'Qui parle, et est-ce vrai ?',
  'watch.details.short': 'Détails',
  'watch.details.people': 'Intervenants de cet événement',
  'watch.details.nobody': 'La liste des intervenants de l’hôte n’est pas encore arrivée.',
  'watch.details.onAir': 'à l’antenne',
  'watch.details.verified':
    'Signé par l’appareil que l’hôte de cet événement a inscrit sous ce nom. Vérifié dans votre navigateur, en permanence.',
  'watch.details.checking': 'La première signature est attendue.',
  'watch.details.unproven': 'Ce que vous entendez ne porte pas de signature valable pour l’instant.',
  'watch.details.refused':
    'Ce qui est arrivé n’a pas été signé par l’appareil de cette personne, et n’est pas affiché.',
  'watch.details.silent': 'Pas à l’antenne.',
  'watch.details.how': 'Ce que « vérifié » veut dire',
  'watch.details.howText':
    'La clé de l’hôte est dans votre lien. Avec elle, l’hôte a signé la liste des intervenants, et l’appareil de chacun signe chaque image et son. Le serveur ne peut changer ni l’une ni l’autre sans que votre navigateur le remarque.',
  'watch.details.not': 'Ce que cela ne veut pas dire',
  'watch.details.notText':
    'Que le nom est le vrai nom d’une personne : l’hôte l’a choisi. Que vous seul pouvez regarder : qui a ce lien le peut. Que personne n’enregistre : qui regarde le peut.',
  'watch.details.server':
    'Le serveur transmet cet événement et n’en détient aucune clé. Il voit votre adresse, et quand vous regardez. Vous n’envoyez rien : ni image, ni son, ni nom.',
  'watch.details.eased': 'Les images arrivent plus petites que possible, car votre connexion est lente.',
  'watch.details.keys': 'Touches',
  'watch.keys.pause': 'Pause et reprise',
  'watch.keys.sound': 'Couper et remettre le son',
  'watch.keys.volume': 'Plus fort, moins fort',
  'watch.keys.live': 'Revenir au direct',
  'watch.keys.details': 'Détails',
  'watch.keys.space': 'Espace',

  'watch.notOpen.title': 'L’événement n’a pas commencé',
  'watch.notOpen.text':
    'Cette page regarde à nouveau d’elle-même et démarre dès qu’il est ouvert. Vous pouvez la laisser ainsi.',
  'watch.full.title': 'Aucune place n’est libre',
  'watch.full.text': 'Autant de personnes regardent que ce serveur peut en porter. Cette page réessaie d’elle-même.',
  'watch.network.title': 'Le serveur est injoignable',
  'watch.network.text': 'Vérifiez votre connexion. Cette page réessaie d’elle-même.',
  'watch.nextLook': 'Prochain essai dans {seconds, plural, one {# seconde} other {# secondes}}',
  'watch.ended.ended.title': 'L’événement est terminé',
  'watch.ended.ended.text': 'Son hôte l’a fermé. Merci de nous avoir suivis.',
  'watch.ended.left.title': 'Vous avez cessé de regarder',
  'watch.ended.left.text': 'Rouvrez le lien pour reprendre.',
  'watch.ended.badLink.title': 'Ce lien n’ouvre pas l’événement',
  'watch.ended.badLink.text':
    'Il a été remplacé, ou appartient à un autre événement. Cherchez le lien le plus récent là où vous avez trouvé celui-ci.',
  'watch.ended.linkChanged.title': 'Le lien a été remplacé',
  'watch.ended.linkChanged.text': 'L’hôte a donné un nouveau lien, et celui-ci n’ouvre plus rien. Cherchez le nouveau.',
  'watch.ended.removed.title': 'L’hôte y a mis fin pour vous',
  'watch.ended.removed.text': 'Vous ne pouvez plus suivre cet événement avec ce lien.',
  'watch.ended.cannotOpen.title': 'Ce navigateur ne peut pas ouvrir l’événement',
  'watch.ended.cannotOpen.text':
    'Il lui manque de quoi ouvrir et vérifier des images scellées. Utilisez Chrome, Edge, Firefox ou Safari à jour.',
  'watch.ended.version.title': 'Cette page n’est plus à jour',
  'watch.ended.version.text': 'Le serveur a été mis à jour. Rechargez la page pour continuer.',
  'watch.ended.failed.title': 'Quelque chose a échoué',
  'watch.ended.failed.text': 'Réessayez. Si cela se répète, prévenez qui vous a envoyé le lien.',
  'watch.again': 'Regarder à nouveau',
  'watch.reload': 'Recharger la page',

  'watch.broken.fragmentMissing.text':
    'Le lien a été ouvert sans la partie après #, qui contient la clé. Sans elle, rien de l’événement ne peut être ouvert. Les messageries la coupent parfois.',
  'watch.broken.fragmentBroken.text':
    'La partie après # n’est plus ce qu’elle était à la création du lien : quelque chose a été coupé, ou ajouté.',
  'watch.broken.versionUnknown.text': 'Il a été fait par une autre version de Conclave que celle de ce serveur.',
  'watch.broken.todo.ask': 'Cherchez le lien là où l’événement a été annoncé, et ouvrez-le de là.',
  'watch.broken.todo.scan': 'Ou scannez son code QR, s’il y en a un.',
  'watch.broken.safe': 'La clé n’est que dans le lien : le serveur ne peut pas l’ajouter, il ne l’a jamais eue.',
};
