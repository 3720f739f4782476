// The words in French of what a server finds about itself.
import type { findings as english } from '../en/findings.ts';

export const findings: typeof english = {
  'finding.announced.ok': 'Les navigateurs envoient leurs médias à {address}.',
  'finding.announced.loopback': 'Les navigateurs envoient leurs médias à {address}, qui est leur propre machine.',
  'mend.announced.loopback':
    'Personne d’autre n’a de son ni d’image. Mettez dans ANNOUNCED_ADDRESS l’adresse à laquelle on atteint cette machine.',
  'finding.announced.private':
    'Les navigateurs envoient leurs médias à {address}, que seules les machines du même réseau atteignent, alors que PUBLIC_ORIGIN est pour tous.',
  'mend.announced.private':
    'Mettez dans ANNOUNCED_ADDRESS l’adresse publique de cette machine, ou du routeur devant elle.',
  'finding.origin.ok': 'On ouvre {origin}.',
  'finding.origin.local': 'La page n’est que pour cette machine.',
  'finding.origin.none': 'D’autres peuvent atteindre la page, et PUBLIC_ORIGIN n’est pas défini.',
  'mend.origin.none':
    'Mettez dans PUBLIC_ORIGIN ce que les gens ouvrent, par exemple https://meet.example : les pages d’autres origines sont alors refusées.',
  'finding.origin.plain': 'On ouvre {origin}, sans HTTPS.',
  'mend.origin.plain':
    'Les navigateurs ne donnent caméra et micro qu’aux pages en HTTPS. Placez un mandataire avec certificat devant, et mettez son adresse https:// dans PUBLIC_ORIGIN.',
  'finding.proxy.ok': 'Les requêtes passent par autant de mandataires que le dit TRUST_PROXY : {trusted}.',
  'finding.proxy.none': 'Les requêtes viennent sans mandataire, ou aucune n’est encore venue.',
  'finding.proxy.ignored':
    'Les requêtes passent par un mandataire, et TRUST_PROXY vaut 0 : tout le monde compte pour une seule adresse.',
  'mend.proxy.ignored': 'Mettez dans TRUST_PROXY le nombre de vos mandataires, le plus souvent 1.',
  'finding.proxy.missing':
    'TRUST_PROXY vaut {trusted}, et les requêtes passent par moins de mandataires : chacun peut se faire passer pour une autre adresse.',
  'mend.proxy.missing':
    'Mettez dans TRUST_PROXY le nombre de mandataires qui sont devant, et ne laissez personne atteindre PORT sans eux.',
  'finding.descriptors.ok':
    'Il peut tenir ouverts {limit, plural, =-1 {autant de fichiers et de connexions qu’il veut} other {# fichiers et connexions}}.',
  'finding.descriptors.unknown': 'Ce système ne dit pas combien de fichiers peuvent être ouverts.',
  'finding.descriptors.few': 'Il peut tenir ouverts {limit} fichiers et connexions, ce qui est peu.',
  'mend.descriptors.few':
    'Chaque personne en coûte un à trois. Mettez LimitNOFILE=65536 dans l’unité, ou nofile dans le conteneur.',
  'finding.descriptors.short': 'Il ne peut tenir ouverts que {limit} fichiers et connexions.',
  'mend.descriptors.short':
    'Quelques centaines de personnes les épuisent, et plus personne n’entre. Mettez LimitNOFILE=65536 dans l’unité, ou nofile dans le conteneur.',
  'finding.memory.ok': '{freeMib} Mio de mémoire sont libres.',
  'finding.memory.little': '{freeMib} Mio de mémoire sont libres, ce qui est peu.',
  'mend.memory.little':
    'Chaque personne coûte environ un quart de Mio, et le serveur 200 Mio. Donnez-en plus à la machine ou au conteneur.',
  'finding.memory.short': 'Seuls {freeMib} Mio de mémoire sont libres.',
  'mend.memory.short':
    'Le système arrêtera le serveur quand il lui en faudra plus. Arrêtez ce qui tourne d’autre ici, ou donnez-lui plus de mémoire.',
  'finding.cores.ok':
    '{workers, plural, one {# processus média} other {# processus média}} sur {cores, plural, one {# cœur} other {# cœurs}}.',
  'finding.cores.idle':
    '{workers, plural, one {# processus média} other {# processus média}} sur {cores} cœurs : les autres ne portent aucun média.',
  'mend.cores.idle': 'Retirez WORKERS, et il y en a un par cœur.',
  'finding.cores.crowded':
    '{workers} processus média sur {cores, plural, one {# cœur} other {# cœurs}} : ils se prennent du temps.',
  'mend.cores.crowded': 'Retirez WORKERS, et il y en a un par cœur.',
  'finding.data.ok': 'On peut écrire dans le dossier de données {path}, qui a {freeMib} Mio libres.',
  'finding.data.filling': 'Il reste {freeMib} Mio au dossier de données {path}.',
  'mend.data.filling': 'Les fichiers que l’on s’envoie y sont. Faites de la place, ou baissez FILE_TOTAL_MB.',
  'finding.data.full': 'Il ne reste que {freeMib} Mio au dossier de données {path} : les fichiers sont refusés.',
  'mend.data.full': 'Faites de la place sur le disque, ou mettez dans DATA_DIR un dossier d’un autre.',
  'finding.data.closed': 'On ne peut pas écrire dans le dossier de données {path} ({why}).',
  'mend.data.closed': 'Donnez-le à l’utilisateur du serveur, ou mettez un autre dossier dans DATA_DIR.',
  'finding.node.ok': 'Node en version {version}.',
  'finding.node.old': 'Node {version} est trop ancien.',
  'mend.node.old': 'Démarrez par npm start, qui apporte Node {least}, ou installez Node {least} ou plus récent.',
  'finding.workers.ok': '{workers, plural, one {# processus média tourne} other {# processus média tournent}}.',
  'finding.workers.missing': '{workers} processus média sur {wanted} tournent.',
  'mend.workers.missing': 'Ils redémarrent tout seuls. Si cela dure, cherchez « media worker » dans le journal.',
  'finding.workers.died':
    '{deaths, plural, one {Un processus média est mort} other {# processus média sont morts}} depuis le démarrage.',
  'mend.workers.died':
    'Ses salles sont revenues toutes seules. Si cela se répète, cherchez quand dans le journal, et regardez la mémoire de la machine.',
  'finding.priority.ok': 'Sur le processeur, le média passe avant le reste.',
  'finding.priority.even':
    'Sur un processeur chargé, le média attend son tour : le système ne laisse passer aucun processus de cet utilisateur en premier (LimitNICE=-10 dans l’unité, ou nice: 30 parmi les ulimits du conteneur, le ferait).',
};
