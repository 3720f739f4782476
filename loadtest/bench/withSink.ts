// What every bench of the media load does before and after: options, the sink, the report. Ends the process.
import { writeFileSync } from 'node:fs';
import { parseArgs, type ParseArgsOptionsConfig } from 'node:util';
import { Sink } from '../media/Sink.ts';
import { endOnSignals } from './endOnSignals.ts';
import { tableOf, type Figure, type Report } from './figures.ts';
import { currentCommit, describeMachine } from './machine.ts';

/** One in so many packets is checked and timed: all of them, and the sink would take the core that it measures beside. */
const OPEN_ONE_IN = { full: 8, short: 1 };
/** After which the sink ends whatever happens. */
const MOST_SECONDS = { full: 900, short: 180 };

export interface SinkBench {
  sink: Sink;
  bin: string;
  workerBin: string | undefined;
  isShort: boolean;
  /** Those of `more` that were given. */
  options: Readonly<Record<string, string | undefined>>;
  say(text: string): void;
}

const say = (text: string): void => void process.stdout.write(`${text}\n`);

/** @param more options of this bench alone, each with a value */
export async function withSink(more: readonly string[], run: (bench: SinkBench) => Promise<Figure[]>): Promise<never> {
  const known: ParseArgsOptionsConfig = { short: { type: 'boolean' }, json: { type: 'string' } };
  for (const name of more) known[name] = { type: 'string' };
  const { short, json, ...options } = parseArgs({ options: known }).values as Record<string, string | undefined>;
  const isShort = short !== undefined;
  endOnSignals();
  const begun: Omit<Report, 'figures'> = {
    machine: describeMachine(),
    commit: currentCommit(),
    date: new Date().toISOString(),
  };
  // oxlint-disable-next-line node/no-process-env -- set-up tells the Worker's and the sink's places this way, as it tells the tests
  const { MEDIASOUP_WORKER_BIN: workerBin, MEDIA_SINK_BIN: bin } = process.env;
  let figures: Figure[] = [];
  if (bin === undefined)
    say('The sink of the media load could not be built here (set-up says why): nothing is measured.');
  else {
    const form = isShort ? 'short' : 'full';
    const sink = await Sink.start({ bin, openOneIn: OPEN_ONE_IN[form], seconds: MOST_SECONDS[form] });
    try {
      figures = await run({ sink, bin, workerBin, isShort, options, say });
    } finally {
      sink.close();
    }
  }
  const report: Report = { figures, ...begun };
  if (json !== undefined) writeFileSync(json, `${JSON.stringify(report, null, 2)}\n`);
  say(`\n${tableOf(report)}`);
  // mediasoup's own handles would keep the process.
  process.exit(0);
}
