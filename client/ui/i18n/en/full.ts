// The words in English for who comes to a server that is full.
import { message } from '../message.ts';

export const full = {
  'step.full':
    'This server carries as many people as it can just now. The page tries again by itself, and you come in as soon as there is room.',
  'full.next': message<{ seconds: number }>(
    '{seconds, plural, =0 {Trying now…} one {Next try in # second} other {Next try in # seconds}}',
  ),
} as const;
