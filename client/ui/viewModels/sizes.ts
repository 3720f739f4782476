// Bytes as people read them.

const UNITS = ['kilobyte', 'megabyte', 'gigabyte'] as const;

/** `language` as BCP 47; decimal units, as disks are sold. */
export const sizeText = (bytes: number, language: string): string => {
  const power = Math.min(Math.max(1, Math.floor(Math.log10(Math.max(1, bytes)) / 3)), UNITS.length);
  const value = bytes / 1000 ** power;
  const unit = UNITS[power - 1] ?? 'kilobyte';
  return new Intl.NumberFormat(language, {
    style: 'unit',
    unit,
    maximumFractionDigits: value < 10 && power > 1 ? 1 : 0,
  }).format(value);
};
