// What the egress takes for an order, and how it calls ffmpeg.
import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { expect, test } from 'vitest';
import { ffmpegArguments } from './ffmpegArguments.mjs';
import { parseOptions, UsageError } from './options.mjs';

const link = 'https://conclave.example/f/AAAA#1.secret.hash&name=Hall';

test('a link, a file and a limit are an order, with the sandbox and without a profile', () => {
  expect(parseOptions(['--link', link, '--out', 'show.webm', '--seconds', '2.5'])).toEqual({
    link,
    out: { kind: 'webm', target: path.resolve('show.webm') },
    seconds: 2.5,
    profile: null,
    sandbox: true,
  });
});

test('a link is read from a file, so that no list of processes shows it', () => {
  const folder = fs.mkdtempSync(path.join(os.tmpdir(), 'conclave-egress-test-'));
  const file = path.join(folder, 'link');
  fs.writeFileSync(file, `${link}\n`);
  expect(parseOptions(['--link-file', file, '--out', 'rtmp://ingest.example/live/key'])).toMatchObject({
    link,
    out: { kind: 'rtmp', target: 'rtmp://ingest.example/live/key' },
  });
  fs.rmSync(folder, { recursive: true });
});

test.each([
  ['no link', ['--out', 'a.webm']],
  ['two links', ['--link', link, '--link-file', 'x', '--out', 'a.webm']],
  ['a link to watch by', ['--link', 'https://conclave.example/w/AAAA#1v.x.y', '--out', 'a.webm']],
  ['no target', ['--link', link]],
  ['a file of no known kind', ['--link', link, '--out', 'a.exe']],
  ['another protocol of ffmpeg’s', ['--link', link, '--out', 'tcp://else.example:1/a.webm']],
  ['a time that is none', ['--link', link, '--out', 'a.webm', '--seconds', '-1']],
  ['an option that nobody knows', ['--link', link, '--out', 'a.webm', '--loud']],
  ['a file of a link that is not there', ['--link-file', '/nowhere/link', '--out', 'a.webm']],
])('%s is told, and nothing begins', (_what, args) => {
  expect(() => parseOptions(args)).toThrow(UsageError);
});

test('files are never taken for options or protocols of ffmpeg’s, and only what WebM holds is kept as it is', () => {
  const target = path.join(os.tmpdir(), 'a b.webm');
  expect(ffmpegArguments({ kind: 'webm', target }).slice(-5)).toEqual(['copy', '-f', 'webm', '-y', `file:${target}`]);
  for (const kind of ['mp4', 'hls', 'rtmp']) {
    expect(ffmpegArguments({ kind, target })).toEqual(expect.arrayContaining(['libx264', 'aac']));
  }
});
