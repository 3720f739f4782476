// Sizes and spans of time as the person's language writes them.
import { computed } from '@preact/signals';
import { language } from './index.ts';

const UNITS = ['byte', 'kilobyte', 'megabyte', 'gigabyte', 'terabyte'] as const;

const sizes = computed(() =>
  UNITS.map((unit) => {
    const options = { style: 'unit', unit, unitDisplay: unit === 'byte' ? 'long' : 'short' } as const;
    // Three figures say enough: 1.25 GB, 12.5 GB, 125 GB.
    return new Intl.NumberFormat(language.value, { ...options, maximumSignificantDigits: 3 });
  }),
);
const spans = computed(() =>
  (['second', 'minute', 'hour'] as const).map(
    (unit) =>
      new Intl.NumberFormat(language.value, { style: 'unit', unit, unitDisplay: 'short', maximumFractionDigits: 0 }),
  ),
);

const percents = computed(() => new Intl.NumberFormat(language.value, { style: 'percent' }));

/** @param part from 0 to 1; rounded down, so that all is said when it is all */
export const percentText = (part: number): string => percents.value.format(Math.floor(part * 100) / 100);

/** Of bytes, in steps of 1000 as file managers count. */
export const sizeText = (bytes: number): string => {
  let [value, unit] = [bytes, 0];
  while (value >= 999.5 && unit < UNITS.length - 1) {
    value /= 1000;
    unit += 1;
  }
  return sizes.value[unit]?.format(value) ?? '';
};

/** Rounded up: who waits is never told too little. */
export const spanText = (seconds: number): string => {
  const [steps, unit] = seconds < 90 ? [1, 0] : seconds < 5_400 ? [60, 1] : [3_600, 2];
  return spans.value[unit]?.format(Math.ceil(seconds / steps)) ?? '';
};
