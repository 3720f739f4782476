// The words in English of a room that is shown in another page.

export const embed = {
  'embed.waiting': 'Waiting for the page around this one',
  'embed.nothing': 'There is no room to show here',
  'embed.origin': 'This address is for other pages to show a room in, and the page you came from may not.',
  'embed.unreachable': 'The server cannot be reached. Reload the page to try again.',
};
