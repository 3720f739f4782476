// One number over the last minutes: what it is now in figures, and how it went in a line.
import { tAdmin } from '../../i18n/adminWords.ts';

/** Of the drawing; it is stretched to its place. */
const WIDTH = 240;
const HEIGHT = 56;
/** A line has a width of its own, and is drawn whole at the edges. */
const INSET = 2;
/** What is as much as it ever was is not drawn as if there were no more. */
const HEADROOM = 1.25;

interface ChartProps {
  title: string;
  /** Each line's values, oldest first. */
  lines: readonly (readonly number[])[];
  format(value: number): string;
  /** The least that the top of the drawing stands for, so that a little is not drawn as a lot. */
  least: number;
}

const points = (values: readonly number[], top: number): string => {
  const step = (WIDTH - 2 * INSET) / Math.max(1, values.length - 1);
  return values
    .map((value, index) => {
      const y = HEIGHT - INSET - (Math.min(value, top) / top) * (HEIGHT - 2 * INSET);
      return `${(INSET + index * step).toFixed(1)},${y.toFixed(1)}`;
    })
    .join(' ');
};

export const Chart = ({ title, lines, format, least }: ChartProps) => {
  const all = lines.flat();
  const now = lines.flatMap((line) => line.slice(-1));
  const top = Math.max(least, ...all.map((value) => value * HEADROOM));
  const text = (value: number): string => format(value);
  return (
    <div class="admin-chart">
      <dt>{title}</dt>
      <dd>
        <strong>{now.length === 0 ? tAdmin('admin.chart.none') : now.map(text).join(' · ')}</strong>
        {all.length > 0 && (
          <svg
            viewBox={`0 0 ${WIDTH} ${HEIGHT}`}
            preserveAspectRatio="none"
            role="img"
            aria-label={
              all.length > now.length
                ? tAdmin('admin.chart.told', {
                    now: now.map(text).join(', '),
                    least: text(Math.min(...all)),
                    most: text(Math.max(...all)),
                  })
                : tAdmin('admin.chart.soon')
            }
          >
            {lines.map((line, index) => (
              <polyline key={index} points={points(line, top)} vector-effect="non-scaling-stroke" />
            ))}
          </svg>
        )}
      </dd>
    </div>
  );
};
