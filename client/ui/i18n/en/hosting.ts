// The words in English about leading a room: who may come in, who is sent off, and what they read who wait outside.
export const hosting = {
  'ended.removed.title': 'You were removed from the room',
  'ended.removed.text': 'The keys were renewed without this device.',
  'ended.linkChanged.title': 'This link was replaced',
  'ended.linkChanged.text': 'It does not open the room any more. Ask for the new one.',
} as const;
