// Owns the comparison of a running server with a build of this source: each difference in one sentence.
import { randomBytes } from 'node:crypto';
import { policyWeaknesses } from './contentPolicy.mjs';
import { encodings, fetchAllServed, fetchServed } from './servedBuild.mjs';

export const manifestAddress = '/.well-known/conclave-build.json';
/** An audience gets a document of its own, and so does a feed. */
const documentOf = (screen) => {
  if (screen.startsWith('/w/')) return '/watch.html';
  return screen.startsWith('/f/') ? '/feed.html' : '/index.html';
};
const integrityPolicy = 'blocked-destinations=(script)';
/** A build of ours has about twenty files; a list without an end is not fetched. */
const maxListed = 1_000;
/** Headers by which an answer can add to the document what its bytes do not show. */
const addingHeaders = ['link', 'refresh'];

/**
 * @typedef {{ address: string, kind: 'list' | 'changed' | 'missing' | 'extra' | 'policy' | 'header', text: string }} Difference
 * @typedef {{ version: string, lockfile: string, files: Record<string, string> }} Manifest
 */

/** Every screen is one of the documents; the Room is one that nobody has. */
const screens = () => [
  '/',
  '/protect',
  ...['r', 'w', 'f'].map((kind) => `/${kind}/${randomBytes(16).toString('base64url')}`),
];

const isAddress = (address) => /^\/(?!\/)[\x21-\x7e]*$/.test(address) && !/[?#\\]/.test(address);

/** What the server says it has, or undefined where that is no list. */
const parseManifest = ({ status, bytes }) => {
  if (status !== 200) return undefined;
  try {
    const { format, version, lockfile, files } = JSON.parse(bytes.toString('utf8'));
    const entries = Object.entries(files);
    const isList = entries.length <= maxListed && entries.every(([name, hash]) => isAddress(name) && hash.length < 100);
    return format === 1 && isList ? { version: String(version), lockfile: String(lockfile), files } : undefined;
  } catch {
    return undefined;
  }
};

/** @returns {Difference[]} */
const compareLists = (local, claimed) => {
  const address = manifestAddress;
  if (claimed === undefined) return [{ address, kind: 'list', text: 'the server does not list what it serves' }];
  const differences = [];
  if (claimed.version !== local.version) {
    const text = `the server says it is version ${JSON.stringify(claimed.version)}, this source is ${local.version}`;
    differences.push({ address, kind: 'list', text });
  }
  if (claimed.lockfile !== local.lockfile) {
    differences.push({ address, kind: 'list', text: 'the server was built with other packages (package-lock.json)' });
  }
  for (const name of Object.keys(claimed.files)) {
    if (!(name in local.files)) {
      differences.push({
        address: name,
        kind: 'extra',
        text: 'the server has this file, this source does not make it',
      });
    }
  }
  return differences;
};

/** @returns {Difference[]} of one file that this source makes */
const compareFile = (address, answer, wanted, claimed) => {
  if (answer.status !== 200) {
    const text = `the server answers ${answer.status}${answer.status < 400 ? ' (elsewhere)' : ''} instead of this file`;
    return [{ address, kind: 'missing', text }];
  }
  const differences = [];
  if (answer.hash !== wanted) {
    const text = `what is served is not what this source makes (${answer.hash}, not ${wanted})`;
    differences.push({ address, kind: 'changed', text });
  }
  const own = claimed?.files[address];
  if (claimed !== undefined && own !== answer.hash) {
    const text =
      own === undefined ? 'the server serves it and does not list it' : 'the server’s own list says otherwise';
    differences.push({ address, kind: 'list', text });
  }
  return differences;
};

/** @returns {Difference[]} of one answer's headers */
const compareHeaders = (address, { headers }, host, isDocument) => {
  const policy = policyWeaknesses(headers.get('content-security-policy'), host, address);
  const differences = policy.map((weakness) => {
    return { address, kind: 'policy', text: `the Content-Security-Policy ${weakness}` };
  });
  for (const name of addingHeaders.filter((one) => headers.has(one))) {
    differences.push({ address, kind: 'header', text: `the answer has a header ${name}, by which it can load more` });
  }
  if (isDocument && headers.get('integrity-policy') !== integrityPolicy) {
    differences.push({ address, kind: 'policy', text: `the Integrity-Policy is not ${integrityPolicy}` });
  }
  return differences;
};

/**
 * Fetches all that this source makes, all that the server lists, and the document of every screen, and compares the bytes; each as it
 * is, and as browsers ask for it.
 * @param {string} origin
 * @param {Manifest} local the list of this source's build
 * @returns {Promise<{ fetched: number, differences: Difference[] }>}
 */
export const compareWithServer = async (origin, local) => {
  const { host } = new URL(origin);
  const claimed = parseManifest(await fetchServed(origin, manifestAddress));
  const differences = compareLists(local, claimed);
  const documents = screens();
  const listed = new Set([...Object.keys(local.files), ...Object.keys(claimed?.files ?? {})]);
  const compareAnswer = (address, answer) => {
    const isDocument = documents.includes(address);
    const file = isDocument ? documentOf(address) : address;
    const wanted = local.files[file];
    if (wanted === undefined) return [];
    const found = compareFile(address, answer, wanted, claimed && { files: { [address]: claimed.files[file] } });
    return answer.status === 200 ? [...found, ...compareHeaders(address, answer, host, isDocument)] : found;
  };
  let fetched = 0;
  for (const encoding of Object.values(encodings)) {
    const answers = await fetchAllServed(origin, [...documents, ...listed], encoding);
    fetched += answers.size;
    for (const [address, answer] of answers) {
      // What both answers lack is said once.
      const isNew = ({ text }) => !differences.some((one) => one.address === address && one.text === text);
      differences.push(...compareAnswer(address, answer).filter(isNew));
    }
  }
  return { fetched, differences };
};
