// Runs the egress as an operator would, follows what it tells for machines, and looks into what it wrote.
import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import { REPO_ROOT } from './environment.ts';
import { startChild, type Child } from './processes.ts';
import { until } from './until.ts';

const run = promisify(execFile);

/** What `--progress json` says in a line. */
export interface EgressLine {
  state: 'waiting' | 'writing' | 'closed' | 'stopped';
  seconds: number;
  frames?: number;
  drops?: number;
  kbps?: number | null;
  exit?: number;
  why?: string;
}

export interface Egress {
  child: Child;
  lines(): EgressLine[];
  /** Resolves once so many seconds are written. */
  untilWritten(seconds: number): Promise<EgressLine>;
  /** As an operator or a supervisor ends it; resolves to its last line. */
  end(): Promise<EgressLine>;
}

export function startEgress(args: readonly string[]): Egress {
  const command = [process.execPath, 'infra/egress/egress.mjs', ...args, '--progress', 'json', '--no-sandbox'];
  const child = startChild(command, { cwd: REPO_ROOT });
  const lines = (): EgressLine[] =>
    child
      .output()
      .split('\n')
      .filter((line) => line.startsWith('{') && line.endsWith('}'))
      .map((line) => JSON.parse(line) as EgressLine);
  const follow = (what: string, holds: (line: EgressLine) => boolean): Promise<EgressLine> =>
    until(
      () => {
        const line = lines().find(holds);
        if (line === undefined && child.exited()) throw new Error(`it ended:\n${child.output()}`);
        return line;
      },
      { timeoutMs: 90_000, what: `${what}:\n${child.output()}` },
    );
  return {
    child,
    lines,
    untilWritten: (seconds) => follow('the egress to write', (line) => line.seconds >= seconds),
    async end() {
      process.kill(child.pid, 'SIGTERM');
      return follow('the egress to end', ({ state }) => state === 'stopped');
    },
  };
}

/** An ingest that takes one stream and writes it to a file as it came. */
export function startIngest(address: string, file: string): Child {
  const input = ['-listen', '1', '-analyzeduration', '500000', '-i', address];
  return startChild(['ffmpeg', '-v', 'error', ...input, '-c', 'copy', '-f', 'flv', '-flush_packets', '1', file]);
}

export interface FileFacts {
  /** Names of the codecs, sorted. */
  codecs: string[];
  size: [number, number];
  /** Pictures that differ from each other. */
  pictures: number;
  /** Of the sound, in dB. */
  peakDb: number;
}

export async function factsOf(file: string): Promise<FileFacts> {
  const args = ['-v', 'error', '-show_entries', 'stream=codec_type,codec_name,width,height', '-of', 'json', file];
  const { streams } = JSON.parse((await run('ffprobe', args)).stdout) as {
    streams: { codec_type: string; codec_name: string; width?: number; height?: number }[];
  };
  const video = streams.find(({ codec_type }) => codec_type === 'video');
  const sums = await run('ffmpeg', ['-v', 'error', '-i', file, '-map', '0:v', '-f', 'framemd5', '-']);
  const ofPictures = sums.stdout.split('\n').filter((line) => line.startsWith('0,'));
  const sound = ['-map', '0:a', '-af', 'volumedetect', '-f', 'null', '-'];
  const loud = await run('ffmpeg', ['-hide_banner', '-i', file, ...sound]);
  return {
    codecs: streams.map(({ codec_name }) => codec_name).toSorted(),
    size: [video?.width ?? 0, video?.height ?? 0],
    pictures: new Set(ofPictures.map((line) => line.split(',').at(-1))).size,
    peakDb: Number(/max_volume: (-?[\d.]+) dB/.exec(loud.stderr)?.[1]),
  };
}

export interface Part {
  x: number;
  y: number;
  width: number;
  height: number;
}

/**
 * How alike a part of a picture and the same part of a film are where they are most alike: PSNR in dB; a picture and its copy by a
 * video codec come to 30 and more.
 */
export async function likenessDb(film: string, png: string, { x, y, width, height }: Part): Promise<number> {
  const crop = `format=gray,crop=${Math.floor(width)}:${Math.floor(height)}:${Math.ceil(x)}:${Math.ceil(y)}`;
  const graph = `[0:v]fps=4,${crop}[film];[1:v]${crop}[still];[film][still]psnr=stats_file=-:shortest=1`;
  const still = ['-framerate', '4', '-loop', '1', '-i', png];
  const { stdout } = await run('ffmpeg', ['-v', 'error', '-i', film, ...still, '-lavfi', graph, '-f', 'null', '-']);
  const each = [...stdout.matchAll(/psnr_avg:(inf|[\d.]+)/g)].map(([, db]) => (db === 'inf' ? Infinity : Number(db)));
  return Math.max(0, ...each);
}
