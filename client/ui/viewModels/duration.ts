// Times as people read them on a clock.

/** `m:ss`, or `h:mm:ss` from an hour on. */
export const clockText = (elapsedMs: number): string => {
  const seconds = Math.max(0, Math.floor(elapsedMs / 1000));
  const two = (value: number): string => String(value).padStart(2, '0');
  const hours = Math.floor(seconds / 3600);
  const minutes = Math.floor(seconds / 60) % 60;
  return hours > 0 ? `${hours}:${two(minutes)}:${two(seconds % 60)}` : `${minutes}:${two(seconds % 60)}`;
};

/** For `<time datetime>`: an ISO 8601 duration. */
export const isoDuration = (elapsedMs: number): string => `PT${Math.max(0, Math.floor(elapsedMs / 1000))}S`;
