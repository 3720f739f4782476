// The name of a recording's file, without its extension: sorts by time, and no system refuses it.

const two = (value: number): string => String(value).padStart(2, '0');

/** By this device's clock. */
export const recordingName = (at: Date): string => {
  const day = [at.getFullYear(), two(at.getMonth() + 1), two(at.getDate())].join('-');
  return `Conclave ${day} ${[at.getHours(), at.getMinutes(), at.getSeconds()].map(two).join('.')}`;
};
