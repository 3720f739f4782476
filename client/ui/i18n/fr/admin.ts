// The words in French of the admin page; they are its own, and no other page loads them.
import type { admin as english } from '../en/admin.ts';
import { message } from '../message.ts';

type Count = { count: number };

export const admin: typeof english = {
  'admin.title': 'Ce serveur',
  'admin.intro': 'Pour qui l’exploite : ce qu’il voit de lui-même. Personne de présent n’est nommé ici.',
  'admin.token': 'Jeton d’administration',
  'admin.tokenHint':
    'ADMIN_TOKEN dans les réglages du serveur. Il reste dans cet onglet jusqu’à ce que vous partiez ou le fermiez.',
  'admin.open': 'Ouvrir',
  'admin.opening': 'Le serveur est interrogé…',
  'admin.signOut': 'Se déconnecter',
  'admin.fault.refused': 'Le serveur n’accepte pas ce jeton. Copiez encore ADMIN_TOKEN depuis ses réglages.',
  'admin.fault.absent': 'Ce serveur n’a pas de page d’administration : ADMIN_TOKEN n’est pas défini.',
  'admin.fault.limited': 'Trop de faux jetons sont venus de cette adresse. Attendez une minute, puis réessayez.',
  'admin.fault.lost': 'Le serveur ne répond pas. Vérifiez qu’il tourne, puis réessayez.',
  'admin.lost': 'Le serveur ne répond pas ; il est interrogé de nouveau tout seul. Ce qui est affiché date d’avant.',
  'admin.draining': 'Il est en cours d’arrêt : il ne prend plus de nouvelles salles.',
  'admin.findings': 'Constats',
  'admin.allWell': 'Rien ne va mal, autant que le serveur puisse le voir.',
  'admin.level.ok': 'Bien',
  'admin.level.warning': 'Attention',
  'admin.level.broken': 'En panne',
  'admin.well': message<Count>('{count, plural, one {# point va bien} other {# points vont bien}}'),
  'admin.doctor': 'Le reste, ports, certificat, relais et un vrai appel, est examiné par',
  'admin.now': 'Les dernières minutes',
  'admin.chart.rooms': 'Salles',
  'admin.chart.people': 'Participants',
  'admin.chart.viewers': 'Spectateurs',
  'admin.chart.connections': 'Connexions',
  'admin.chart.cpu': 'Processus média, part d’un cœur',
  'admin.chart.memory': 'Mémoire du serveur',
  'admin.chart.loop': 'Boucle d’événements, retard',
  'admin.chart.told': message<{ now: string; least: string; most: string }>(
    'Maintenant {now} ; entre {least} et {most}.',
  ),
  'admin.chart.none': 'Pas mesuré ici',
  'admin.chart.soon': 'La ligne commence au prochain relevé.',
  'admin.machine': 'La machine',
  'admin.memoryFree': 'Mémoire libre',
  'admin.diskFree': 'Disque libre',
  'admin.ofTotal': message<{ free: string; total: string }>('{free} sur {total}'),
  'admin.deaths': 'Processus média morts',
  'admin.build': 'Construction',
  'admin.version': 'Version installée',
  'admin.commit': 'Commit d’origine',
  'admin.noCommit': 'pas depuis un dépôt',
  'admin.running': 'En marche depuis',
  'admin.settings': 'Réglages en vigueur',
  'admin.unset': 'non défini',
};
