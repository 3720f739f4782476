// Two notes as a small WAV file, made on the spot: an audio element plays it, so that it comes out where voices will.

const RATE = 22_050;
const NOTES_HZ = [523, 784];
const NOTE_S = 0.45;
/** About as loud as speech. */
const PEAK = 0.25;
const HEADER_BYTES = 44;

/** 16 bits, one channel (RIFF WAVE). */
export const chimeWav = (): Uint8Array<ArrayBuffer> => {
  const perNote = Math.round(RATE * NOTE_S);
  const samples = NOTES_HZ.flatMap((hertz) =>
    Array.from({ length: perNote }, (_, at) => {
      // In within a hundredth of a second, out over the note: an edge would click.
      const volume = Math.min(1, at / (RATE / 100)) * (1 - at / perNote);
      return Math.round(Math.sin((2 * Math.PI * hertz * at) / RATE) * volume * PEAK * 0x7fff);
    }),
  );
  const bytes = new Uint8Array(HEADER_BYTES + samples.length * 2);
  const view = new DataView(bytes.buffer);
  const text = (at: number, word: string): void => bytes.set(new TextEncoder().encode(word), at);
  text(0, 'RIFF');
  view.setUint32(4, bytes.length - 8, true);
  text(8, 'WAVEfmt ');
  view.setUint32(16, 16, true);
  view.setUint16(20, 1, true);
  view.setUint16(22, 1, true);
  view.setUint32(24, RATE, true);
  view.setUint32(28, RATE * 2, true);
  view.setUint16(32, 2, true);
  view.setUint16(34, 16, true);
  text(36, 'data');
  view.setUint32(40, samples.length * 2, true);
  for (const [index, sample] of samples.entries()) view.setInt16(HEADER_BYTES + index * 2, sample, true);
  return bytes;
};

/** Resolves when it has been played; rejects where that speaker plays nothing. */
export const playChime = async (speakerId: string): Promise<void> => {
  const address = URL.createObjectURL(new Blob([chimeWav()], { type: 'audio/wav' }));
  const audio = new Audio(address);
  const { promise, resolve, reject } = Promise.withResolvers<void>();
  audio.addEventListener('ended', () => resolve());
  audio.addEventListener('error', () => reject(new Error('not played')));
  try {
    if ('setSinkId' in audio) await audio.setSinkId(speakerId);
    await audio.play();
    await promise;
  } finally {
    URL.revokeObjectURL(address);
  }
};
