// The words in French about the line: bars, their causes, and doing without pictures.
import type { quality as english } from '../en/quality.ts';

export const quality: Record<keyof typeof english, string> = {
  'quality.bars.1': 'Connexion mauvaise',
  'quality.bars.2': 'Connexion faible',
  'quality.bars.3': 'Connexion moyenne',
  'quality.bars.4': 'Bonne connexion',
  'quality.words': '{bars} : {why}',
  'quality.yours.loss': 'votre réseau perd des paquets',
  'quality.yours.delay': 'votre réseau est lent à répondre',
  'quality.yours.bandwidth': 'votre réseau a peu de débit',
  'quality.theirs.loss': 'le réseau de {name} perd des paquets',
  'quality.theirs.delay': 'le réseau de {name} est lent à répondre',
  'quality.theirs.bandwidth': 'le réseau de {name} a peu de débit',
  'quality.unstable': 'Votre réseau est instable.',
  'quality.audioOnly': 'Audio seul',
  'quality.keepScreens': 'Garder les écrans partagés',
  'quality.dismiss': 'Fermer',
  'quality.spared.screen': 'Audio seul : cet écran n’est pas reçu',
  'quality.say.all': 'Audio seul : aucune image n’est reçue',
  'quality.say.cameras': 'L’audio et les écrans partagés sont reçus',
  'quality.say.nothing': 'Les images sont de nouveau reçues',
};
