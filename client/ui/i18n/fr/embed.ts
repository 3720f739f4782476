// The words in French of a room that is shown in another page.

export const embed = {
  'embed.waiting': 'En attente de la page qui entoure celle-ci',
  'embed.nothing': 'Il n’y a pas de salle à montrer ici',
  'embed.origin':
    'Cette adresse sert à d’autres pages pour montrer une salle, et celle d’où vous venez n’y a pas droit.',
  'embed.unreachable': 'Le serveur est injoignable. Rechargez la page pour réessayer.',
};
