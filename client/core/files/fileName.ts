// A file's name as it may be shown and saved under: whoever holds the link chooses it, so it is read as text from a stranger.
import { cleanDisplayName } from '#e2ee';

/** Characters of a name; file systems take 255 bytes. */
export const MAX_FILE_NAME_CHARS = 120;
/** What separates paths, or means something to a file system. */
const NOT_IN_NAMES = /[/\\:*?"<>|]+/g;

/** Never empty, without a path, at most `MAX_FILE_NAME_CHARS` long; the ending stays where a long name is cut. */
export function cleanFileName(name: string): string {
  const cleaned = cleanDisplayName(name.replaceAll(NOT_IN_NAMES, '_')).replace(/^\.+/, '');
  if (cleaned === '') return 'file';
  if (cleaned.length <= MAX_FILE_NAME_CHARS) return cleaned;
  const ending = /\.[^.]{1,12}$/.exec(cleaned)?.[0] ?? '';
  return cleaned.slice(0, MAX_FILE_NAME_CHARS - ending.length).toWellFormed() + ending;
}
