// Owns the look at a running server from outside: what it really sends for an address, as a browser would get it.
import { createHash } from 'node:crypto';
import { SetupError } from './SetupError.mjs';

/** More than any file of ours, and little enough that an answer without an end is noticed. */
const maxBytes = 64 * 1024 * 1024;
const timeoutMs = 30_000;
/** At once: enough to be quick, too few to look like an attack. */
const parallel = 4;

/** Whoever sends programs something else than people is to take us for a person. Servers can still tell, if they try hard. */
const headers = {
  accept: '*/*',
  'cache-control': 'no-cache',
  pragma: 'no-cache',
  'user-agent': 'Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/156.0.0.0 Safari/537.36',
};

/** As it lies there, and as browsers ask for it: a server may keep copies that are compressed already, of whatever. */
export const encodings = { plain: 'identity', packed: 'gzip, deflate, br, zstd' };

export const integrityOf = (bytes) => `sha384-${createHash('sha384').update(bytes).digest('base64')}`;

const readBounded = async (response) => {
  const chunks = [];
  let length = 0;
  for await (const chunk of response.body ?? []) {
    length += chunk.length;
    if (length > maxBytes) throw new Error(`sends more than ${maxBytes} bytes`);
    chunks.push(chunk);
  }
  return Buffer.concat(chunks);
};

/**
 * @typedef {{ status: number, headers: Headers, bytes: Buffer, hash: string }} Answer
 * One answer, whole and unpacked; a redirect is not followed.
 * @param {string} origin
 * @param {string} address path on that origin
 * @param {string} encoding one of `encodings`
 * @returns {Promise<Answer>}
 */
export const fetchServed = async (origin, address, encoding = encodings.plain) => {
  try {
    const signal = AbortSignal.timeout(timeoutMs);
    const asked = { ...headers, 'accept-encoding': encoding };
    const response = await fetch(origin + address, { headers: asked, redirect: 'manual', signal });
    const bytes = await readBounded(response);
    return { status: response.status, headers: response.headers, bytes, hash: integrityOf(bytes) };
  } catch (error) {
    const why = error.cause?.code ?? error.cause?.message ?? error.message;
    throw new SetupError(`${origin} cannot be asked for ${address}: ${why}`);
  }
};

/** @returns {Promise<Map<string, Answer>>} by address, in the order of `addresses` */
export const fetchAllServed = async (origin, addresses, encoding) => {
  const answers = new Map(addresses.map((address) => [address, undefined]));
  const queue = [...addresses];
  const work = async () => {
    for (let address = queue.shift(); address !== undefined; address = queue.shift()) {
      answers.set(address, await fetchServed(origin, address, encoding));
    }
  };
  await Promise.all(Array.from({ length: parallel }, work));
  return answers;
};
