// Owns how ffmpeg is called: one WebM comes in by its standard input, and goes on as a file, as HLS or over RTMP.
import path from 'node:path';

const FRAMES_PER_SECOND = 25;
/** Two seconds: players and CDNs cut there. */
const KEY_FRAME_EVERY = 2 * FRAMES_PER_SECOND;

const input = [
  '-hide_banner',
  '-loglevel',
  'error',
  '-nostats',
  '-fflags',
  '+genpts',
  '-f',
  'matroska',
  '-i',
  'pipe:0',
];
/** What everything plays; the page's own VP8 and Opus go into WebM and Matroska as they are. */
const h264 = [
  ...['-c:v', 'libx264', '-preset', 'veryfast', '-tune', 'zerolatency', '-pix_fmt', 'yuv420p'],
  ...['-r', String(FRAMES_PER_SECOND), '-g', String(KEY_FRAME_EVERY), '-sc_threshold', '0'],
  ...['-c:a', 'aac', '-b:a', '128k', '-ar', '48000'],
];
const asItIs = ['-c', 'copy'];

/** A path is never taken for a protocol or an option of ffmpeg's. */
const fileOf = (target) => `file:${target}`;

/** @param {{ kind: string, target: string }} out @returns {string[]} */
export const ffmpegArguments = ({ kind, target }) => {
  switch (kind) {
    case 'webm':
      return [...input, ...asItIs, '-f', 'webm', '-y', fileOf(target)];
    case 'mkv':
      return [...input, ...asItIs, '-f', 'matroska', '-y', fileOf(target)];
    case 'mp4':
      // In fragments: what was written before a loss of power still plays.
      return [...input, ...h264, '-f', 'mp4', '-movflags', '+frag_keyframe+empty_moov', '-y', fileOf(target)];
    case 'hls':
      return [
        ...[...input, ...h264, '-f', 'hls', '-hls_time', '2', '-hls_list_size', '6'],
        ...['-hls_flags', 'delete_segments+independent_segments'],
        ...['-hls_segment_filename', path.join(path.dirname(target), 'part%06d.ts'), '-y', target],
      ];
    case 'rtmp':
      return [...input, ...h264, '-f', 'flv', target];
    default:
      throw new TypeError(`no such kind: ${kind}`);
  }
};
