// What of a rehearsal is quick to see: which parts are played, and what is left out where. What the parts see is seen by npm run rehearse.
import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { validate } from 'dockerfile-utils';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { readDockerfile, readStages } from '../test/containerTree.mjs';
import { STARTED, whyNoImage } from './image.mjs';
import { loadPart, parseParts, PARTS } from './parts.mjs';

let folder;
beforeAll(() => (folder = fs.mkdtempSync(path.join(os.tmpdir(), 'conclave-parts-'))));
afterAll(() => fs.rmSync(folder, { recursive: true }));

test('all parts are played unless some are named, and always in the same order', () => {
  expect(parseParts([])).toEqual(Object.keys(PARTS));
  expect(parseParts(['--parts', 'image,entry'])).toEqual(['entry', 'image']);
});

test.each([[['--parts']], [['--parts', 'image,cake']], [['image']], [['--parts', 'image', 'unit']]])(
  '%j is answered with how it is said',
  (args) => {
    expect(() => parseParts(args)).toThrow('npm run rehearse -- --parts entry,unit,image');
  },
);

test('a part that is there is loaded; one whose file is missing, or has not what it should, is an error', async () => {
  expect(await loadPart('image')).toBeTypeOf('function');
  await expect(loadPart('unit', folder)).rejects.toThrow('The part "unit" is not there');
  fs.writeFileSync(path.join(folder, 'entry.mjs'), 'export const other = 1;\n');
  await expect(loadPart('entry', folder)).rejects.toThrow('exports no rehearseEntry');
});

test('the image is left out with a reason where there is no root or another system, and nowhere else', () => {
  const machine = { uid: 0, codename: 'bookworm', suite: 'bookworm' };
  expect(whyNoImage(machine)).toBeUndefined();
  expect(whyNoImage({ ...machine, uid: 1000 })).toContain('root');
  expect(whyNoImage({ ...machine, uid: undefined })).toContain('root');
  expect(whyNoImage({ ...machine, codename: 'trixie' })).toContain('Debian bookworm');
  expect(whyNoImage({ ...machine, codename: '', suite: undefined })).toContain('Dockerfile');
});

test('each service that is started has a stand-in, but for the one that is built', () => {
  const recipe = readDockerfile('infra/rehearsal/standIns.Dockerfile');
  expect(validate(recipe)).toEqual([]);
  const made = readStages(recipe).map(({ name }) => name);
  expect(made).toEqual(['packages', 'node', ...STARTED.filter((name) => name !== 'conclave')]);
});
