// Figures with a target as bars in one SVG: how much of the target each takes, with its floor beside it.
import type { Figure } from '../bench/figures.ts';
import { verdictOf } from './report.ts';

const ROW = 30;
const TOP = 24;
const NAMES = 250;
const WIDTH = 720;
/** The target stands at the same place in each row, twice as much at the end. */
const SCALE = (WIDTH - NAMES - 90) / 2;
const MOST = 2;

export const escaped = (text: string): string =>
  text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;').replaceAll('"', '&quot;');

/** Empty where none has a target. */
export function plotOf(title: string, figures: readonly Figure[]): string {
  const shown = figures.filter(({ target }) => target !== null && target > 0);
  if (shown.length === 0) return '';
  const height = TOP + shown.length * ROW + 8;
  const target = NAMES + SCALE;
  const rows = shown.map((figure, index) => rowOf(figure, TOP + index * ROW)).join('');
  return `<div class="scroll" tabindex="0"><svg viewBox="0 0 ${WIDTH} ${height}" role="img" aria-label="${escaped(title)}: value beside target">
<line class="target" x1="${target}" x2="${target}" y1="${TOP - 6}" y2="${height}"/><text class="small" x="${target}" y="${TOP - 10}" text-anchor="middle">target</text>${rows}
</svg></div>`;
}

function rowOf(figure: Figure, y: number): string {
  const { name, value, against, target } = figure;
  const widthOf = (one: number): number => Math.min(MOST, Math.max(0, one / (target ?? 1))) * SCALE;
  const middle = y + ROW / 2;
  const isBeyond = value > MOST * (target ?? 1);
  const floor =
    against === null || against > MOST * (target ?? 1)
      ? ''
      : `<line class="floor" x1="${NAMES + widthOf(against)}" x2="${NAMES + widthOf(against)}" y1="${y + 4}" y2="${y + ROW - 4}"/>`;
  return `
<g class="${verdictOf(figure).replace(' ', '-')}"><text x="${NAMES - 8}" y="${middle + 4}" text-anchor="end">${escaped(name)}</text><rect x="${NAMES}" y="${y + 8}" width="${Math.max(1, widthOf(value)).toFixed(1)}" height="${ROW - 16}" rx="2"/>${floor}<text class="small" x="${(NAMES + widthOf(value) + 6).toFixed(1)}" y="${middle + 4}">${value}${isBeyond ? ' →' : ''}</text></g>`;
}
