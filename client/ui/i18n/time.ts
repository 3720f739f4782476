// The time of day as the person's language writes it.
import { computed } from '@preact/signals';
import { language } from './index.ts';

/** Making one costs more than using it a hundred times. */
const clock = computed(() => new Intl.DateTimeFormat(language.value, { hour: 'numeric', minute: '2-digit' }));

/** @param atMs ms since 1970, shown in this device's time zone */
export const timeText = (atMs: number): string => clock.value.format(atMs);
