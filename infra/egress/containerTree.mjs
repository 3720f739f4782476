// What the Dockerfile says, as data, and the tree that its last image would hold, laid out in a folder without an engine.
import fs from 'node:fs';
import path from 'node:path';
import { DockerfileParser } from 'dockerfile-ast';
import { repoRoot } from '../setup/environment.mjs';

export const dockerfile = fs.readFileSync(path.join(repoRoot, 'infra', 'egress', 'Dockerfile'), 'utf8');

/** Stages in order. `copies`: from where in the repository to where in the image. */
export const readStages = (text = dockerfile) => {
  const stages = [];
  for (const instruction of DockerfileParser.parse(text).getInstructions()) {
    const keyword = instruction.getKeyword();
    const words = instruction.getArguments().map((argument) => argument.getValue());
    if (keyword === 'FROM') {
      stages.push({ image: words[0], name: words[2] ?? null, folder: '/', user: 'root', copies: [], entry: null });
      continue;
    }
    const stage = stages.at(-1);
    if (keyword === 'WORKDIR') stage.folder = words[0];
    if (keyword === 'USER') stage.user = words[0];
    if (keyword === 'ENTRYPOINT') stage.entry = JSON.parse(instruction.getArgumentsContent());
    if (keyword === 'COPY') {
      const [flag] = instruction.getFlags();
      const from = flag?.getName() === 'from' ? stages.find(({ name }) => name === flag.getValue()) : null;
      // A stage holds the repository's packages in its own folder.
      const origins = words.slice(0, -1).map((word) => (from === null ? word : path.relative(from.folder, word)));
      stage.copies.push(...origins.map((origin) => ({ origin, target: words.at(-1) })));
    }
  }
  return stages;
};

/** What a file or a folder is called in the image, below its WORKDIR. */
const placeOf = ({ origin, target }) => (target.endsWith('/') ? path.join(target, path.basename(origin)) : target);

/** Tests are not in the image (Dockerfile.dockerignore). */
const isInImage = (file) => !file.endsWith('.test.mjs');

/** @returns {string[]} the entry's words */
export const layOut = (folder) => {
  const { copies, entry } = readStages().at(-1);
  for (const copy of copies) {
    fs.cpSync(path.join(repoRoot, copy.origin), path.join(folder, placeOf(copy)), {
      recursive: true,
      filter: isInImage,
    });
  }
  return entry;
};
