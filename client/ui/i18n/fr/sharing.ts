// The words in French about handing on a link, and about one that lost its end on the way.
import type { sharing as english } from '../en/sharing.ts';

export const sharing: Record<keyof typeof english, string> = {
  'share.open': 'Code QR, agenda et plus',
  'share.title': 'Inviter',
  'share.invitation':
    'Vous êtes invité à une réunion. Ouvrez ce lien dans un navigateur, en entier ; ce qui suit # est la clé :',
  'share.copyInvitation': 'Copier l’invitation',
  'share.invitationCopied': 'Invitation copiée',
  'share.system': 'Partager…',
  'share.defaultTitle': 'Réunion dans Conclave',
  'share.qr': 'À scanner',
  'share.qrText':
    'Avec l’appareil photo d’un téléphone. Quiconque voit ce code peut entrer, sur un écran partagé aussi.',
  'share.qrLabel': 'Code QR du lien',
  'share.calendar': 'Ajouter à un agenda',
  'share.name': 'Titre',
  'share.date': 'Jour',
  'share.time': 'Commence à',
  'share.length': 'Durée',
  'share.minutes': '{count} min',
  'share.calendarReaders':
    'L’entrée contient le lien entier. Quiconque peut lire l’agenda peut entrer, et le service qui le garde aussi.',
  'share.idle':
    'Le serveur oublie une salle où personne n’était pendant {hours} heures, et toutes quand il redémarre. Ouvrez alors d’abord le lien sur cet appareil : qui a créé la salle peut la recréer, sous le même lien.',
  'share.calendarSave': 'Enregistrer le fichier d’agenda',

  'broken.fragmentMissing.title': 'La fin de ce lien s’est perdue',
  'broken.fragmentMissing.text':
    'Un lien vers une salle finit par # et une clé, que seuls les navigateurs voient. Celui-ci est arrivé sans : certains programmes la coupent en transmettant les liens.',
  'broken.fragmentBroken.title': 'La fin de ce lien est abîmée',
  'broken.fragmentBroken.text':
    'Un lien vers une salle finit par # et une clé. De celle-ci une partie manque ou a changé, comme quand un retour à la ligne ou un point s’y glisse.',
  'broken.versionUnknown.title': 'Ce lien est d’une autre version',
  'broken.versionUnknown.text':
    'Il a été créé par une version de Conclave que cette page ne connaît pas. Rechargez la page ; si cela ne suffit pas, demandez un nouveau lien.',
  'broken.todo': 'Ce que vous pouvez faire',
  'broken.todo.paste': 'Copiez le lien entier là où vous l’avez trouvé, et collez-le ici :',
  'broken.todo.ask':
    'Demandez à qui vous invite de le renvoyer autrement : en texte simple, ou comme fichier d’agenda.',
  'broken.todo.scan': 'Ou scannez son code QR : sous « Code QR, agenda et plus » sur son écran.',
  'broken.safe': 'Personne ne peut entrer sans la clé, et le serveur ne peut pas l’ajouter : il ne l’a jamais eue.',

  'reopen.text':
    'Vous avez créé cette salle sur cet appareil, vous pouvez donc la recréer. Le lien que vous avez envoyé marchera alors.',
  'reopen.action': 'Rouvrir la salle',
};
