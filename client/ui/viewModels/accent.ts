// An event's own colour, made light enough to be read on the dark ground of a scene.

/** Of the stage (tokens.css). */
const GROUND = '#141311';
const LIGHT = '#ffffff';
/** WCAG 1.4.3. */
const TEXT_CONTRAST = 4.5;

const channel = (value: number): number => {
  const share = value / 255;
  return share <= 0.04045 ? share / 12.92 : ((share + 0.055) / 1.055) ** 2.4;
};

type Rgb = readonly [number, number, number];

const rgbOf = (hex: string): Rgb => {
  const number = Number.parseInt(hex.slice(1), 16);
  return [(number >> 16) & 255, (number >> 8) & 255, number & 255];
};

const luminance = ([red, green, blue]: Rgb): number =>
  0.2126 * channel(red) + 0.7152 * channel(green) + 0.0722 * channel(blue);

/** WCAG 2.2, *contrast ratio*: 1 … 21. @param one as `#rrggbb` @param other as `#rrggbb` */
export const contrastOf = (one: string, other: string): number => {
  const [light, dark] = [luminance(rgbOf(one)), luminance(rgbOf(other))].toSorted((a, b) => b - a);
  return ((light ?? 0) + 0.05) / ((dark ?? 0) + 0.05);
};

const hexOf = (rgb: readonly number[]): string =>
  `#${rgb.map((value) => Math.round(value).toString(16).padStart(2, '0')).join('')}`;

/** How much lighter each step is: the twentieth is white. */
const STEPS = 20;

/** `accent`, lightened until letters of it can be read on the dark ground. */
export const accentOnDark = (accent: string): string => {
  const rgb = rgbOf(accent);
  for (let step = 0; step < STEPS; step += 1) {
    const lighter = hexOf(rgb.map((value) => value + ((255 - value) * step) / STEPS));
    if (contrastOf(lighter, GROUND) >= TEXT_CONTRAST) return lighter;
  }
  return LIGHT;
};
