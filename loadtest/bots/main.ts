// npm run bots: fills a Room of a running server with members who have no browser and real keys; ends by itself.
import { readFileSync } from 'node:fs';
import { parseArgs } from 'node:util';
import { parseLink } from '#core';
import { MAX_PEERS_PER_ROOM } from '#protocol/limits';
import { installQuickCrypto } from './quickCrypto.ts';
import { parseScript } from './script.ts';
import type { Progress } from './Troupe.ts';

const USAGE = `npm run bots -- --origin URL --link-file FILE [--count 10] [--script talk] [--talkers 0] [--minutes 2]
                  [--over SECONDS]
  --origin     where the server is, as in the link: https://meet.example
  --link-file  a file whose first line is the room's link (whoever reads a command line reads its arguments)
  --count      how many come, 1 to ${MAX_PEERS_PER_ROOM}
  --script     quiet, talk or churn, or one of your own: "say 5s raise 10s lower leave 2s return 20s", again and
               again; the first to come stays all along, so that somebody is there to take others in
  --talkers    how many of them talk all the time; others talk where the script has them speak
  --minutes    how long they stay once all have come, up to 240
  --over       seconds in which they come; a fifth of a second each by default`;

const EXIT_NOT_ALL = 1;
const EXIT_USAGE = 2;
const EXIT_INTERRUPTED = 130;
const MOST_MINUTES = 240;
const SECONDS_EACH = 0.2;
const MOST_SECONDS_TO_COME = 3_600;

const say = (line: string): void => void process.stdout.write(`${line}\n`);

function wholeOf(text: string, name: string, most: number, least = 1): number {
  const value = Number(text);
  if (text === '' || !(value >= least && value <= most)) throw new Error(`--${name} is from ${least} to ${most}`);
  return value;
}

function optionsOf(args: string[]) {
  const text = { type: 'string' } as const;
  const { values } = parseArgs({
    args,
    options: {
      origin: text,
      'link-file': text,
      count: { ...text, default: '10' },
      script: { ...text, default: 'talk' },
      talkers: { ...text, default: '0' },
      minutes: { ...text, default: '2' },
      over: text,
    },
  });
  const { origin = '', 'link-file': file = '' } = values;
  if (!URL.canParse(origin)) throw new Error('--origin is the address of the server');
  const [line = ''] = readFileSync(file, 'utf8').split('\n', 1);
  const parsed = parseLink(line, new URL(origin).origin);
  // What is wrong with a link is said without the link.
  if (!parsed.ok) throw new Error(`--link-file holds no link of a room on that server (${parsed.fault})`);
  if (parsed.link.kind === 'viewer') throw new Error('--link-file holds a watch link: Bots are members');
  const count = Math.floor(wholeOf(values.count, 'count', MAX_PEERS_PER_ROOM));
  const over = values.over ?? String(count * SECONDS_EACH);
  return {
    origin: new URL(origin).origin,
    link: parsed.link,
    count,
    steps: parseScript(values.script),
    talkers: Math.floor(wholeOf(values.talkers, 'talkers', count, 0)),
    playMs: wholeOf(values.minutes, 'minutes', MOST_MINUTES, 0) * 60_000,
    overMs: wholeOf(over, 'over', MOST_SECONDS_TO_COME, 0) * 1_000,
  };
}

function lineOf(
  { seconds, coming, epoch, said, heard, sounds, returned, ended, ...progress }: Progress,
  count: number,
): string {
  const gone = Object.entries(ended).map(([reason, times]) => `${reason} ×${times}`);
  const parts = [
    `${seconds} s`,
    `${progress.in} of ${count} in`,
    ...(coming > 0 ? [`${coming} on the way`] : []),
    `epoch ${epoch}`,
    `${said} said, ${heard} heard`,
    ...(sounds > 0 ? [`${sounds} sounds`] : []),
    ...(returned > 0 ? [`${returned} came back`] : []),
    ...(gone.length > 0 ? [`ended: ${gone.join(', ')}`] : []),
  ];
  return parts.join(' · ');
}

async function perform(options: ReturnType<typeof optionsOf>): Promise<number> {
  installQuickCrypto();
  const { play } = await import('./Troupe.ts');
  const stop = new AbortController();
  for (const signal of ['SIGINT', 'SIGTERM'] as const) process.on(signal, () => stop.abort());
  const onProgress = (progress: Progress): void => say(lineOf(progress, options.count));
  const { came, ended } = await play({ ...options, signal: stop.signal, onProgress });
  if (stop.signal.aborted) return EXIT_INTERRUPTED;
  say(`${came} of ${options.count} were in, and all have left`);
  return came === options.count && Object.keys(ended).length === 0 ? 0 : EXIT_NOT_ALL;
}

let options: ReturnType<typeof optionsOf> | null = null;
try {
  options = optionsOf(process.argv.slice(2));
} catch (error) {
  process.stderr.write(`${error instanceof Error ? error.message : String(error)}\n\n${USAGE}\n`);
  process.exitCode = EXIT_USAGE;
}
if (options !== null) {
  const code = await perform(options);
  // What carries their voices keeps threads of its own, which nothing ends but the process.
  process.stdout.write('', () => process.exit(code));
}
