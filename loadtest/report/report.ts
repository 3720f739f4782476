// A report: the figures of one or several runs in one document, and what is committed of it.
import type { Figure, Report } from '../bench/figures.ts';

/** Which run a figure is of, where a report was made of several. */
export interface Run {
  machine: string;
  commit: string;
  date: string;
  figures: string[];
}

export interface FullReport extends Report {
  runs: Run[];
  /** What whoever reads it has to know first: a short run, or a machine with other people's work on it. */
  note?: string;
}

/** Of figures that several have, the last one's counts. What stands at the top is the last run. A report that was made of several runs is those. */
export function mergeReports(reports: readonly (Report | FullReport)[], note?: string): FullReport {
  const each = reports.flatMap(runsOf);
  const last = each.at(-1);
  if (last === undefined) throw new Error('a report is made of at least one run');
  const byName = new Map<string, { figure: Figure; run: number }>();
  for (const [run, { figures }] of each.entries())
    for (const figure of figures) byName.set(figure.name, { figure, run });
  const all = [...byName.values()];
  const runs = each
    .map(({ machine, commit, date }, run) => {
      const figures = all.filter((one) => one.run === run).map(({ figure }) => figure.name);
      return { machine, commit, date, figures };
    })
    .filter(({ figures }) => figures.length > 0);
  const { machine, commit, date } = last;
  const figures = all.map(({ figure }) => figure);
  return { figures, machine, commit, date, runs, ...(note !== undefined && { note }) };
}

const runsOf = (report: Report | FullReport): Report[] =>
  'runs' in report
    ? report.runs.map((run) => ({ ...run, figures: report.figures.filter(({ name }) => run.figures.includes(name)) }))
    : [report];

export type Verdict = 'met' | 'missed' | 'not judged' | 'no target';

export function verdictOf({ met, target }: Pick<Figure, 'met' | 'target'>): Verdict {
  if (target === null) return 'no target';
  if (met === null) return 'not judged';
  return met ? 'met' : 'missed';
}

/** In the order in which they are shown; the first that a name fits is its part. */
const PARTS: readonly [title: string, name: RegExp][] = [
  ['Joining', /^join-(?!ack|\d)/],
  ['Signalling', /^(?:joins-|join-ack|fan-out|memory-per-member)/],
  ['Media', /^(?:publisher-|cpu-per-packet|janus|overload-|pipe$|growth$|watch-delay)/],
  ['Audience', /^(?:viewer|memory-per-viewer|watch-open)/],
  ['Large rooms', /^(?:client-cost|new-voice|page-)/],
  ['Files', /^file-/],
  ['Encryption', /./],
];

export function partsOf(figures: readonly Figure[]): { title: string; figures: Figure[] }[] {
  const titleOf = ({ name }: Figure): string => PARTS.find(([, pattern]) => pattern.test(name))?.[0] ?? '';
  return PARTS.map(([title]) => ({ title, figures: figures.filter((figure) => titleOf(figure) === title) })).filter(
    (part) => part.figures.length > 0,
  );
}
