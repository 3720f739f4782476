// What goes out to those who are invited: a text to paste, and an entry for a calendar (RFC 5545).

export interface CalendarEntry {
  /** Random; the same entry opened twice is one. */
  uid: string;
  title: string;
  startMs: number;
  minutes: number;
  /** Whole, with its fragment. */
  link: string;
  /** Words before the link. */
  text: string;
  nowMs: number;
}

const encoder = new TextEncoder();
/** Octets in a line, without its end (RFC 5545, section 3.1). */
const LINE_OCTETS = 75;

/** Of the signs below the space only the line's end can be said in TEXT. */
const isSayable = (sign: string): boolean => sign === '\n' || (sign >= ' ' && sign !== '\x7f');

/** TEXT (RFC 5545, section 3.3.11); what cannot stand in it at all is left out. */
const escaped = (text: string): string =>
  [...text.replaceAll(/\r\n|\r/g, '\n')]
    .filter(isSayable)
    .join('')
    .replaceAll(/[\\;,]/g, (sign) => `\\${sign}`)
    .replaceAll('\n', '\\n');

/** Folds between characters, never within one, so that no octet of a name is torn off. */
const folded = (line: string): string => {
  const parts: string[] = [];
  let part = '';
  let octets = 0;
  for (const char of line) {
    const more = encoder.encode(char).byteLength;
    // The space that begins each further line counts.
    if (octets + more > LINE_OCTETS) {
      parts.push(part);
      part = '';
      octets = 1;
    }
    part += char;
    octets += more;
  }
  return [...parts, part].join('\r\n ');
};

/** `20260304T090507Z` */
const utcText = (atMs: number): string => new Date(atMs).toISOString().replaceAll(/[-:]|\.\d+/g, '');

/** A whole .ics file with one event; times in UTC, which every calendar shows as its own. */
export const calendarFile = ({ uid, title, startMs, minutes, link, text, nowMs }: CalendarEntry): string =>
  [
    'BEGIN:VCALENDAR',
    'VERSION:2.0',
    'PRODID:-//Conclave//Conclave//EN',
    'CALSCALE:GREGORIAN',
    'BEGIN:VEVENT',
    `UID:${uid}`,
    `DTSTAMP:${utcText(nowMs)}`,
    `DTSTART:${utcText(startMs)}`,
    `DTEND:${utcText(startMs + minutes * 60_000)}`,
    `SUMMARY:${escaped(title)}`,
    `DESCRIPTION:${escaped(`${text}\n${link}`)}`,
    `URL:${link}`,
    'CLASS:PRIVATE',
    'END:VEVENT',
    'END:VCALENDAR',
    '',
  ]
    .map(folded)
    .join('\r\n');

/** The next full hour, as fields for date and time show it: by this device's clock. */
export const nextHour = (now: Date): { date: string; time: string } => {
  const next = new Date(now);
  next.setHours(now.getHours() + 1, 0, 0, 0);
  return fieldsOf(next);
};

const fieldsOf = (moment: Date): { date: string; time: string } => {
  const two = (value: number): string => String(value).padStart(2, '0');
  return {
    date: [moment.getFullYear(), two(moment.getMonth() + 1), two(moment.getDate())].join('-'),
    time: `${two(moment.getHours())}:${two(moment.getMinutes())}`,
  };
};

/** Ms since 1970 of what the fields say, or null where they say no moment. */
export const momentOf = (date: string, time: string): number | null => {
  const atMs = new Date(`${date}T${time}`).getTime();
  return Number.isNaN(atMs) ? null : atMs;
};

/** As a field of date and time wants it, in this device's time zone. */
export const localMoment = (atMs: number): string => {
  const { date, time } = fieldsOf(new Date(atMs));
  return `${date}T${time}`;
};
