// The way out, with ffmpeg at both ends: files, HLS that rolls, an ingest that breaks off, and consumers that take nothing.
import { execFile, spawn } from 'node:child_process';
import fs from 'node:fs';
import net from 'node:net';
import os from 'node:os';
import path from 'node:path';
import { promisify } from 'node:util';
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest';
import { findBrowsers } from '../setup/browsers.mjs';
import { Output, pauseMs } from './Output.mjs';

const run = promisify(execFile);
const { ffmpeg } = findBrowsers();
const folder = fs.mkdtempSync(path.join(os.tmpdir(), 'conclave-output-test-'));
const source = path.join(folder, 'source.webm');
const SOURCE_S = 16;
const SOURCE_FPS = 10;
const CHUNKS = 80;
const KEY = 'live_5f-Secret?token=abc&x=1';

beforeAll(async () => {
  const size = ['-f', 'lavfi', '-i', `testsrc2=size=160x90:rate=${SOURCE_FPS}:duration=${SOURCE_S}`];
  const sound = ['-f', 'lavfi', '-i', `sine=duration=${SOURCE_S}`];
  const codecs = ['-c:v', 'libvpx', '-deadline', 'realtime', '-cpu-used', '8', '-g', '20', '-c:a', 'libopus'];
  await run(ffmpeg, ['-v', 'error', ...size, ...sound, ...codecs, source]);
});
const children = [];
afterEach(() => {
  for (const child of children.splice(0)) child.kill('SIGKILL');
});
afterAll(() => fs.rmSync(folder, { recursive: true }));

const until = async (holds, what) => {
  const endMs = Date.now() + 25_000;
  for (;;) {
    const value = await holds();
    if (value) return value;
    if (Date.now() > endMs) throw new Error(`waited too long for ${what}`);
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
};

/** Hands the source over, again from its start for each take, as fast as it is taken or over `overMs`. */
const createPage = (overMs = 0) => {
  const bytes = fs.readFileSync(source);
  const each = Math.ceil(bytes.length / CHUNKS);
  const page = { current: 0, takes: [], output: null, isHanded: false };
  page.drop = () => (page.current = 0);
  page.take = async (number) => {
    page.current = number;
    page.takes.push(number);
    for (let at = 0; at < bytes.length && page.current === number; at += each) {
      await page.output.write(number, bytes.subarray(at, at + each));
      if (overMs > 0) await new Promise((resolve) => setTimeout(resolve, overMs / CHUNKS));
    }
    page.isHanded = page.current === number;
  };
  return page;
};

const open = (out, { overMs, ...options } = {}) => {
  const page = createPage(overMs);
  const said = [];
  const ends = [];
  const output = new Output({
    ffmpeg,
    out,
    retryForMs: 60_000,
    page,
    say: (text) => said.push(text),
    onOver: (end) => ends.push(end),
    ...options,
  });
  page.output = output;
  output.begin();
  return { output, page, said, ends };
};

/** @param isCut the rest of its last frame is missing, which ffprobe says */
const probe = async (file, isCut = false) => {
  const args = ['-v', 'error', '-count_packets', '-show_entries', 'stream=codec_name,nb_read_packets:format=duration'];
  const { stdout, stderr } = await run('ffprobe', [...args, '-of', 'json', file]);
  if (!isCut) expect(stderr).toBe('');
  const { streams, format } = JSON.parse(stdout);
  const packets = Object.fromEntries(streams.map((stream) => [stream.codec_name, Number(stream.nb_read_packets)]));
  return { codecs: Object.keys(packets).toSorted(), packets, seconds: Number(format.duration) };
};

/** Pictures of a file that differ from each other. */
const differentPictures = async (file) => {
  const { stdout } = await run(ffmpeg, ['-v', 'error', '-i', file, '-map', '0:v', '-f', 'framemd5', '-']);
  const sums = stdout.split('\n').filter((line) => line.startsWith('0,'));
  return new Set(sums.map((line) => line.split(',').at(-1))).size;
};

const freePort = () =>
  new Promise((resolve) => {
    const server = net.createServer().listen(0, '127.0.0.1', () => {
      const { port } = server.address();
      server.close(() => resolve(port));
    });
  });

/** An ingest that takes one stream and writes it as it came. */
const ingest = async (port, file) => {
  const address = `rtmp://127.0.0.1:${port}/live/any`;
  const input = ['-listen', '1', '-analyzeduration', '500000', '-i', address];
  const child = spawn(ffmpeg, ['-v', 'error', '-y', ...input, '-c', 'copy', '-f', 'flv', '-flush_packets', '1', file]);
  children.push(child);
  const ended = new Promise((resolve) => child.once('close', resolve));
  await until(() => isListening(port), 'the ingest to listen');
  return { ended, breakOff: () => (child.kill('SIGKILL'), ended) };
};

/** Read from the kernel: a connection made to find out would be the one that it takes. */
const isListening = (port) => {
  const local = `0100007F:${port.toString(16).toUpperCase().padStart(4, '0')} 00000000:0000 0A`;
  return fs.readFileSync('/proc/net/tcp', 'utf8').includes(local);
};

describe('Output', () => {
  test.each([
    ['mkv', 'opus', 'vp8'],
    ['mp4', 'aac', 'h264'],
  ])('O-21 %s holds all that was handed over, and its progress says so', async (kind, ...codecs) => {
    const target = path.join(folder, `all.${kind}`);
    const { output, page, said } = open({ kind, target });
    await until(() => page.isHanded, 'all to be handed over');
    expect(await output.finish()).toBe('written');
    const probed = await probe(target);
    expect(probed.codecs).toEqual(codecs);
    expect(probed.seconds).toBeGreaterThan(SOURCE_S - 0.5);
    expect(output.progress.seconds).toBeGreaterThan(SOURCE_S - 0.5);
    expect(output.progress.frames).toBeGreaterThan(SOURCE_S * SOURCE_FPS - 5);
    expect(said).toEqual([]);
  });

  test('O-22 HLS rolls: a bounded number of parts, a playlist that is read, and numbers that a second run does not give again', async () => {
    const target = path.join(folder, 'live', 'index.m3u8');
    const parts = () => fs.readdirSync(path.dirname(target)).filter((name) => name.endsWith('.ts'));
    const once = async () => {
      const { output, page } = open({ kind: 'hls', target });
      await until(() => page.isHanded, 'all to be handed over');
      expect(await output.finish()).toBe('written');
      return fs.readFileSync(target, 'utf8');
    };
    const first = await once();
    const sequence = (list) => Number(/#EXT-X-MEDIA-SEQUENCE:(\d+)/.exec(list)[1]);
    expect(first.match(/#EXTINF:2\.0+,/g)).toHaveLength(6);
    expect(sequence(first)).toBe(2);
    expect(parts().length).toBeLessThanOrEqual(8);
    expect((await probe(target)).codecs).toEqual(['aac', 'h264']);
    expect(await differentPictures(target)).toBeGreaterThan(100);
    const second = await once();
    expect(sequence(second)).toBe(10);
    expect(second.match(/#EXTINF/g)).toHaveLength(6);
    expect(parts().length).toBeLessThanOrEqual(14);
  });

  test('O-22 HLS that is kept names all parts', async () => {
    const target = path.join(folder, 'kept', 'index.m3u8');
    const { output, page } = open({ kind: 'hls', target, keep: true });
    await until(() => page.isHanded, 'all to be handed over');
    await output.finish();
    const list = fs.readFileSync(target, 'utf8');
    expect(list.match(/#EXTINF/g)).toHaveLength(SOURCE_S / 2);
    expect(list).toContain('#EXT-X-ENDLIST');
    expect((await probe(target)).seconds).toBeGreaterThan(SOURCE_S - 0.5);
  });

  test('O-23 an ingest that breaks off is tried again, gets a stream of its own each time, and no word or process shows its key', async () => {
    const port = await freePort();
    const target = `rtmp://127.0.0.1:${port}/live/${KEY}`;
    const [before, after] = ['before.flv', 'after.flv'].map((name) => path.join(folder, name));
    const first = await ingest(port, before);
    const { output, page, said, ends } = open({ kind: 'rtmp', target }, { overMs: SOURCE_S * 1_000 });
    await until(() => fs.existsSync(before) && fs.statSync(before).size > 20_000, 'the stream to come');
    const processes = fs.readdirSync('/proc').filter((name) => /^\d+$/.test(name));
    const lines = processes.map((pid) => {
      try {
        return fs.readFileSync(`/proc/${pid}/cmdline`, 'utf8');
      } catch {
        return '';
      }
    });
    expect(lines.some((line) => line.includes(`rtmp://127.0.0.1:${port}/`) && line.includes('libx264'))).toBe(true);
    expect(lines.join('\n')).not.toContain('Secret');
    await first.breakOff();
    await until(() => said.filter((line) => line.includes('trying again')).length >= 2, 'a second attempt to fail');
    expect(output.state).toBe('waiting');
    const second = await ingest(port, after);
    await until(() => fs.existsSync(after) && fs.statSync(after).size > 20_000, 'the stream to come again');
    expect(await output.finish()).toBe('written');
    await second.ended;
    page.drop();
    for (const file of [before, after]) {
      const probed = await probe(file, file === before);
      expect(probed.codecs).toEqual(['aac', 'h264']);
      expect(await differentPictures(file)).toBeGreaterThan(10);
    }
    // Where the second ingest begins to listen after the two seconds are over, one more attempt fails.
    expect(output.breaks).toBeGreaterThanOrEqual(2);
    expect(page.takes).toEqual(Array.from({ length: output.breaks + 1 }, (_, index) => index + 1));
    expect(said.join('\n')).toMatch(/trying again in 1\.0 s[^]*trying again in 2\.0 s/);
    expect(said.join('\n')).not.toContain('Secret');
    expect(ends).toEqual([]);
  });

  test('O-23 an ingest that does not come back ends it, in a line', async () => {
    const target = `rtmp://127.0.0.1:${await freePort()}/live/${KEY}`;
    const { said, ends } = open({ kind: 'rtmp', target }, { retryForMs: 1_500 });
    const end = await until(() => ends[0], 'the end');
    expect(end.exit).toBe('ingest');
    expect(end.why).toMatch(/^the ingest is gone: .*Connection refused/);
    expect([...said, end.why].join('\n')).not.toContain('Secret');
    expect(said.filter((line) => line.includes('trying again')).length).toBeGreaterThanOrEqual(1);
  });

  test('O-23 pauses grow and stay bounded', () => {
    expect([1, 2, 3, 4, 5, 6, 7].map(pauseMs)).toEqual([1_000, 2_000, 4_000, 8_000, 16_000, 30_000, 30_000]);
  });

  test('O-24 an ingest that takes the connection and reads nothing is given up after a while, and no more than one chunk waits', async () => {
    const server = net.createServer((socket) => socket.pause());
    await new Promise((resolve) => server.listen(0, '127.0.0.1', resolve));
    const { port } = server.address();
    const target = `rtmp://127.0.0.1:${port}/live/${KEY}`;
    const { output, said } = open({ kind: 'rtmp', target }, { stallMs: 1_000 });
    await until(() => said.some((line) => line.includes('takes nothing any more')), 'it to be given up');
    expect(output.breaks).toBe(1);
    await output.finish();
    server.close();
  });

  test('O-24 a file that takes nothing ends it, not with success', async () => {
    const deaf = path.join(folder, 'deaf');
    fs.writeFileSync(deaf, '#!/bin/sh\nexec sleep 60\n', { mode: 0o755 });
    const bytes = Buffer.alloc(1024 * 1024);
    const page = { take: () => undefined, drop: () => undefined };
    const ends = [];
    const target = path.join(folder, 'deaf.mkv');
    const options = { page, retryForMs: 0, say: () => undefined, onOver: (end) => ends.push(end) };
    const output = new Output({ ...options, ffmpeg: deaf, out: { kind: 'mkv', target }, stallMs: 300 });
    output.begin();
    await output.write(1, bytes);
    expect(ends).toEqual([{ exit: 'fault', why: 'ffmpeg takes nothing any more' }]);
    expect(await output.finish()).toBe('failed');
  });

  test('O-24 an ffmpeg that is not there is a fault at once, for an ingest too', async () => {
    const ends = [];
    const page = { take: () => undefined, drop: () => undefined };
    const options = { page, retryForMs: 60_000, say: () => undefined, onOver: (end) => ends.push(end) };
    const target = `rtmp://127.0.0.1:1/live/${KEY}`;
    new Output({ ...options, ffmpeg: path.join(folder, 'none'), out: { kind: 'rtmp', target } }).begin();
    expect(await until(() => ends[0], 'the end')).toEqual({ exit: 'fault', why: 'ffmpeg could not be run' });
  });
});
