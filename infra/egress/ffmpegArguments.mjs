// Owns how ffmpeg is called: one WebM comes in by its standard input, and goes on as a file, as HLS or over RTMP.
import path from 'node:path';
import { splitRtmp } from './rtmpAddress.mjs';

const FRAMES_PER_SECOND = 25;
/** Players and CDNs cut there. */
const KEY_FRAME_EVERY_S = 2;
/** Parts that a live playlist names: players begin three before the end. */
const LIVE_PARTS = 6;

/** Descriptors of ffmpeg's beside the standard ones: what it tells of itself, and where a stream goes. */
export const PROGRESS_FD = 3;
export const PRESET_FD = 4;

const input = [
  ...['-hide_banner', '-loglevel', 'error', '-nostats'],
  ...['-progress', `pipe:${PROGRESS_FD}`, '-stats_period', '1'],
  // Its head says what is in it: more looking at it would only make a live stream later.
  ...['-fflags', '+genpts', '-analyzeduration', '500000', '-f', 'matroska', '-i', 'pipe:0'],
];
/**
 * What everything plays; the page's own VP8 and Opus go into WebM and Matroska as they are. Pictures come as the page has them:
 * they are made steady, and gaps in the sound are filled, so that both stay together.
 */
const h264 = [
  ...['-c:v', 'libx264', '-preset', 'veryfast', '-tune', 'zerolatency', '-pix_fmt', 'yuv420p'],
  ...['-r', String(FRAMES_PER_SECOND), '-fps_mode', 'cfr'],
  ...['-force_key_frames', `expr:gte(t,n_forced*${KEY_FRAME_EVERY_S})`, '-sc_threshold', '0'],
  ...['-c:a', 'aac', '-b:a', '128k', '-ar', '48000', '-af', 'aresample=async=1'],
];
const asItIs = ['-c', 'copy'];

/** A path is never taken for a protocol or an option of ffmpeg's. */
const fileOf = (target) => `file:${target}`;

/** A playlist that is there already is gone on with: its numbers are not given twice. */
const hls = (target, keep) => [
  ...['-f', 'hls', '-hls_time', String(KEY_FRAME_EVERY_S)],
  ...(keep ? ['-hls_list_size', '0', '-hls_playlist_type', 'event'] : ['-hls_list_size', String(LIVE_PARTS)]),
  ...['-hls_flags', `${keep ? '' : 'delete_segments+'}append_list+discont_start+independent_segments+temp_file`],
  ...['-hls_segment_filename', path.join(path.dirname(target), 'part%06d.ts'), '-y', target],
];

/** @param {{ kind: string, target: string, keep?: boolean }} out `keep`: all parts of HLS stay @returns {string[]} */
export const ffmpegArguments = ({ kind, target, keep = false }) => {
  switch (kind) {
    case 'webm':
      return [...input, ...asItIs, '-f', 'webm', '-y', fileOf(target)];
    case 'mkv':
      return [...input, ...asItIs, '-f', 'matroska', '-y', fileOf(target)];
    case 'mp4':
      // In fragments: what was written before a loss of power still plays.
      return [...input, ...h264, '-f', 'mp4', '-movflags', '+frag_keyframe+empty_moov', '-y', fileOf(target)];
    case 'hls':
      return [...input, ...h264, ...hls(target, keep)];
    case 'rtmp':
      return [
        ...[...input, ...h264, '-f', 'flv', '-flvflags', 'no_duration_filesize'],
        ...['-fpre', `/dev/fd/${PRESET_FD}`, `${splitRtmp(target).server}/`],
      ];
    default:
      throw new TypeError(`no such kind: ${kind}`);
  }
};
