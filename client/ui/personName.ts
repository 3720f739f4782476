// The name in the field for it: the one used here last, until the person types another.
import { signal } from '@preact/signals';
import { recall } from './remembered.ts';

export const personName = signal(recall('name') ?? '');
