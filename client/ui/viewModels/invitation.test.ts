// An entry that calendars read back as it was meant, the link's fragment included.
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { calendarFile, momentOf, nextHour, type CalendarEntry } from './invitation.ts';

const LINK = `https://meet.example/r/${'A'.repeat(22)}#1.${'s'.repeat(32)}.${'h'.repeat(22)}`;
const entry = (more: Partial<CalendarEntry> = {}): CalendarEntry => ({
  uid: 'one@example',
  title: 'Planning',
  startMs: Date.UTC(2026, 2, 4, 9, 5),
  minutes: 45,
  link: LINK,
  text: 'Join here:',
  nowMs: Date.UTC(2026, 2, 1, 0, 0, 7),
  ...more,
});

/** As RFC 5545 says to read: unfold, split at the first colon, and take the backslashes out of TEXT. */
const read = (file: string): Record<string, string> =>
  Object.fromEntries(
    file
      .replaceAll('\r\n ', '')
      .split('\r\n')
      .map((line) => [line.slice(0, line.indexOf(':')), line.slice(line.indexOf(':') + 1)]),
  );
const textOf = (value = ''): string => value.replaceAll(/\\(.)/g, (_, sign: string) => (sign === 'n' ? '\n' : sign));

describe('a calendar entry', () => {
  test('holds title, beginning, end and the whole link', () => {
    const found = read(calendarFile(entry()));
    expect(found).toMatchObject({
      UID: 'one@example',
      DTSTAMP: '20260301T000007Z',
      DTSTART: '20260304T090500Z',
      DTEND: '20260304T095000Z',
      SUMMARY: 'Planning',
      URL: LINK,
    });
    expect(textOf(found['DESCRIPTION'])).toBe(`Join here:\n${LINK}`);
  });

  test('comes back as it was written, whatever the title, in lines of 75 octets at the most', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary' }), fc.string({ unit: 'grapheme', maxLength: 200 }), (title, text) => {
        const file = calendarFile(entry({ title, text }));
        const found = read(file);
        const kept = (words: string): string =>
          [...words.replaceAll(/\r\n|\r/g, '\n')]
            .filter((sign) => sign === '\n' || (sign.charCodeAt(0) > 31 && sign.charCodeAt(0) !== 127))
            .join('');
        expect(textOf(found['SUMMARY'])).toBe(kept(title));
        expect(textOf(found['DESCRIPTION'])).toBe(`${kept(text)}\n${LINK}`);
        expect(found['URL']).toBe(LINK);
        for (const line of file.split('\r\n')) expect(Buffer.byteLength(line)).toBeLessThanOrEqual(75);
        expect(file.replaceAll('\r\n', '')).not.toMatch(/[\r\n]/);
      }),
    );
  });

  test('cannot be given further lines by its title', () => {
    const file = calendarFile(entry({ title: 'x\r\nATTENDEE:mailto:mallory@example.com\nEND:VEVENT' }));
    expect(file.split('\r\n').filter((line) => line.startsWith('ATTENDEE'))).toEqual([]);
    expect(file.match(/^END:VEVENT\r$/gm)).toHaveLength(1);
  });
});

test('a meeting is proposed for the next full hour, over midnight too', () => {
  expect(nextHour(new Date(2026, 11, 31, 23, 30))).toEqual({ date: '2027-01-01', time: '00:00' });
});

test('what the fields say is a moment by this device’s clock, or none', () => {
  expect(momentOf('2026-03-04', '09:05')).toBe(new Date(2026, 2, 4, 9, 5).getTime());
  expect(momentOf('', '09:05')).toBeNull();
});
