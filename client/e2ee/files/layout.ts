// Where the chunks of a file lie, before and after sealing, and how much its size is rounded up: functions of the size alone.

/**
 * Plaintext of every chunk but the last: larger ones lose more to a cut line, smaller ones cost more calls of the cipher. From 1 MiB
 * on Chromium's takes more than twice as long for each byte, since its memory is then new each time.
 */
export const FILE_CHUNK_BYTES = 512 * 1024;
export const FILE_NONCE_BYTES = 12;
const TAG_BYTES = 16;
/** What sealing adds to each chunk. */
const OVERHEAD_BYTES = FILE_NONCE_BYTES + TAG_BYTES;
export const SEALED_CHUNK_BYTES = FILE_CHUNK_BYTES + OVERHEAD_BYTES;

/** Smaller files all look alike. */
const LEAST_PADDED_BYTES = 1024;
/** A chunk's index is a u32 (E-111), and WebCrypto's random nonces are good for as many (NIST SP 800-38D, 8.3). 4 PiB. */
export const MAX_FILE_BYTES = FILE_CHUNK_BYTES * 2 ** 31;

export interface FileChunk {
  index: number;
  isLast: boolean;
  /** Of the plaintext, padding included: what is behind the file's end is zeros. */
  offset: number;
  length: number;
  /** Bytes of the file itself in it; the rest is padding. */
  dataLength: number;
  sealedOffset: number;
  sealedLength: number;
}

/**
 * Padmé (Nikitin et al., "Reducing Metadata Leakage from Encrypted Files", PETS 2019, section 4.4): a size shows O(log log) bits of
 * itself, for 12 % more at the most and less the larger it is.
 */
export function paddedFileSize(size: number): number {
  if (size <= LEAST_PADDED_BYTES) return LEAST_PADDED_BYTES;
  const exponent = Math.floor(Math.log2(size));
  const significant = Math.floor(Math.log2(exponent)) + 1;
  const step = 2 ** (exponent - significant);
  return Math.ceil(size / step) * step;
}

export function fileChunks(size: number): number {
  return Math.ceil(paddedFileSize(size) / FILE_CHUNK_BYTES);
}

/** Of the file as the server holds it. */
export function sealedFileSize(size: number): number {
  return paddedFileSize(size) + fileChunks(size) * OVERHEAD_BYTES;
}

/** @throws RangeError where the file has no such chunk */
export function fileChunk(size: number, index: number): FileChunk {
  const chunks = fileChunks(size);
  if (!Number.isInteger(index) || index < 0 || index >= chunks) throw new RangeError('no such chunk');
  const isLast = index === chunks - 1;
  const offset = index * FILE_CHUNK_BYTES;
  const length = isLast ? paddedFileSize(size) - offset : FILE_CHUNK_BYTES;
  const dataLength = Math.max(0, Math.min(length, size - offset));
  const sealedOffset = index * SEALED_CHUNK_BYTES;
  return { index, isLast, offset, length, dataLength, sealedOffset, sealedLength: length + OVERHEAD_BYTES };
}
