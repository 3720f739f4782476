// The words in French of the lock, of what stands behind it, and of the comparison of safety codes.
import type { security as english } from '../en/security.ts';

export const security: Record<keyof typeof english, string> = {
  'seal.securing': 'Mise sous scellés…',
  'seal.sealed': 'Scellée',
  'seal.verified': 'Scellée, vérifiée',
  'seal.changed': '{count, plural, one {Scellée, # nouveau} other {Scellée, # nouveaux}}',
  'seal.resyncing': 'Clés en renouvellement…',
  'seal.fenced': 'Envoi arrêté',
  'seal.split': 'Salle scindée',
  'seal.held': 'Salle scindée avant',
  'seal.open': '{state}. Voir ce qui protège cette salle',

  'security.title': 'Ce qui protège cette salle',
  'security.sealed': 'Cette salle est scellée.',
  'security.sealedText':
    'Image, son, écran, messages et fichiers sont fermés par des clés que seuls les appareils ci-dessous possèdent.',
  'security.securing': 'La salle est en train d’être scellée.',
  'security.securingText': 'Rien ne part de chez vous avant que les clés soient là.',
  'security.resyncing': 'Les clés sont en renouvellement.',
  'security.resyncingText': 'Rien ne part de chez vous avant que les nouvelles clés soient là.',
  'security.behind': 'Rien ne part de chez vous.',
  'security.behindText':
    'Les autres sont passés à de nouvelles clés, qui ne sont pas arrivées ici. Cet appareil va demander dans un instant à rentrer.',
  'security.silent': 'Rien ne part de chez vous.',
  'security.silentText':
    'Aucun autre appareil n’a donné signe de vie depuis une minute. Les autres sont peut-être partis, ou le serveur retient ce qu’ils disent. Cet appareil va demander dans un instant à rentrer.',
  'security.stale': 'Rien ne part de chez vous.',
  'security.staleText':
    'Aucune nouvelle clé n’est venue depuis plus longtemps qu’une salle ne s’en passe jamais. Cet appareil va demander dans un instant à rentrer.',
  'security.split': 'Le serveur montre aux gens de cette salle des salles différentes.',
  'security.splitText':
    'Quelqu’un ici a prouvé, par sa signature, un autre déroulement de cette salle que celui montré à cet appareil. Rien ne part plus de chez vous.',
  'security.split.1': 'Quittez cette salle.',
  'security.split.2': 'Joignez les autres autrement, par téléphone par exemple, et dites-le-leur.',
  'security.split.3':
    'Si vous vous retrouvez ici, comparez d’abord le code de sûreté par téléphone, avant de rien dire.',
  'security.held.1': 'Joignez les autres autrement, par téléphone par exemple.',
  'security.held.2': 'Comparez-y le code de sûreté, avec chacun.',
  'security.held.3':
    'Ne continuez que si tous voient le même. Sinon, ou si vous ne joignez personne, quittez la salle.',
  'security.held': 'Dans cette salle, le serveur a montré aux gens des salles différentes.',
  'security.heldText': 'Les clés sont de nouveau là, mais rien ne part de chez vous tant que vous ne le dites pas.',
  'security.heldWaiting': 'Rien ne part de chez vous : les clés ne sont pas là, et rien ne partira sans votre accord.',
  'security.goOn': 'J’ai compris, continuer',
  'security.whatToDo': 'Que faire',
  'security.notSending': 'Rien ne part de chez vous',
  'security.more': 'Ce que Conclave protège, et ce qu’il ne peut pas',
  'security.newTab': 's’ouvre dans un nouvel onglet',
  'security.provided':
    'Cela vaut si la page ouverte est bien celle publiée, si le lien n’a pas fuité, et si vous connaissez chacun dans la liste.',

  'verify.code': 'Code de sûreté',
  'verify.codeText':
    'Lisez-vous les chiffres ou les mots. Si tous voient les mêmes, personne n’est entre vous. Ils changent à chaque arrivée et départ, et de temps en temps d’eux-mêmes.',
  'verify.differs': 'S’ils diffèrent, ne dites plus rien ici : quittez la salle et joignez les autres autrement.',
  'verify.wordsLanguage':
    'Les mots sont les mêmes, en anglais, dans toutes les langues, pour que chacun puisse les comparer.',
  'verify.digits': 'En chiffres',
  'verify.words': 'En mots',
  'verify.copyCode': 'Copier le code',
  'verify.codeCopied': 'Code de sûreté copié',
  'verify.codeChanged': 'Le code vient de changer. Comparez le nouveau.',
  'verify.confirm': 'Nous l’avons comparé : il correspond',
  'verify.confirmAgain': 'Nous avons comparé le nouveau code : il correspond',
  'verify.confirmText':
    'Ne le dites que si vous l’avez entendu d’eux-mêmes. C’est retenu jusqu’à ce que vous fermiez cet onglet.',
  'verify.alone': 'Il faut être deux pour comparer un code. Personne d’autre n’est là.',
  'verify.with': 'Vérifié à {time} avec {names}.',
  'verify.came': 'Depuis, aussi {names} (non vérifié).',
  'verify.returned': 'De retour depuis avec une autre clé : {names} (non vérifié).',
  'verify.left': 'Sortis depuis : {names}.',
  'verify.more': '{count, plural, one {# autre} other {# autres}}',
  'verify.forget': 'Oublier cette comparaison',
  'verify.devices': '{count, plural, one {# appareil a les clés} other {# appareils ont les clés}}',
  'verify.thisDevice': 'cet appareil',
  'verify.ownBefore': 'cet appareil, avant son retour',
  'verify.verifiedAt': 'Vérifié à {time}',
  'verify.notVerified': 'Non vérifié',
  'verify.since': 'ici depuis {time}',
  'verify.before': 'ici avant cet appareil',
  'verify.print': 'clé {print}',
  'verify.firstPrint': 'Revenu avec une autre clé ; la première était {print}.',
  'verify.formerName': 'S’appelait {name} avant.',
  'verify.claimed': 'À {time}, {name} a dit avoir comparé le code avec vous.',
  'verify.say.came': '{name} est entré et n’est pas vérifié',
  'verify.say.returned': '{name} est de retour avec une autre clé et n’est pas vérifié',

  'say.sealed': 'La salle est scellée',
  'say.resyncing': 'Les clés sont en renouvellement',
  'say.fenced': 'Rien ne part plus de chez vous : les clés des autres ne sont pas confirmées',
  'say.split': 'Attention : la salle est scindée, rien ne part plus de chez vous',
  'say.held': 'Attention : cette salle a été scindée, rien ne part de chez vous avant votre accord',
};
