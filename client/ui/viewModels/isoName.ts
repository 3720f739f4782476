// The name of a speaker's own recording, without its extension: event, speaker and first moment, so that files can be laid side by side.
import { cleanFileName } from '#core';

const MAX_PART_CHARS = 36;

const part = (text: string): string => cleanFileName(text.slice(0, MAX_PART_CHARS).toWellFormed()).trim();

export interface IsoNameParts {
  /** May be empty. */
  event: string;
  speaker: string;
  /** By the server's clock. */
  startMs: number;
  /** Word that tells a screen's file from a camera's; empty: it is the camera's. */
  what: string;
}

/** The moment in UTC to the millisecond: `2026-11-26 03.53.59.123Z`. */
export const isoName = ({ event, speaker, startMs, what }: IsoNameParts): string => {
  const moment = new Date(startMs).toISOString().replace('T', ' ').replaceAll(':', '.');
  return [...(event === '' ? [] : [part(event)]), part(speaker), ...(what === '' ? [] : [part(what)]), moment].join(
    ' – ',
  );
};
