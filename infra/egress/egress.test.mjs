// What the egress takes for an order, how it calls ffmpeg, what it reads of it, and what it keeps to itself.
import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { expect, test } from 'vitest';
import { readProgress } from './Encoder.mjs';
import { ffmpegArguments } from './ffmpegArguments.mjs';
import { parseOptions, UsageError } from './options.mjs';
import { freeProfile } from './profile.mjs';
import { shownTarget, splitRtmp, withoutKey } from './rtmpAddress.mjs';

const link = 'https://conclave.example/f/AAAA#1.secret.hash&name=Hall';
const inFolder = (does) => {
  const folder = fs.mkdtempSync(path.join(os.tmpdir(), 'conclave-egress-test-'));
  try {
    return does(folder);
  } finally {
    fs.rmSync(folder, { recursive: true });
  }
};

test('a link, a file and a limit are an order, with the sandbox and without a profile', () => {
  expect(parseOptions(['--link', link, '--out', 'show.webm', '--seconds', '2.5'])).toEqual({
    link,
    out: { kind: 'webm', target: path.resolve('show.webm'), keep: false },
    seconds: 2.5,
    retryForMs: 300_000,
    profile: null,
    language: 'en',
    timeZone: null,
    isJson: false,
    sandbox: true,
  });
});

test('a link and an address are read from files, so that no list of processes shows them', () => {
  inFolder((folder) => {
    const [linkFile, outFile] = ['link', 'out'].map((name) => path.join(folder, name));
    fs.writeFileSync(linkFile, `${link}\n`);
    fs.writeFileSync(outFile, 'rtmp://ingest.example/live/key\n');
    expect(parseOptions(['--link-file', linkFile, '--out-file', outFile])).toMatchObject({
      link,
      out: { kind: 'rtmp', target: 'rtmp://ingest.example/live/key' },
    });
  });
});

test('a file that is there stays, and the next one has a number; a playlist is gone on with', () => {
  inFolder((folder) => {
    const targetOf = (name) => parseOptions(['--link', link, '--out', path.join(folder, name)]).out.target;
    for (const name of ['show.mp4', 'show-2.mp4', 'index.m3u8']) fs.writeFileSync(path.join(folder, name), '');
    expect(targetOf('show.mp4')).toBe(path.join(folder, 'show-3.mp4'));
    expect(targetOf('index.m3u8')).toBe(path.join(folder, 'index.m3u8'));
  });
});

test.each([
  ['no link', ['--out', 'a.webm']],
  ['two links', ['--link', link, '--link-file', 'x', '--out', 'a.webm']],
  ['a link to watch by', ['--link', 'https://conclave.example/w/AAAA#1v.x.y', '--out', 'a.webm']],
  ['no target', ['--link', link]],
  ['a file of no known kind', ['--link', link, '--out', 'a.exe']],
  ['another protocol of ffmpeg’s', ['--link', link, '--out', 'tcp://else.example:1/a.webm']],
  ['a time that is none', ['--link', link, '--out', 'a.webm', '--seconds', '-1']],
  ['a language that we do not speak', ['--link', link, '--out', 'a.webm', '--language', 'de']],
  ['a time zone that is none', ['--link', link, '--out', 'a.webm', '--time-zone', 'Mars/Olympus']],
  ['progress in words', ['--link', link, '--out', 'a.webm', '--progress', 'words']],
  ['parts to keep of a file that has none', ['--link', link, '--out', 'a.webm', '--keep']],
  ['an address without a key', ['--link', link, '--out', 'rtmp://ingest.example/live']],
  ['an address with a password', ['--link', link, '--out', 'rtmp://me:pass@ingest.example/live/key']],
  ['an option that nobody knows', ['--link', link, '--out', 'a.webm', '--loud']],
  ['a file of a link that is not there', ['--link-file', '/nowhere/link', '--out', 'a.webm']],
])('%s is told, and nothing begins', (_what, args) => {
  expect(() => parseOptions(args)).toThrow(UsageError);
});

test('what is wrong with an order is told without repeating a link, an address or a key', () => {
  for (const args of [
    ['--link', link, '--out', 'rtmp://me:geheim@ingest.example/live/geheim'],
    ['--link', link, '--out', 'rtmp://ingest.example/geheim'],
    ['--link', link, 'rtmp://ingest.example/live/geheim'],
    ['--link', 'https://conclave.example/r/AAAA#1.geheim.hash', '--out', 'a.webm'],
  ]) {
    expect(() => parseOptions(args)).toThrow(
      expect.objectContaining({ message: expect.not.stringContaining('geheim') }),
    );
  }
});

test('files are never taken for options or protocols of ffmpeg’s, and only what WebM holds is kept as it is', () => {
  const target = path.join(os.tmpdir(), 'a b.webm');
  expect(ffmpegArguments({ kind: 'webm', target }).slice(-5)).toEqual(['copy', '-f', 'webm', '-y', `file:${target}`]);
  for (const kind of ['mp4', 'hls']) {
    expect(ffmpegArguments({ kind, target })).toEqual(expect.arrayContaining(['libx264', 'aac']));
  }
});

test('of an RTMP address the arguments hold the host and nothing else', () => {
  const target = 'rtmps://ingest.example:443/live/instance/my-key?sign=x/y&z=1';
  expect(splitRtmp(target)).toEqual({
    server: 'rtmps://ingest.example:443',
    app: 'live/instance',
    key: 'my-key?sign=x/y&z=1',
  });
  const args = ffmpegArguments({ kind: 'rtmp', target });
  expect(args.at(-1)).toBe('rtmps://ingest.example:443/');
  expect(args.join(' ')).not.toMatch(/my-key|instance/);
  expect(shownTarget({ kind: 'rtmp', target })).toBe('rtmps://ingest.example:443/live/instance/…');
  expect(withoutKey(`${target}: refused my-key?sign=x/y&z=1`, target)).toBe(
    'rtmps://ingest.example:443/live/instance/…: refused …',
  );
});

test('progress is read from ffmpeg’s own lines, and what it does not know yet changes nothing', () => {
  const lines = ['frame=50', 'fps=25.0', 'total_size=1000', 'out_time_us=2000000', 'drop_frames=1'];
  const told = lines.reduce(readProgress, { frames: 0, seconds: 0, drops: 0, bytes: 0 });
  expect(told).toEqual({ frames: 50, seconds: 2, drops: 1, bytes: 1000 });
  expect(['total_size=N/A', 'out_time_us=N/A', 'progress=end', ''].reduce(readProgress, told)).toEqual(told);
});

test('a folder whose browser was lost, or was in another container, is used again; one in use is not', () => {
  inFolder((folder) => {
    const lock = path.join(folder, 'SingletonLock');
    const isLocked = () => fs.lstatSync(lock, { throwIfNoEntry: false }) !== undefined;
    freeProfile(folder);
    fs.symlinkSync('another-machine-1', lock);
    freeProfile(folder);
    expect(isLocked()).toBe(false);
    // No Linux gives so high a number.
    fs.symlinkSync(`${os.hostname()}-99999999`, lock);
    freeProfile(folder);
    expect(isLocked()).toBe(false);
    fs.symlinkSync(`${os.hostname()}-${process.pid}`, lock);
    expect(() => freeProfile(folder)).toThrow(UsageError);
    expect(isLocked()).toBe(true);
  });
});
