// Writes what the domain notes about itself into the log.
import type { Log } from './log.ts';

/** Has the shape of the domain's Journal port; `fields` come with tags instead of ids. */
export function createJournal(log: Log) {
  return {
    note: (event: string, fields: Record<string, string | number>): void => log.info(fields, event),
    fault: (event: string, error: unknown, fields: Record<string, string | number>): void =>
      log.warn({ ...fields, error }, event),
  };
}
