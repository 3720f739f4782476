// Owns what of an RTMP address is a secret, and how ffmpeg gets it without the list of processes or a log showing it.
import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';

/**
 * The last part of the path is the stream's key, with all that follows; what comes before it is the application.
 * @returns {{ server: string, app: string, key: string } | null} null where it is no address with a key
 */
export const splitRtmp = (address) => {
  const match = /^(rtmps?:\/\/[^/@\s]+)\/([^?\s]+)\/([^/?\s]+(?:\?\S*)?)$/.exec(address);
  return match === null ? null : { server: match[1], app: match[2], key: match[3] };
};

/** For words that people read. */
export const shownTarget = ({ kind, target }) => {
  if (kind !== 'rtmp') return target;
  const parts = splitRtmp(target);
  return parts === null ? 'an RTMP address' : `${parts.server}/${parts.app}/…`;
};

/** A line of ffmpeg's or of an ingest's without the key. */
export const withoutKey = (line, target) => {
  const parts = splitRtmp(target);
  return parts === null
    ? line
    : line.replaceAll(target, shownTarget({ kind: 'rtmp', target })).replaceAll(parts.key, '…');
};

/**
 * A preset of ffmpeg's that says where the stream goes. It has no name on the disk by the time this returns: whoever inherits
 * the descriptor reads it, nobody else.
 * @returns {number} a descriptor, to be closed
 */
export const openPreset = (target) => {
  const { app, key } = splitRtmp(target);
  const folder = fs.mkdtempSync(path.join(os.tmpdir(), 'conclave-egress-'));
  const file = path.join(folder, 'preset');
  const fd = fs.openSync(file, 'wx+', 0o600);
  fs.rmSync(folder, { recursive: true });
  fs.writeSync(fd, `rtmp_app=${app}\nrtmp_playpath=${key}\n`);
  return fd;
};
