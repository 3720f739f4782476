// A link as a QR code: one path of squares, for an SVG.
import { encode } from 'uqr';

/** Light modules around it that scanners need (ISO/IEC 18004, section 6.3.8). */
const QUIET = 4;

export interface QrPath {
  /** Modules across, the quiet zone included. */
  size: number;
  /** SVG path data of the dark modules. */
  path: string;
}

/** Mended up to 15 %: a link on a screen is seldom soiled, and larger modules are read from farther off. */
export const qrPath = (text: string): QrPath => {
  const { size, data } = encode(text, { ecc: 'M', border: QUIET });
  const rows = data.flatMap((row, y) =>
    row.flatMap((dark, x) => (dark && !row[x - 1] ? [`M${x} ${y}h${runOf(row, x)}v1h-${runOf(row, x)}z`] : [])),
  );
  return { size, path: rows.join('') };
};

const runOf = (row: readonly boolean[], from: number): number => {
  const end = row.indexOf(false, from);
  return (end === -1 ? row.length : end) - from;
};
