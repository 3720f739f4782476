// The words of `en/restart.ts` in French.
import type { restart as english } from '../en/restart.ts';

export const restart: Record<keyof typeof english, string> = {
  'notice.draining':
    '{minutes, plural, =0 {Le serveur est mis à jour dans quelques secondes.} one {Le serveur est mis à jour dans une minute environ.} other {Le serveur est mis à jour dans # minutes environ.}} Vous revenez sans rien faire : restez sur cette page.',
  'meeting.restarting':
    'Le serveur redémarre. Vous reviendrez sans rien faire ; ce que vous écrivez est gardé, puis envoyé.',
  'say.restarting': 'Le serveur redémarre. Vous reviendrez sans rien faire.',
  'step.restarting': 'Le serveur redémarre. Vous entrerez sans rien faire dès qu’il sera revenu…',
  'home.createFailed.draining':
    'Le serveur est en cours de mise à jour et ne crée pas de salle pour l’instant. Réessayez dans un moment.',
  'restart.awaited.title': 'Les autres reviennent',
  'restart.awaited.text': 'Le serveur a redémarré. Dans un instant reviennent : {names}.',
  'restart.awaited.more': '{count, plural, one {# autre} other {# autres}}',
  'restart.tryNow': 'Essayer maintenant',
  'home.tryAgain': 'Réessayer',
};
