// README's Sizing: what a report's figures mean to who rents a machine; nothing stands there that is not worked out of one of them.
import type { FullReport, Run } from './report.ts';

const BEGIN = '<!-- sizing: made by `npm run bench -- --sizing` from loadtest/report/latest.json -->';
const END = '<!-- end of sizing -->';

const WORKED_OUT_OF = [
  'cpu-per-packet-meeting',
  'viewers-per-core',
  'memory-per-member',
  'memory-per-viewer',
  'joins-per-second',
  'fan-out',
] as const;

/** Admission stops here. */
const SHARE = 0.8;
/** What one on air is sent with to each viewer: 1,500 kbit/s of picture, 32 of sound, headers and RTP's own. */
const VIEWER_MBIT = 1.6;

/** Meetings as they are reckoned: packets a second that are sent to each member, and Mbit/s. */
interface Shape {
  people: number;
  pictures: number;
  pictureKbit: number;
  voices: number;
}
const SHAPES: readonly Shape[] = [
  { people: 4, pictures: 3, pictureKbit: 500, voices: 3 },
  { people: 16, pictures: 15, pictureKbit: 150, voices: 8 },
  { people: 100, pictures: 15, pictureKbit: 150, voices: 8 },
];
const PACKET_BYTES = 1_100;
const PICTURES_A_SECOND = 30;
const VOICE = { packets: 50, kbit: 40 };

const packetsTo = ({ pictures, pictureKbit, voices }: Shape): number =>
  pictures * Math.max(PICTURES_A_SECOND, (pictureKbit * 125) / PACKET_BYTES) + voices * VOICE.packets;
const mbitTo = ({ pictures, pictureKbit, voices }: Shape): number =>
  (pictures * pictureKbit + voices * VOICE.kbit) / 1_000;

const counted = (value: number): string => Math.floor(value).toLocaleString('en-GB');
const rough = (value: number): string => Number(value.toPrecision(2)).toLocaleString('en-GB');

/** Between the two marks, both of them included. Lines whose figure the report lacks are left out. */
export function sizingOf(report: FullReport): string {
  const figure = (name: (typeof WORKED_OUT_OF)[number]): number | null =>
    report.figures.find((one) => one.name === name)?.value ?? null;
  const lines = [
    ...meetingLines(figure('cpu-per-packet-meeting')),
    ...audienceLines(figure('viewers-per-core')),
    ...memoryLines(figure('memory-per-member'), figure('memory-per-viewer')),
    ...signallingLines(figure('joins-per-second'), figure('fan-out')),
  ];
  const { note } = report;
  const from = `From ${runsBehind(report).map(whenOf).join('; and ')}.`;
  const head = note === undefined ? from : `**${note}** ${from}`;
  return [BEGIN, '', head, '', ...lines, '', END].join('\n');
}

/** Those that something here is worked out of; where nothing is, the last. */
function runsBehind({ runs }: FullReport): Run[] {
  const behind = runs.filter(({ figures }) => WORKED_OUT_OF.some((name) => figures.includes(name)));
  return behind.length > 0 ? behind : runs.slice(-1);
}

const whenOf = ({ date, commit, machine }: Run): string =>
  `the run of ${date.slice(0, 10)}, commit \`${commit}\`, ${machine}`;

function meetingLines(usPerPacket: number | null): string[] {
  if (usPerPacket === null) return [];
  const rows = SHAPES.map((shape) => {
    const coreOfMeeting = (shape.people * packetsTo(shape) * usPerPacket) / 1e6;
    const meetings = SHARE / coreOfMeeting;
    const sent = `${shape.pictures} pictures of ${shape.pictureKbit} kbit/s, ${shape.voices} voices`;
    const people = counted(meetings * shape.people);
    return `| ${shape.people} | ${sent} | ${meetings < 10 ? meetings.toFixed(1) : counted(meetings)} | ${people} | ${mbitTo(shape).toFixed(1)} Mbit/s |`;
  });
  return [
    `Meetings, by ${usPerPacket} µs of a core for each packet to a member (\`cpu-per-packet-meeting\`), up to 80 % of a core:`,
    '',
    '| people in a meeting | each is sent | meetings per core | people per core | network per person |',
    '|---|---|---|---|---|',
    ...rows,
    '',
  ];
}

function audienceLines(viewers: number | null): string[] {
  if (viewers === null) return [];
  const network = rough((viewers * VIEWER_MBIT) / 1_000);
  return [
    `- **Audience**: ${counted(viewers)} viewers of one speaker at 1.5 Mbit/s for each core (\`viewers-per-core\`), which is ${network} Gbit/s out of the machine: mostly the network is what ends first.`,
  ];
}

function memoryLines(member: number | null, viewer: number | null): string[] {
  const mib = (kib: number): string => rough((kib * 1_000) / 1_024);
  const parts = [
    ...(member === null ? [] : [`${mib(member)} MiB for each thousand members (\`memory-per-member\`)`]),
    ...(viewer === null ? [] : [`${mib(viewer)} MiB for each thousand viewers (\`memory-per-viewer\`)`]),
  ];
  return parts.length === 0
    ? []
    : [`- **Memory**: ${parts.join(', ')}, beside what the server takes when it is empty.`];
}

function signallingLines(joins: number | null, fanOut: number | null): string[] {
  const parts = [
    ...(joins === null ? [] : [`${rough(joins)} joins a second (\`joins-per-second\`)`]),
    ...(fanOut === null ? [] : [`${rough(fanOut)} lines of chat a second to one reader each (\`fan-out\`)`]),
  ];
  return parts.length === 0
    ? []
    : [`- **Coming and chatting**: the server's own process, which uses one core, bears ${parts.join(' or ')}.`];
}

/** Null where a text has no place for it. */
export function withSizing(text: string, sizing: string): string | null {
  const [from, to] = [text.indexOf(BEGIN), text.indexOf(END)];
  return from < 0 || to < from ? null : text.slice(0, from) + sizing + text.slice(to + END.length);
}
