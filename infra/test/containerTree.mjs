// What a Dockerfile says, as data, and the tree that a stage of it would copy together, laid out in a folder without an engine.
import fs from 'node:fs';
import path from 'node:path';
import { DockerfileParser } from 'dockerfile-ast';
import { repoRoot } from '../setup/environment.mjs';
import { listFiles } from '../setup/stamps.mjs';

export const readDockerfile = (file) => fs.readFileSync(path.join(repoRoot, file), 'utf8');

const argumentsOf = (instruction) => instruction.getArguments().map((argument) => argument.getValue());

/** `files`: whether they come from the repository, or from a stage's folder, where the repository's packages lie. */
const copiesOf = (instruction, stages) => {
  const words = argumentsOf(instruction);
  const flag = instruction.getFlags().find((one) => one.getName() === 'from');
  const from = flag === undefined ? null : stages.find(({ name }) => name === flag.getValue());
  const origins = words.slice(0, -1).map((word) => (from === null ? word : path.relative(from.folder, word)));
  return origins.map((origin) => ({ origin, target: words.at(-1), stage: from?.name ?? null }));
};

const ROOT_STAGE = { folder: '/', user: 'root', entry: null, stopSignal: null, health: null };

/** Stages in order. `copies`: from where in the repository, or in another stage's folder, to where in the image. */
export const readStages = (text) => {
  const stages = [];
  for (const instruction of DockerfileParser.parse(text).getInstructions()) {
    const keyword = instruction.getKeyword();
    const words = argumentsOf(instruction);
    if (keyword === 'FROM') {
      stages.push({ ...ROOT_STAGE, image: words[0], name: words[2] ?? null, copies: [], settings: {} });
      continue;
    }
    const stage = stages.at(-1);
    if (keyword === 'WORKDIR') stage.folder = words[0];
    if (keyword === 'USER') stage.user = words[0];
    if (keyword === 'STOPSIGNAL') stage.stopSignal = words[0];
    if (keyword === 'ENTRYPOINT') stage.entry = JSON.parse(instruction.getArgumentsContent());
    if (keyword === 'HEALTHCHECK')
      stage.health = JSON.parse(/\bCMD (\[.*\])/.exec(instruction.getArgumentsContent())[1]);
    if (keyword === 'ENV') {
      for (const property of instruction.getProperties()) stage.settings[property.getName()] = property.getValue();
    }
    if (keyword === 'COPY') stage.copies.push(...copiesOf(instruction, stages));
  }
  return stages;
};

/** A pattern of a .dockerignore as an expression that also takes what lies below. */
const asExpression = (pattern) =>
  new RegExp(
    `^${pattern
      .replace(/[.+^${}()|[\]\\]/g, '\\$&')
      .replace(/\*\*\/|\*/g, (found) => (found === '*' ? '[^/]*' : '(?:.*/)?'))}(?:/|$)`,
  );

/**
 * Whether the engine is given a file, by the rules of the Dockerfile's own ignore file: the last line that fits decides.
 * @returns {(file: string) => boolean}
 */
export const readIgnore = (dockerfile) => {
  const rules = readDockerfile(`${dockerfile}.dockerignore`)
    .split('\n')
    .filter((line) => line !== '')
    .map((line) => ({ keeps: line.startsWith('!'), expression: asExpression(line.replace(/^!/, '')) }));
  return (file) => rules.findLast(({ expression }) => expression.test(file))?.keeps ?? true;
};

/** What a file or a folder is called in the image, below its WORKDIR. */
const placeOf = ({ origin, target }) => (target.endsWith('/') ? path.join(target, path.basename(origin)) : target);

/** Lays out all that a stage copies from the repository. */
export const layOut = (dockerfile, stage, folder) => {
  const isGiven = readIgnore(dockerfile);
  for (const copy of stage.copies) {
    // Another stage's folder holds the repository's packages, which the engine is not given and npm installs there.
    const isFromStage = copy.stage !== null;
    for (const file of listFiles(repoRoot, copy.origin).filter((one) => isFromStage || isGiven(one))) {
      const target = path.join(folder, placeOf(copy), path.relative(copy.origin, file));
      fs.mkdirSync(path.dirname(target), { recursive: true });
      fs.copyFileSync(path.join(repoRoot, file), target);
    }
  }
};
