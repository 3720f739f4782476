// Owns the question whether a Content-Security-Policy that was really sent allows more than ours.

const harmless = ['upgrade-insecure-requests', 'block-all-mixed-content', 'report-uri', 'report-to', 'sandbox'];

/** What server/http/securityHeaders.ts sends; a test compares the two. `host` is where the page's sockets go. */
const ours = (host) => ({
  'default-src': ["'none'"],
  'script-src': ["'self'"],
  'worker-src': ["'self'"],
  'style-src': ["'self'"],
  'img-src': ["'self'", 'data:', 'blob:'],
  'media-src': ["'self'", 'blob:', 'mediastream:'],
  'font-src': ["'self'"],
  'manifest-src': ["'self'"],
  'connect-src': ["'self'", `ws://${host}`, `wss://${host}`],
  'frame-ancestors': ["'none'"],
  'base-uri': ["'none'"],
  'form-action': ["'none'"],
  'require-trusted-types-for': ["'script'"],
  'trusted-types': ['conclave'],
});

/** What the workers of background and noise get instead, which alone may compile WebAssembly. */
const oursForEffects = {
  'default-src': ["'none'"],
  'script-src': ["'self'", "'wasm-unsafe-eval'"],
  'connect-src': ["'self'"],
  'require-trusted-types-for': ["'script'"],
  'trusted-types': ["'none'"],
};
const effectsWorker = /^\/assets\/effects(Background|Noise)-[\w-]+\.js$/;

/** One policy → its directives; of two with one name the first counts (CSP 3, section 2.2.1). */
const parse = (policy) => {
  const directives = new Map();
  for (const part of policy.split(';')) {
    const [name = '', ...sources] = part.trim().split(/\s+/);
    if (name !== '' && !directives.has(name.toLowerCase())) directives.set(name.toLowerCase(), sources);
  }
  return directives;
};

const weaknessesOf = (policy, expected) => {
  const directives = parse(policy);
  const weaknesses = [];
  for (const [name, allowed] of Object.entries(expected)) {
    const sources = directives.get(name);
    const more = sources?.filter((source) => !allowed.includes(source)) ?? [];
    if (sources === undefined) weaknesses.push(`lacks ${name}`);
    else if (more.length > 0) weaknesses.push(`has ${name} ${sources.join(' ')} instead of ${allowed.join(' ')}`);
    else if (sources.length === 0 && name === 'require-trusted-types-for') weaknesses.push(`has an empty ${name}`);
  }
  // A directive that we do not send may stand before one that we do: script-src-elem overrides script-src.
  for (const name of directives.keys()) {
    if (!(name in expected) && !harmless.includes(name)) weaknesses.push(`has ${name}, which ours has not`);
  }
  return weaknesses;
};

/**
 * What a header allows beyond ours, in words; empty where it allows nothing more. Of several policies, each of which must be kept,
 * one that is as strict as ours is enough.
 * @param {string | null} header the value; policies separated by commas
 * @param {string} host
 * @param {string} [address] of what was served with it
 * @returns {string[]}
 */
export const policyWeaknesses = (header, host, address = '/') => {
  const policies = (header ?? '').split(',').filter((policy) => policy.trim() !== '');
  if (policies.length === 0) return ['is missing'];
  const expected = effectsWorker.test(address) ? oursForEffects : ours(host);
  const found = policies.map((policy) => weaknessesOf(policy, expected));
  return found.toSorted((a, b) => a.length - b.length)[0];
};
