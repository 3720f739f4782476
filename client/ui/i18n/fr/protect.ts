// The words in French of the page that says what is protected and what is not.
import type { protect as english } from '../en/protect.ts';

export const protect: Record<keyof typeof english, string> = {
  'protect.title': 'Ce que Conclave protège, et ce qu’il ne peut pas',
  'protect.claim':
    'L’image, le son, l’écran, les messages et les fichiers sont chiffrés de bout en bout : le serveur les transmet sans en avoir les clés – si la page que vous avez chargée est bien celle publiée, si le lien n’a pas fuité, et si vous reconnaissez chacun dans la liste.',
  'protect.back': 'À la page d’accueil',

  'protect.sealed': 'Ce qui est scellé',
  'protect.sealed.media': 'Ce que vous montrez et dites : votre image, votre voix, votre écran.',
  'protect.sealed.chat':
    'Ce que vous écrivez dans les messages, les fichiers que vous envoyez avec leurs noms, et les noms que vous vous donnez.',
  'protect.sealed.how':
    'Votre navigateur le ferme avant l’envoi, et seuls les navigateurs de ceux qui sont dans la salle peuvent l’ouvrir. Rien ne permet de le désactiver.',

  'protect.if': 'Cela vaut si',
  'protect.if.page': 'la page que vous avez chargée est bien celle publiée.',
  'protect.if.pageText':
    'La page vient du serveur. Un serveur qui vous envoie une page modifiée peut tout voir et tout entendre. Plus bas : comment vérifier ce que le vôtre envoie.',
  'protect.if.link': 'le lien n’a pas fuité.',
  'protect.if.linkText':
    'Qui a le lien peut entrer. Envoyez-le comme vous remettriez une clé : seulement à ceux qui doivent l’avoir, et pas là où d’autres lisent.',
  'protect.if.list': 'vous reconnaissez chacun dans la liste.',
  'protect.if.listText':
    'La liste montre chaque appareil qui a les clés, et personne d’autre n’y figure jamais. Mais les noms sont libres et ne prouvent rien : regardez-vous, écoutez-vous, et comparez le code de sûreté.',

  'protect.sees': 'Ce que le serveur voit encore',
  'protect.sees.who': 'Qui est connecté et quand : l’adresse de chaque appareil, pas son nom.',
  'protect.sees.sizes': 'Combien est envoyé, et à quels moments.',
  'protect.sees.speaks': 'Qui parle, d’après le volume du son ; pas ce qui est dit.',

  'protect.events': 'Les événements que beaucoup regardent',
  'protect.events.public':
    'Ce qui passe à l’antenne est scellé pour ceux qui ont le lien pour regarder. Un lien public est public : quiconque l’a peut regarder, et garder ce qu’il a vu.',
  'protect.events.signed':
    'C’est aussi signé sur l’appareil même de l’intervenant. La page qui s’ouvre par ce lien le vérifie sans cesse, dit de qui cela vient, et ne montre rien qui ne soit de lui. Ni le serveur ni personne d’autre avec le lien ne peut donc parler à la place d’un intervenant. Il en va de même des sous-titres, là où l’appareil de l’intervenant en fait.',
  'protect.events.backstage':
    'Ce qui se passe en coulisses reste entre ceux qui sont dans la salle. Aucun lien pour regarder ne l’ouvre, quoi que le serveur donne d’autre.',
  'protect.events.machines':
    'Une machine qui a un lien de diffusion, dans une salle ou pour une retransmission, a les clés de la salle comme ceux qui y sont, et figure dans la liste.',
  'protect.events.late':
    'Le serveur peut retenir un événement, ou en passer un extrait antérieur à quelqu’un qui vient d’arriver.',

  'protect.can': 'Ce que le serveur peut faire',
  'protect.can.drop': 'Perdre ce qui est envoyé, ou refuser d’admettre quelqu’un.',
  'protect.can.delay': 'Retarder ce qui est envoyé.',
  'protect.can.split':
    'Scinder une salle : montrer à ses gens deux salles différentes. Là où les deux moitiés entendent encore parler l’une de l’autre, les deux donnent l’alarme et cessent d’envoyer. Un serveur qui les coupe entièrement l’une de l’autre montre à chacune l’autre comme des gens devenus muets.',

  'protect.not': 'Ce que nous n’affirmons pas',
  'protect.not.audited': 'Que cela a été audité. Personne d’extérieur ne l’a encore examiné.',
  'protect.not.quantum':
    'Que cela résiste aux ordinateurs quantiques. Qui enregistre aujourd’hui ce qui est envoyé pourrait un jour l’ouvrir avec l’un d’eux.',
  'protect.not.anonymous':
    'Que vous êtes anonyme. Le serveur voit votre adresse, les autres vous voient et vous entendent.',
  'protect.not.unnoticed':
    'Que personne ne peut entrer sans être remarqué. Qui entre est annoncé et figure dans la liste ; encore faut-il que quelqu’un regarde.',

  'protect.not.unrecorded':
    'Que personne n’enregistre. Conclave annonce à tous, avant qu’il commence, un enregistrement fait avec lui ; des autres programmes et des caméras il ne sait rien, et on ne peut empêcher personne de s’en servir.',

  'protect.check': 'Comment vérifier',
  'protect.check.code': 'Entre vous',
  'protect.check.codeText':
    'Dans une salle, appuyez sur le cadenas en haut et lisez-vous le code de sûreté. Si tous voient le même, vous êtes dans une seule salle et personne n’est entre vous.',
  'protect.check.build': 'La page',
  'protect.check.buildText':
    'Quelqu’un qui connaît un terminal peut le faire pour vous. Prenez le code source publié de Conclave, sur un autre ordinateur si possible, et lancez-y :',
  'protect.check.buildResult':
    'La page est reconstruite, chaque fichier est demandé à ce serveur, et chaque différence est nommée, à l’octet près. Cela montre ce qui a été envoyé à ce moment-là : un serveur qui le veut peut envoyer une autre page à quelqu’un d’autre.',
  'protect.check.list': 'La liste que le serveur donne de ses fichiers',

  'protect.report': 'Si vous trouvez une faille',
  'protect.report.text':
    'Dites-le-nous avant de le dire à d’autres : ce que vous avez fait, ce que vous avez vu, et quelle version (la liste des fichiers la nomme).',
  'protect.report.link': 'Comment la signaler',
  'protect.version': 'Cette page vous a été envoyée par {origin}.',
};
